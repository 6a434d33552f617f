"""`make documents`: write docs/data-model.md, docs/settings.md, and the webhooks of apps/api/openapi.yaml."""

import django

from tools import data_model, settings_page, webhook_schemas


def main() -> None:
    """Write them."""
    django.setup()
    for module in (data_model, settings_page, webhook_schemas):
        module.PAGE.write_text(module.page())


if __name__ == "__main__":
    main()
