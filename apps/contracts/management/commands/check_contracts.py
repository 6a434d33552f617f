"""`manage.py check_contracts`: check contracts against the ledger."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.contracts.audit import CONTRACT_RULES, contract_breaks


class Command(BaseCommand):
    help = "Check schedules, payments, refunds, credit, and deferred revenue. Prints each violation and exits with 1."

    def handle(self, *args: Any, **options: Any) -> None:
        right = True
        for each in contract_breaks():
            self.stderr.write(str(each))
            right = False
        if not right:
            sys.exit(1)
        self.stdout.write(f"Contracts are consistent: {len(CONTRACT_RULES)} rules hold.")
