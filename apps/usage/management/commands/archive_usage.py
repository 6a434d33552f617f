"""`manage.py archive_usage`: move old months of usage events into files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.common.errors import BillingError
from apps.common.periods import parse_month
from apps.usage.services import archive_usage


class Command(BaseCommand):
    help = (
        "Write the usage events of old months to Parquet files in ARCHIVE_DIR, verify them, and detach partitions."
        " Stops at the first month that cannot be archived yet. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--before", required=True, metavar="YYYY-MM", help="The first month to keep in the database."
        )
        parser.add_argument("--drop", action="store_true", help="Also drop the tables of archived months.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            before = parse_month(options["before"]).start.date()
            for each in archive_usage(before=before, now=timezone.now(), drop=options["drop"]):
                kept = "" if each.is_dropped else f"; its table is kept as usage_usageevent_{each.row.month:%Y_%m}"
                self.stdout.write(f"{each.row}: {each.row.row_count} events in {each.row.file}{kept}.")
        except (ValueError, BillingError) as error:
            raise CommandError(str(error)) from error
