"""What every test may use: a fixed clock, an organization, and a database that can be emptied between tests."""

import logging
import os
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.base import Cursor
from django.test import TransactionTestCase, override_settings
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]  # has no types

from apps.notices.services import publication
from apps.tenants.models import Organization
from apps.tenants.selectors import KNOWN_IDENTITIES, KNOWN_KEYS
from apps.tenants.session_tokens import VERIFIED
from apps.usage.services import make_partitions
from apps.wallets.services.books import STALE
from apps.wallets.services.refusals import REFUSALS
from billing_site.logs import LineFormatter
from tests.kept_worlds import breaks_of_books, changes_of_books, check_constraints_once
from tests.notices.validation import validated
from tests.outbox.deliveries import deliver_due
from tests.planned_proofs import plan_proofs_once
from tests.table_truncation import migrated_rows, restore_migrated_rows

# No test fails because an example takes long on a busy machine.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process a copy of the migrated database (tests/environment.py), with a statement timeout of a minute.

    It has partitions for the months in which most tests send usage; others are created when usage arrives.
    """
    migrated = connection.settings_dict["NAME"]
    name = f"{migrated}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with django_db_blocker.unblock():
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')
            cursor.execute(f"ALTER DATABASE \"{name}\" SET statement_timeout = '60s'")
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        migrated_rows()
        for moment in (datetime(2026, 10, 1, tzinfo=UTC), timezone.now()):
            make_partitions(now=moment)
        yield
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """Check kept rows before a test's savepoint is set, which pytest-django's fixture does."""
    if fixturedef.argname == "_django_db_helper":
        check_constraints_once()
    return (yield)


TESTS_BETWEEN_VACUUMS = 200
# The planner takes a new table for ten pages, but believes that an empty one that was vacuumed is empty. The foreign
# keys' plans, which are kept, would then read whole tables, however many rows a test writes.
AS_IF_NEW = """
SELECT pg_clear_relation_stats('public', relname) FROM pg_class
WHERE reltuples = 0 AND relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
finished = count(1)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """Remove dead rows of rolled-back tests, because the proofs after each test read whole tables."""
    yield
    if next(finished) % TESTS_BETWEEN_VACUUMS == 0 and connection.connection and not connection.in_atomic_block:
        connection.connection.execute("VACUUM")
        connection.connection.execute(AS_IF_NEW)


@pytest.fixture(scope="session")
def now() -> datetime:
    """The moment the tests happen at."""
    return datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def organization(db: None, now: datetime) -> Organization:
    """An active prepaid customer billed in US dollars, without a wallet."""
    return Organization.objects.create(name="Acme", slug="acme", created_at=now, updated_at=now)


def forget_all() -> None:
    """Begin each test with an empty cache, because a rollback does not undo it."""
    cache.clear()
    STALE.forget()
    REFUSALS.take()
    for known in (KNOWN_KEYS, KNOWN_IDENTITIES, VERIFIED):
        known.clear()


_nothing_is_cached = pytest.fixture(autouse=True, name="_nothing_is_cached")(forget_all)


def prove_books_after(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prove the books and their chains after every test that used the database, unless it is marked as tampering.

    A test with kept rows that did not change the books needs no proof: kept rows are proved at their end.
    """
    uses_database = "db" in request.fixturenames or request.node.get_closest_marker("django_db") is not None
    if not uses_database:
        yield
        return
    request.getfixturevalue("_django_db_helper")
    before = changes_of_books()
    yield
    untouched = before is not None and changes_of_books() == before
    if not untouched and request.node.get_closest_marker("tampers") is None:
        assert breaks_of_books() == []


_books_balance = pytest.fixture(autouse=True, name="_books_balance")(prove_books_after)


@pytest.fixture
def deliver_outbox(db: None) -> Callable[[datetime], list[str]]:
    """Run the outbox's messages due at a time, and those they add, as the dispatcher and a worker would."""
    return deliver_due


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_quickly() -> Iterator[None]:
    """Hash with MD5 unless a test needs the real hashers, which are slow by design."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_listed_once() -> Iterator[None]:
    """List all static files once per process, instead of once for each test client."""
    read = WhiteNoiseMiddleware.add_files_from_finders
    listed: dict[str, Any] = {}

    def list_once(middleware: WhiteNoiseMiddleware) -> None:
        if not listed:
            read(middleware)
            listed.update(middleware.files)
        middleware.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", list_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _log_records_are_formatted_once() -> Iterator[None]:
    """Write no lines to stderr: pytest keeps every record, and shows those of a test that failed."""
    root = logging.getLogger()
    own = [handler for handler in root.handlers if isinstance(handler.formatter, LineFormatter)]
    for handler in own:
        root.removeHandler(handler)
    yield
    for handler in own:
        root.addHandler(handler)


@pytest.fixture(autouse=True, scope="session")
def _notices_fit_their_schemas() -> Iterator[None]:
    """Fail if a notice's data does not match the catalog's schema."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "_written", validated(publication._written))
        yield


@pytest.fixture(autouse=True, scope="session")
def _proofs_are_planned_once() -> Iterator[None]:
    """Keep the plans of the proof that runs after each test, because planning is most of its cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cursor, "execute", plan_proofs_once(Cursor.execute))  # type: ignore[attr-defined]  # not in its stub
        yield


@pytest.fixture(autouse=True, scope="session")
def _committed_rows_are_deleted() -> Iterator[None]:
    """After a test that commits, delete its rows, but keep those that migrations wrote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore_migrated_rows)
        yield
