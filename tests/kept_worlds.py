"""Rows that are created once for many tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from apps.ledger.models import Account
from apps.proofs.services import broken_chains
from apps.wallets.consistency import book_mismatches

# Rows that this transaction inserted into or updated in the tables of the books, and deleted from any table; also those
# of savepoints that were rolled back.
_CHANGES = """
SELECT SUM(pg_stat_get_xact_tuples_deleted(oid) + CASE WHEN relname ~ '^(ledger|proofs|wallets)_'
    THEN pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) ELSE 0 END)
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_checked: list[bool] = []  # for each set of kept rows, whether its deferred constraints were checked


@contextmanager
def kept(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep the rows that a fixture of wider scope writes before its `yield`, until the last test of that scope ends.

    Each test runs in a savepoint and is rolled back to these rows. So none of them may commit, and all later tests of
    the scope see the rows, even those that do not use the fixture. At the end, the books are proved.
    """
    outermost = transaction.atomic()
    # Hidden from Django and from code that refuses to run in a transaction, as a test case's own transaction is.
    outermost._from_testcase = True  # type: ignore[attr-defined]  # not in its stub
    with django_db_blocker.unblock(), outermost:
        _checked.append(False)
        try:
            yield
            broken = breaks_of_books()
            assert broken == [], broken
        finally:
            _checked.pop()
            transaction.set_rollback(True)


def check_constraints_once() -> None:
    """Check the deferred constraints of kept rows outside of the tests' savepoints.

    Django checks them at the end of each test. A savepoint that is rolled back takes its check with it, so that every
    test would check all kept rows again.
    """
    if not all(_checked):
        connection.check_constraints()
        _checked[:] = [True] * len(_checked)


def changes_of_books() -> int | None:
    """Return a number that grows with every change of the books; None if no rows are kept."""
    if not _checked:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return int(cursor.fetchone()[0])


def breaks_of_books() -> list[str]:
    """Return what is wrong with the books and their chains."""
    if not Account.objects.exists():  # all other rows of the books refer to an account
        return []
    return [str(each) for each in (*book_mismatches(), *broken_chains())]
