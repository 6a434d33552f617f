"""`manage.py check_contracts`: check contracts against the ledger."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.contracts.consistency import CONTRACT_RULES, contract_mismatches


class Command(ProofCommand):
    help = "Check schedules, payments, refunds, credit, and deferred revenue. Prints each violation and exits with 1."
    proven = f"Contracts are consistent: {len(CONTRACT_RULES)} rules hold."

    def mismatches(self) -> Iterable[object]:
        return contract_mismatches()
