"""Rows that are made once for many tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def kept(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what is written before the `yield` of a fixture of wider scope until its last test is over.

    Each test runs in a savepoint and is rolled back to these rows. So none of them may commit, and every test that the
    fixture's scope has left sees the rows, whether it asks for them or not.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
