"""An organization with its wallet, and clients with its credentials, at a fixed time."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker

from apps.tenants.models import Organization
from local_stripe.server import LocalStripe
from tests.api.callers import as_bearer, key_of, session_of
from tests.factories import create_organization
from tests.kept_worlds import kept


@pytest.fixture(autouse=True, scope="session")
def stripe_answers() -> Iterator[None]:
    """Answer all calls to Stripe by a local one, so that every route works."""
    with LocalStripe() as local, pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "STRIPE_API_BASE", local.url)
        yield


@pytest.fixture
def frozen(now: datetime) -> Iterator[None]:
    """Stop the clock at `now`, including for views that read it."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def acme(db: None, frozen: None, now: datetime) -> Organization:
    """An organization with a wallet."""
    return create_organization(now)


@pytest.fixture(scope="module")
def kept_acme(django_db_setup: None, django_db_blocker: DjangoDbBlocker, now: datetime) -> Iterator[Organization]:
    """An organization with a wallet, made once for a module whose tests commit nothing."""
    with kept(django_db_blocker):
        yield create_organization(now)


@pytest.fixture
def globex(acme: Organization, now: datetime) -> Organization:
    """Another organization, whose data nobody of acme may see."""
    return create_organization(now, "globex")


@pytest.fixture
def person(acme: Organization) -> Client:
    """A client with the session of an administrator of acme."""
    return Client(headers=as_bearer(session_of(acme)))


@pytest.fixture
def machine(acme: Organization) -> Client:
    """A client with an API key of acme as Bearer."""
    return Client(headers=as_bearer(key_of(acme)))


@pytest.fixture
def exact() -> Callable[[Any], Any]:
    """Parse an answer with its numbers as Decimals."""
    return lambda answer: answer.json(parse_float=Decimal)
