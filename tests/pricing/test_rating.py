"""Prices of quantities with the arithmetic shown, and their independence of batching and order."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.pricing.rating import (
    PriceRule,
    Scheme,
    Tier,
    Totals,
    Unpriceable,
    entry_price,
    price_of,
)

UNIT = 1_000_000
TIERS = (Tier(100 * UNIT, 2 * UNIT * UNIT), Tier(1_000 * UNIT, UNIT * UNIT), Tier(None, UNIT * UNIT // 2, 5 * UNIT))


def units(count: int) -> Totals:
    return Totals(quantity_micros=count * UNIT)


class TestPerUnit:
    @pytest.mark.parametrize(
        ("quantity_micros", "micros_per_million", "expected"),
        [
            (1 * UNIT, 25 * UNIT * UNIT, 25 * UNIT),  # one unit at 25 is 25
            (12_500_000, 2 * UNIT * UNIT, 25 * UNIT),  # 12.5 units at 2 are 25
            (1 * UNIT, 500_000, 0),  # one token at 0.0005 per 1K is half a micro: to even, 0
            (3 * UNIT, 500_000, 2),  # one and a half micros: to even, 2
            (1_000_000 * UNIT, 500_000, 500_000),  # a million of them are half a unit
            (1, 1, 0),
            (10**15, 9 * 10**18, 9 * 10**21),  # far past 64 bits on the way
        ],
    )
    def test_prices_the_running_total(self, quantity_micros, micros_per_million, expected):
        rule = PriceRule(Scheme.PER_UNIT, micros_per_million)
        assert price_of(rule, Totals(quantity_micros)) == expected


class TestPerToken:
    def test_adds_both_sides_before_it_rounds(self):
        rule = PriceRule(Scheme.PER_TOKEN, None, 500_000, 500_000)
        assert price_of(rule, Totals(input_tokens=1, output_tokens=1)) == 1

    @pytest.mark.parametrize(
        ("blended", "into", "out", "expected"),
        [
            (3, None, None, (3, 3, 3)),
            (None, 3, None, (3, 3, 3)),
            (None, None, 3, (3, 3, 3)),
            (2, 3, None, (3, 2, 2)),
            (2, 3, 4, (3, 4, 2)),
            (None, 3, 4, (3, 4, None)),
        ],
    )
    def test_uses_the_one_price_where_only_one_is_set(self, blended, into, out, expected):
        prices = PriceRule(Scheme.PER_TOKEN, blended, into, out).tokens
        assert (prices.input, prices.output, prices.unsplit) == expected

    def test_does_not_guess_the_price_of_tokens_that_are_not_told_apart(self):
        rule = PriceRule(Scheme.PER_TOKEN, None, 1_000, 2_000)
        with pytest.raises(Unpriceable):
            price_of(rule, units(1))


class TestTiers:
    @pytest.mark.parametrize(
        ("count", "expected_units"),
        [
            (0, 0),
            (100, 200),  # 100 x 2
            (101, 201),  # 100 x 2 + 1
            (1_000, 1_100),  # 100 x 2 + 900 x 1
            (1_001, 1_105.5),  # ... + 1 x 0.5 + 5 for entering the last tier
        ],
    )
    def test_graduated_prices_each_tier_at_its_own(self, count, expected_units):
        assert price_of(PriceRule(Scheme.GRADUATED, tiers=TIERS), units(count)) == Decimal(str(expected_units)) * UNIT

    @pytest.mark.parametrize(
        ("count", "expected_units"), [(0, 0), (100, 200), (101, 101), (1_000, 1_000), (1_010, 510)]
    )
    def test_volume_prices_all_at_the_tier_that_is_reached(self, count, expected_units):
        assert price_of(PriceRule(Scheme.VOLUME, tiers=TIERS), units(count)) == expected_units * UNIT

    def test_volume_gives_back_when_the_price_of_all_falls(self):
        rule = PriceRule(Scheme.VOLUME, tiers=TIERS)
        assert price_of(rule, units(101)) - price_of(rule, units(100)) == -99 * UNIT

    @pytest.mark.parametrize(("count", "packages"), [(0, 0), (1, 1), (10, 1), (11, 2)])
    def test_package_counts_begun_packages(self, count, packages):
        rule = PriceRule(Scheme.PACKAGE, package_size_micros=10 * UNIT, package_price_micros=3 * UNIT)
        assert price_of(rule, units(count)) == packages * 3 * UNIT


class TestEntryPrice:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            (PriceRule(Scheme.PER_UNIT, 7), 7),
            (PriceRule(Scheme.PER_TOKEN, 7), 7),
            (PriceRule(Scheme.GRADUATED, tiers=TIERS), 2 * UNIT * UNIT),
            (PriceRule(Scheme.PACKAGE, package_size_micros=10 * UNIT, package_price_micros=UNIT), UNIT * UNIT // 10),
        ],
    )
    def test_is_what_the_first_unit_costs(self, rule, expected):
        assert entry_price(rule) == expected


prices = st.integers(0, 10**10)
rules = st.one_of(
    st.builds(PriceRule, st.just(Scheme.PER_UNIT), prices),
    st.builds(PriceRule, st.just(Scheme.PER_TOKEN), prices, prices, st.none() | prices),
    st.builds(
        PriceRule,
        st.sampled_from([Scheme.GRADUATED, Scheme.VOLUME]),
        tiers=st.builds(
            lambda ends, last: (*(Tier(end, price, flat) for end, (price, flat) in sorted(ends.items())), last),
            st.dictionaries(st.integers(1, 10**12), st.tuples(prices, prices), max_size=3),
            st.builds(Tier, st.none(), prices, prices),
        ),
    ),
    st.builds(
        PriceRule,
        st.just(Scheme.PACKAGE),
        package_size_micros=st.integers(1, 10**9),
        package_price_micros=prices,
    ),
)
usage = st.lists(st.builds(Totals, st.integers(0, 10**11), st.integers(0, 10**6), st.integers(0, 10**6)), max_size=12)


def charged_one_by_one(rule: PriceRule, events: list[Totals]) -> int:
    running, charged = Totals(), 0
    for event in events:
        charged += price_of(rule, running + event) - price_of(rule, running)
        running += event
    return charged


class TestAnyBatchingAndAnyOrder:
    @given(rule=rules, events=usage, data=st.data())
    def test_cost_the_same_to_the_micro(self, rule, events, data):
        shuffled = data.draw(st.permutations(events))
        at_once = price_of(rule, sum(events, Totals()))
        assert charged_one_by_one(rule, events) == charged_one_by_one(rule, shuffled) == at_once

    @given(quantity=st.integers(0, 10**15), price=st.integers(0, 10**12))
    def test_rounds_half_to_even_as_decimal_does(self, quantity, price):
        exact = (Decimal(quantity) * price).scaleb(-12)
        assert price_of(PriceRule(Scheme.PER_UNIT, price), Totals(quantity)) == exact.quantize(1, ROUND_HALF_EVEN)
