"""`manage.py export_ledger`: stream the whole journal to standard output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.wallets.ledger_export import csv_lines, hledger_lines


class Command(BaseCommand):
    help = "Write every transfer to standard output as an hledger journal or as CSV, in constant memory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["hledger", "csv"], default="hledger")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in hledger_lines() if options["format"] == "hledger" else csv_lines():
            self.stdout.write(line, ending="")
