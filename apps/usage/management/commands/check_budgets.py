"""`manage.py check_budgets`: verify the counters of budgets."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.usage.services import check_budgets


class Command(ProofCommand):
    help = "Compare the counters of budgets with work and holds. Prints each difference and exits with 1."
    proven = "The budgets are right: their counters equal the rows and the holds."

    def mismatches(self) -> Iterable[object]:
        return (f"{each.proof}: {each.detail}" for each in check_budgets())
