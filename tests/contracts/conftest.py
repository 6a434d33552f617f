"""After every test here, the contracts are verified against the books."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest

from apps.contracts.consistency import contract_mismatches
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from tests.factories import create_organization

ACME = UUID("acac0000-0000-4000-8000-000000000001")


@pytest.fixture(autouse=True)
def _contracts_match_the_books(request: pytest.FixtureRequest, _books_balance: None) -> Iterator[None]:
    yield
    uses_database = "db" in request.fixturenames or request.node.get_closest_marker("django_db") is not None
    if uses_database and request.node.get_closest_marker("tampers") is None:
        assert [str(each) for each in contract_mismatches()] == []


@pytest.fixture
def acme(db: None, now: datetime) -> Organization:
    """A prepaid customer billed in US dollars, with a wallet."""
    return create_organization(now, id=ACME)


@pytest.fixture
def balance() -> Callable[[Organization, Role], int]:
    """Read the balance of one of an organization's accounts, in micros."""
    from apps.ledger.models import Account

    return lambda organization, role: Account.objects.get(code=code_of(organization.pk, role)).balance_micros
