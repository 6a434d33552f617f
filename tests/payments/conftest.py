"""A local Stripe for each test, over real HTTP, and the organization that pays there."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from apps.contracts.consistency import contract_breaks
from apps.payments.consistency import payment_breaks
from apps.tenants.models import Organization
from local_stripe.server import LocalStripe
from tests.factories import create_organization
from tests.payments.desk import Desk, connected_stripe


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Iterator[Any]:
    """Set every clock in the process to `now`: ours, the local Stripe's, the webhook's."""
    with time_machine.travel(now, tick=False) as traveler:
        yield traveler


@pytest.fixture(autouse=True)
def _contracts_match_the_books(request: pytest.FixtureRequest, _books_balance: None) -> Iterator[None]:
    yield
    uses_database = "db" in request.fixturenames or request.node.get_closest_marker("django_db") is not None
    if uses_database and request.node.get_closest_marker("tampers") is None:
        assert [str(each) for each in (*contract_breaks(), *payment_breaks())] == []


@pytest.fixture
def local() -> Iterator[LocalStripe]:
    """A running local Stripe that the gateway talks to."""
    with connected_stripe() as running:
        yield running


@pytest.fixture
def acme(db: None, now: datetime) -> Organization:
    """A prepaid customer billed in US dollars, with a wallet."""
    return create_organization(now)


@pytest.fixture
def desk(local: LocalStripe, deliver_outbox: Callable[[datetime], list[str]], now: datetime, clock: Any) -> Desk:
    return Desk(local, deliver_outbox, now, clock)
