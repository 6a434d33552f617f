"""`manage.py check_usage`: verify the usage totals."""

from collections.abc import Iterable

from apps.common.proof_command import ProofCommand
from apps.usage.services import check_usage


class Command(ProofCommand):
    help = "Compare the usage totals with the events. Prints each difference and exits with 1."
    proven = "The usage totals are right: they equal the events."

    def mismatches(self) -> Iterable[object]:
        return (f"{each.proof}: {each.detail}" for each in check_usage())
