"""`make documents`: write the generated pages, docs/data-model.md and docs/settings.md."""

import django

from tools import data_model, settings_page


def main() -> None:
    """Write both pages."""
    django.setup()
    for module in (data_model, settings_page):
        module.PAGE.write_text(module.page())


if __name__ == "__main__":
    main()
