"""A customer in another currency than the dollar needs a rate; 1 needs a confirmed peg."""

import pytest

from apps.tenants.errors import RateNeeded
from apps.tenants.exchange_rates import checked_rate


@pytest.mark.parametrize(
    ("currency", "rate", "is_pegged", "expected"),
    [
        ("USD", None, False, 1_000_000),
        ("USD", 1_000_000, False, 1_000_000),
        ("EUR", 1_080_000, False, 1_080_000),
        ("BMD", 1_000_000, True, 1_000_000),
    ],
)
def test_a_rate_that_fits(currency, rate, is_pegged, expected):
    assert checked_rate(currency, rate, is_pegged=is_pegged) == expected


@pytest.mark.parametrize(("currency", "rate"), [("USD", 2_000_000), ("EUR", None), ("EUR", 1_000_000)])
def test_a_rate_that_is_missing_or_hardly_right(currency, rate):
    with pytest.raises(RateNeeded):
        checked_rate(currency, rate, is_pegged=False)
