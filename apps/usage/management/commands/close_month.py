"""`manage.py close_month`: close a month for every organization for which it is open."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.common.errors import BillingError
from apps.common.periods import parse_month
from apps.usage.services import close_month


class Command(BaseCommand):
    help = "Close a month: charge minimums and characters, store totals. Safe to run again; exits with 1 if any failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", required=True, metavar="YYYY-MM")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = parse_month(options["month"])
            result = close_month(month=month, closed_by="system:close_month", now=timezone.now())
        except (ValueError, BillingError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Closed {options['month']} for {result.closed} organizations.")
        if result.failed:
            raise CommandError(f"Not closed: {', '.join(map(str, result.failed))}. Run it again to try those.")
