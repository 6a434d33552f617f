"""A local Stripe for each test, over real HTTP, and the organization that pays there.

A class of tests can set `begins_with` to a function that prepares a situation at a desk and returns its row. It runs
once for the class, and each test starts from its result. The organization is then the one with the slug "acme".
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoDbBlocker

from apps.contracts.consistency import contract_mismatches
from apps.payments.consistency import payment_mismatches
from apps.tenants.models import Organization
from local_stripe.server import LocalStripe
from tests.factories import create_organization
from tests.payments.desk import Desk, connected_stripe
from tests.payments.standing import Standing, standing_at_stripe


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
        assert [str(each) for each in (*contract_mismatches(), *payment_mismatches())] == []


@pytest.fixture(scope="class")
def standing(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker, now: datetime
) -> Iterator[Standing | None]:
    """The situation that the tests of a class start from; None if they have none."""
    make = getattr(request.cls, "begins_with", None)
    if make is None:
        yield None
        return
    with standing_at_stripe(django_db_blocker, now, make) as standing:
        yield standing


@pytest.fixture
def local(standing: Standing | None) -> Iterator[LocalStripe]:
    """A running local Stripe that the gateway talks to."""
    if standing:
        yield standing.restored()
        return
    with connected_stripe() as running:
        yield running


@pytest.fixture
def acme(db: None, now: datetime, standing: Standing | None) -> Organization:
    """A prepaid customer billed in US dollars, with a wallet."""
    return Organization.objects.get(slug="acme") if standing else create_organization(now)


@pytest.fixture
def desk(
    local: LocalStripe,
    deliver_outbox: Callable[[datetime], list[str]],
    now: datetime,
    clock: Any,
    standing: Standing | None,
) -> Desk:
    desk = Desk(local, deliver_outbox, now, clock)
    if standing:
        standing.resume(desk)
    return desk
