"""The burn order: priority, soonest expiry, promotional before paid, oldest; and its exact undoing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wallets.burn_order import (
    Burn,
    GrantPart,
    SpendableGrant,
    burn,
    burn_key,
    burn_order,
    drop_first,
    take_in_order,
)

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def grant(number, free=10, priority=20, expires_in=None, is_paid=False, age=0) -> SpendableGrant:
    expires_at = None if expires_in is None else T0 + timedelta(days=expires_in)
    return SpendableGrant(number, free, priority, expires_at, is_paid, T0 - timedelta(days=age))


slices = st.lists(
    st.builds(
        grant,
        number=st.integers(1, 10**6),
        free=st.integers(0, 1000),
        priority=st.integers(1, 3),
        expires_in=st.none() | st.integers(1, 5),
        is_paid=st.booleans(),
        age=st.integers(0, 5),
    ),
    max_size=12,
    unique_by=lambda each: each.grant,
)


class TestBurnOrder:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (grant(2, priority=10), grant(1, priority=20, expires_in=1)),
            (grant(2, expires_in=1), grant(1, expires_in=2)),
            (grant(2, expires_in=9, is_paid=True), grant(1)),
            (grant(2, is_paid=False), grant(1, is_paid=True, age=9)),
            (grant(2, age=2), grant(1, age=1)),
            (grant(1), grant(2)),
        ],
    )
    def test_puts_first(self, first, second):
        assert burn_order([second, first]) == [first, second]

    @given(slices, st.randoms(use_true_random=False))
    def test_is_one_order_whatever_the_grants_came_in(self, grants, random):
        shuffled = random.sample(grants, len(grants))
        assert burn_order(shuffled) == burn_order(grants)

    @given(slices)
    def test_is_the_order_in_which_the_database_sorts_grants(self, grants):
        keys = {
            each.grant: burn_key(
                priority=each.priority,
                expires_at=each.expires_at,
                is_paid=each.is_paid,
                granted_at=each.granted_at,
                number=each.grant,
            )
            for each in grants
        }
        assert burn_order(grants) == sorted(grants, key=lambda each: keys[each.grant])


class TestBurn:
    @given(slices, st.integers(0, 5000))
    def test_pays_all_it_can_and_no_more(self, grants, amount):
        paid = burn(grants, amount)
        free = {each.grant: each.free_micros for each in grants}
        assert sum(part.amount_micros for part in paid.parts) + paid.uncovered_micros == amount
        assert all(0 < part.amount_micros <= free[part.grant] for part in paid.parts)
        assert paid.uncovered_micros == max(0, amount - sum(free.values()))

    @given(slices, st.integers(1, 5000))
    def test_touches_no_grant_before_those_ahead_of_it_are_empty(self, grants, amount):
        paid = burn(grants, amount)
        taken = {part.grant: part.amount_micros for part in paid.parts}
        order = [each for each in burn_order(grants) if each.free_micros]
        emptied = [taken.get(each.grant, 0) == each.free_micros for each in order[: len(taken)]]
        assert set(taken) == {each.grant for each in order[: len(taken)]}
        assert all(emptied[:-1])


class TestTakeInOrder:
    def test_keeps_the_order_given(self):
        assert take_in_order([GrantPart(5, 3), GrantPart(1, 3)], 4) == Burn((GrantPart(5, 3), GrantPart(1, 1)), 0)

    def test_says_what_there_was_not(self):
        assert take_in_order([GrantPart(1, 2)], 5) == Burn((GrantPart(1, 2),), 3)

    @given(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 100)), max_size=10),
        st.integers(0, 400),
        st.integers(0, 400),
    )
    def test_in_two_steps_takes_what_one_takes(self, burnt, first, second):
        parts = [GrantPart(grant, amount) for grant, amount in burnt]
        one = take_in_order(parts, first)
        two = take_in_order(drop_first(parts, first), second)
        assert per_grant(one, two) == per_grant(take_in_order(parts, first + second))


def per_grant(*results: Burn) -> dict[int, int]:
    sums: dict[int, int] = {}
    for part in [part for result in results for part in result.parts]:
        sums[part.grant] = sums.get(part.grant, 0) + part.amount_micros
    return sums
