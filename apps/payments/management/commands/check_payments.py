"""`manage.py check_payments`: prove the payments against the books."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.payments.audit import PAYMENT_RULES, payment_breaks


class Command(ProofCommand):
    help = "Prove the payments: unapplied money, tax, disputes, invoices. Exits 1, naming each break."
    proven = f"The payments are right: {len(PAYMENT_RULES)} rules hold."

    def breaks(self) -> Iterable[object]:
        return payment_breaks()
