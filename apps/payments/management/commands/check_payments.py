"""`manage.py check_payments`: verify the payments against the books."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.payments.consistency import PAYMENT_RULES, payment_mismatches


class Command(ProofCommand):
    help = "Compare payments with the books. Prints each difference and exits with 1."
    proven = f"Payments are consistent: {len(PAYMENT_RULES)} rules hold."

    def mismatches(self) -> Iterable[object]:
        return payment_mismatches()
