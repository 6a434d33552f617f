from collections.abc import Iterator
from typing import Any

import pytest

from apps.tenants import issuers
from tests.tenants.tokens import ISSUER, PARTY, KeyServer, key_server


@pytest.fixture
def clerk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    """A trusted issuer with a server of its own, and an empty cache of keys."""
    monkeypatch.setattr(issuers, "_caches", {})
    with key_server() as server:
        settings.CLERK_ISSUER = ISSUER
        settings.CLERK_JWKS_URL = server.url
        settings.CLERK_AUTHORIZED_PARTIES = [PARTY]
        yield server
