import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """What pages keep for half a minute does not outlive a test."""
    cache.clear()
