"""`manage.py check_budgets`: prove the counters of budgets."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.usage.services import check_budgets


class Command(BaseCommand):
    help = "Prove what budgets counted against the rows of work and the live holds. Exits 1, naming each break."

    def handle(self, *args: Any, **options: Any) -> None:
        right = True
        for each in check_budgets():
            self.stderr.write(f"{each.proof}: {each.detail}")
            right = False
        if not right:
            sys.exit(1)
        self.stdout.write("The budgets are right: their counters equal the rows and the holds.")
