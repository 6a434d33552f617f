"""`manage.py check_usage`: prove the usage totals."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.usage.services import check_usage


class Command(ProofCommand):
    help = "Prove day totals, counters, postings and distinct ids against the events. Exits 1, naming each break."
    proven = "The usage totals are right: they equal the events."

    def breaks(self) -> Iterable[object]:
        return (f"{each.proof}: {each.detail}" for each in check_usage())
