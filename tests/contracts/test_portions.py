"""How an instalment's money divides, what a refund takes of it, and which month earns what: to the smallest unit."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.money import Micros
from apps.contracts.portions import Portions, brought, divide, earned_by_month, given_back, months_of

CENT = 10_000


def portions(credit: int, service: int) -> Portions:
    """Portions in cents."""
    return Portions(Micros(credit * CENT), Micros(service * CENT))


@st.composite
def paid_instalments(draw):
    credit, service = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    whole = portions(credit, service + 1)
    paid = draw(st.integers(1, credit + service + 1))
    return whole, paid * CENT


class TestBrought:
    @given(paid_instalments())
    def test_adds_up_to_the_whole(self, instalment):
        whole, paid = instalment
        was = brought(paid_micros=paid, whole=whole, currency="USD")
        assert was.money.total_micros == paid
        assert was.money.credit_micros + was.promotion.credit_micros == whole.credit_micros
        assert min(was.promotion.credit_micros, was.promotion.service_micros) >= 0

    def test_divides_like_the_whole(self):
        assert divide(90 * CENT, portions(80, 20), "USD") == portions(72, 18)


class TestGivenBack:
    @given(paid_instalments(), st.lists(st.integers(1, 10**5), max_size=8))
    def test_takes_all_in_the_end_and_never_less_on_the_way(self, instalment, refunds):
        whole, paid = instalment
        was = brought(paid_micros=paid, whole=whole, currency="USD")
        steps = [0]
        for refund in refunds:
            steps.append(min(steps[-1] + refund * CENT, paid))
        steps.append(paid)
        taken = [given_back(step, was, "USD") for step in steps]
        assert taken[-1] == was
        for earlier, later in pairwise(taken):
            for more, less in ((later.money, earlier.money), (later.promotion, earlier.promotion)):
                assert more.credit_micros >= less.credit_micros
                assert more.service_micros >= less.service_micros
        assert [each.money.total_micros for each in taken] == steps


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
