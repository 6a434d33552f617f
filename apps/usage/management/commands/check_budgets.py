"""`manage.py check_budgets`: prove the counters of budgets."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.usage.services import check_budgets


class Command(ProofCommand):
    help = "Prove what budgets counted against the rows of work and the live holds. Exits 1, naming each break."
    proven = "The budgets are right: their counters equal the rows and the holds."

    def breaks(self) -> Iterable[object]:
        return (f"{each.proof}: {each.detail}" for each in check_budgets())
