"""`manage.py check_usage`: prove the usage totals."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.usage.services import check_usage


class Command(BaseCommand):
    help = "Prove day totals, counters, postings and distinct ids against the events. Exits 1, naming each break."

    def handle(self, *args: Any, **options: Any) -> None:
        right = True
        for each in check_usage():
            self.stderr.write(f"{each.proof}: {each.detail}")
            right = False
        if not right:
            sys.exit(1)
        self.stdout.write("The usage totals are right: they equal the events.")
