"""What every test may use."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from apps.tenants.models import Organization
from tests.outbox.delivering import deliver_due


@pytest.fixture
def now() -> datetime:
    """The moment the tests happen at."""
    return datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def organization(db: None, now: datetime) -> Organization:
    """An active prepaid customer billed in US dollars, without a wallet."""
    return Organization.objects.create(name="Acme", slug="acme", created_at=now, updated_at=now)


@pytest.fixture
def deliver_outbox(db: None) -> Callable[[datetime], list[str]]:
    """Run what the outbox has due at a moment, and what that asks for, as dispatcher and worker would."""
    return deliver_due
