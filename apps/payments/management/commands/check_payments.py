"""`manage.py check_payments`: prove the payments against the books."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.payments.audit import PAYMENT_RULES, payment_breaks


class Command(BaseCommand):
    help = "Prove the payments: unapplied money, tax, disputes, invoices. Exits 1, naming each break."

    def handle(self, *args: Any, **options: Any) -> None:
        right = True
        for each in payment_breaks():
            self.stderr.write(str(each))
            right = False
        if not right:
            sys.exit(1)
        self.stdout.write(f"The payments are right: {len(PAYMENT_RULES)} rules hold.")
