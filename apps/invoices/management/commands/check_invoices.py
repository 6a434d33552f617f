"""`manage.py check_invoices`: check invoices, credit notes and money received against the ledger."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.invoices.consistency import INVOICE_RULES, invoice_mismatches


class Command(ProofCommand):
    help = "Check numbers, sums, payments, and unapplied money of invoices. Prints each violation and exits with 1."
    proven = f"Invoices are consistent: {len(INVOICE_RULES)} rules hold."

    def mismatches(self) -> Iterable[object]:
        return invoice_mismatches()
