"""The customer of the recorded events; after each test, clearing must equal Stripe's balance."""

from datetime import datetime
from typing import Any

import pytest

from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from tests.payments import recorded as made


@pytest.fixture
def acme(db: None, now: datetime) -> Organization:
    """The organization that the events are about."""
    return made.create_known_customer(now)


@pytest.fixture(autouse=True)
def _clearing_is_right(acme: Organization, now: datetime) -> Any:
    yield
    assert compare_clearing(acme, now)
