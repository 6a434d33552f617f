"""`manage.py check_contracts`: prove the contracts against the books."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.contracts.audit import CONTRACT_RULES, contract_breaks


class Command(BaseCommand):
    help = "Prove the contracts: schedules, payments, refunds, credit, deferred revenue. Exits 1, naming each break."

    def handle(self, *args: Any, **options: Any) -> None:
        right = True
        for each in contract_breaks():
            self.stderr.write(str(each))
            right = False
        if not right:
            sys.exit(1)
        self.stdout.write(f"The contracts are right: {len(CONTRACT_RULES)} rules hold.")
