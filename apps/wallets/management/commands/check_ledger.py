"""`manage.py check_ledger`: prove the books."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.wallets.audit import book_breaks, book_rules


class Command(BaseCommand):
    help = "Prove the books: sums, running balances, versions, grants, holds. Exits 1, naming each break."

    def handle(self, *args: Any, **options: Any) -> None:
        right = True
        for each in book_breaks():
            self.stderr.write(str(each))
            right = False
        if not right:
            sys.exit(1)
        self.stdout.write(f"The books are right: {len(book_rules())} rules hold.")
