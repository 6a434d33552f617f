"""`manage.py check_ledger`: prove the books, the audit trail and the prices."""

import sys
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.proofs import services
from apps.proofs.services import ProofResult


class Command(BaseCommand):
    help = (
        "Prove the books, the audit trail and the prices; without an option, only records added since the last proof."
        " On a broken chain, print its first bad record and the rule, and exit with 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--all", action="store_true", help="every book from its first record, and every day")
        what.add_argument("--book", type=UUID, metavar="ID", help="one book, from its first record")
        what.add_argument("--day", type=date.fromisoformat, action="append", metavar="YYYY-MM-DD", help="see --root")
        parser.add_argument(
            "--root",
            action="append",
            metavar="HEX",
            help="the published root of the preceding --day; both may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days, roots = options["day"] or [], options["root"] or []
        if len(days) != len(roots):
            raise CommandError("Give a --root for each --day.")
        outcome = self._outcome(options, dict(zip(days, roots, strict=True)))
        for each in outcome.findings:
            self.stderr.write(str(each))
        if outcome.findings:
            sys.exit(1)
        self.stdout.write(f"The books are intact: {outcome.books} proven.")

    def _outcome(self, options: dict[str, Any], published: dict[date, str]) -> ProofResult:
        now = timezone.now()
        if published:
            found = services.prove_roots(whole=False, published=published)
            return ProofResult(findings=[found] if found else [])
        if options["book"]:
            if options["book"] not in services.all_books():
                raise CommandError("There is no such book.")
            return services.prove_one(options["book"], now=now)
        return services.prove_all(now=now) if options["all"] else services.prove_moved(now=now)
