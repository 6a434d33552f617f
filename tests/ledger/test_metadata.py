"""Limits on a transfer's metadata."""

import pytest

from apps.ledger.errors import InvalidMetadata
from apps.ledger.metadata import refuse_unchainable
from apps.wallets.models import Consumption
from tests.factories import charge, create_grant, create_organization


def nested(levels: int) -> dict[str, object]:
    return {"a": nested(levels - 1)} if levels > 1 else {"a": 1}


@pytest.mark.parametrize(
    "metadata",
    [{"a": 1.5}, {"a": [{"b": 0.1}]}, nested(9), {"a": "x" * 16_384}, {"a": 2**64}, {"a": object()}, {"a": "\ud800"}],
    ids=["fraction", "fraction inside", "too deep", "too long", "too large a number", "no JSON", "half a character"],
)
def test_refuses_what_cannot_be_chained(metadata):
    with pytest.raises(InvalidMetadata) as refused:
        refuse_unchainable(metadata)
    assert refused.value.field == "metadata"


@pytest.mark.parametrize("metadata", [{}, {"tokens": 5, "note": "ü", "list": [1, None, True]}, nested(8)])
def test_takes_the_rest(metadata):
    refuse_unchainable(metadata)


@pytest.mark.django_db
def test_a_refusal_moves_nothing(now):
    acme = create_organization(now)
    create_grant(acme, "5", now)
    with pytest.raises(InvalidMetadata):
        charge(acme, "1", now, metadata={"share": 0.5})
    assert not Consumption.objects.exists()
