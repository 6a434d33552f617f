"""Splits of an installment's money, of refunds and of months, to the smallest unit."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.money import Micros
from apps.contracts.portions import (
    Funding,
    Portions,
    divide,
    earned_by_month,
    funding,
    months_of,
    next_refund,
    refund_total,
)

CENT = 10_000


def portions(credit: int, service: int) -> Portions:
    """Portions in cents."""
    return Portions(Micros(credit * CENT), Micros(service * CENT))


@st.composite
def paid_installments(draw):
    credit, service = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    whole = portions(credit, service + 1)
    paid = draw(st.integers(1, credit + service + 1))
    return whole, paid * CENT


class TestBrought:
    @given(paid_installments())
    def test_adds_up_to_the_whole(self, installment):
        whole, paid = installment
        was = funding(paid_micros=paid, whole=whole, currency="USD")
        assert was.money.total_micros == paid
        assert was.money.credit_micros + was.promotion.credit_micros == whole.credit_micros
        assert min(was.promotion.credit_micros, was.promotion.service_micros) >= 0

    def test_divides_like_the_whole(self):
        assert divide(90 * CENT, portions(80, 20), "USD") == portions(72, 18)


class TestGivenBack:
    @given(paid_installments(), st.lists(st.integers(1, 10**5), max_size=8))
    def test_takes_all_in_the_end_and_never_less_on_the_way(self, installment, refunds):
        whole, paid = installment
        was = funding(paid_micros=paid, whole=whole, currency="USD")
        steps = [0]
        for refund in refunds:
            steps.append(min(steps[-1] + refund * CENT, paid))
        steps.append(paid)
        taken = [refund_total(step, was, "USD") for step in steps]
        assert taken[-1] == was
        for earlier, later in pairwise(taken):
            for more, less in ((later.money, earlier.money), (later.promotion, earlier.promotion)):
                assert more.credit_micros >= less.credit_micros
                assert more.service_micros >= less.service_micros
        assert [each.money.total_micros for each in taken] == steps


class TestTakenNext:
    @given(paid_installments(), st.lists(st.tuples(st.integers(1, 10**5), st.booleans()), min_size=1, max_size=12))
    def test_takes_no_more_of_a_portion_than_it_brought_whatever_is_undone(self, installment, refunds):
        whole, paid = installment
        was = funding(paid_micros=paid, whole=whole, currency="USD")
        standing = []
        for amount, undone in [*refunds, (10**9, False)]:
            if undone and standing:
                standing.pop(amount % len(standing))
            before = total_of(standing)
            share = min(amount * CENT, paid - before.money.total_micros)
            standing.append(next_refund(share, before=before, was=was, currency="USD"))
            assert standing[-1].money.total_micros == share
            for each in (standing[-1].money, standing[-1].promotion):
                assert min(each.credit_micros, each.service_micros) >= 0
        assert total_of(standing) == was

    @given(paid_installments(), st.lists(st.integers(1, 10**5), max_size=8))
    def test_takes_what_all_of_them_come_to_while_none_is_undone(self, installment, refunds):
        whole, paid = installment
        was = funding(paid_micros=paid, whole=whole, currency="USD")
        taken = []
        for amount in refunds:
            before = total_of(taken)
            share = min(amount * CENT, paid - before.money.total_micros)
            taken.append(next_refund(share, before=before, was=was, currency="USD"))
            after = total_of(taken)
            assert after == refund_total(after.money.total_micros, was, "USD")


def total_of(some: list[Funding]) -> Funding:
    """All of them added up."""
    money, promotion = [each.money for each in some], [each.promotion for each in some]
    return Funding(*(portions_of(parts) for parts in (money, promotion)))


def portions_of(parts: list[Portions]) -> Portions:
    credit, service = sum(part.credit_micros for part in parts), sum(part.service_micros for part in parts)
    return Portions(Micros(credit), Micros(service))


class TestMonths:
    @pytest.mark.parametrize(
        ("start", "end", "parts"),
        [
            (date(2026, 1, 1), date(2026, 2, 1), 1),
            (date(2026, 1, 31), date(2026, 2, 28), 2),
            (date(2026, 11, 18), date(2027, 11, 18), 13),
            (date(2028, 2, 29), date(2028, 3, 1), 1),
        ],
    )
    def test_are_calendar_months(self, start, end, parts):
        assert len(months_of(start, end)) == parts

    def test_earn_by_days(self):
        parts = earned_by_month(31_000_000, date(2026, 1, 18), date(2026, 2, 18))
        assert [(f"{first}/{last}", amount) for first, last, amount in parts] == [
            ("2026-01-18/2026-02-01", 14_000_000),
            ("2026-02-01/2026-02-18", 17_000_000),
        ]

    @given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 4_000), st.integers(1, 10**12))
    def test_add_up_and_tile(self, start, days, service):
        end = start + timedelta(days=days)
        parts = earned_by_month(service, start, end)
        assert sum(amount for _, _, amount in parts) == service
        months = months_of(start, end)
        assert [last for _, last in months[:-1]] == [first for first, _ in months[1:]]
        assert (months[0][0], months[-1][1]) == (start, end)
