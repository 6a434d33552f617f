#!/usr/bin/env python3
"""Django's command line; `quickstart` and `bootstrap` also work before anything is installed."""

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["quickstart"]:
        from billing_site import bootstrap

        sys.exit(bootstrap.quickstart())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
