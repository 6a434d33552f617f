#!/usr/bin/env python3
"""Django's command line; `quickstart` and `bootstrap` also work before anything is installed."""

import os
import sys
from contextlib import nullcontext

CLOSED_PIPE = 141  # the exit code that a shell reports for a program ended by a closed pipe


def main() -> None:
    if sys.argv[1:2] == ["quickstart"]:
        from billing_site import bootstrap

        sys.exit(bootstrap.quickstart())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    try:
        with settings.EMBEDDED_POSTGRES.running() if settings.EMBEDDED_POSTGRES else nullcontext():
            execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads the output has read enough, as `head` does. What is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLOSED_PIPE)


if __name__ == "__main__":
    main()
