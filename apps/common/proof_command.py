"""The management commands that prove an app's rows."""

import sys
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand


class ProofCommand(BaseCommand):
    """Prints each violated rule and exits with 1, or prints what was proven."""

    proven: str

    @abstractmethod
    def mismatches(self) -> Iterable[object]:
        """Return the violations, each of which names its rule as text."""

    def handle(self, *args: Any, **options: Any) -> None:
        right = True
        for each in self.mismatches():
            self.stderr.write(str(each))
            right = False
        if not right:
            sys.exit(1)
        self.stdout.write(self.proven)
