#!/usr/bin/env python3
"""Django's command line; `quickstart` and `bootstrap` also work before anything is installed."""

import os
import sys
from contextlib import nullcontext


def main() -> None:
    if sys.argv[1:2] == ["quickstart"]:
        from billing_site import bootstrap

        sys.exit(bootstrap.quickstart())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    with settings.EMBEDDED_POSTGRES.running() if settings.EMBEDDED_POSTGRES else nullcontext():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
