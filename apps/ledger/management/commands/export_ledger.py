"""`manage.py export_ledger`: the whole journal on standard output, streamed."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.ledger.export import csv_rows, hledger_lines


class Command(BaseCommand):
    help = "Write every transfer to standard output as an hledger journal or as CSV, in constant memory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["hledger", "csv"], default="hledger")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "hledger":
            for line in hledger_lines():
                self.stdout.write(line, ending="")
            return
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerows(csv_rows())
