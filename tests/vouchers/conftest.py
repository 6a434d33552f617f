from datetime import datetime

import pytest

from apps.tenants.models import Organization
from tests.factories import create_organization


@pytest.fixture
def acme(db: None, now: datetime) -> Organization:
    """An organization with a wallet."""
    return create_organization(now)


@pytest.fixture
def globex(db: None, now: datetime) -> Organization:
    """Another one."""
    return create_organization(now, "globex")
