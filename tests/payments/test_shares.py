"""How a payment divides into tax, net and unapplied money, and how it is returned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.payments.shares import Shares, taken_next, tax_within

STEP = 10_000


def micros(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 1_000_000 + int(part.ljust(6, "0"))


@pytest.mark.parametrize(
    ("received", "tax"),
    [("0.0", "0.0"), ("500.0", "79.83"), ("1189.99", "189.99"), ("1190.0", "190.0"), ("1200.0", "190.0")],
)
def test_tax_comes_in_proportion_and_all_of_it_with_the_last_payment(received: str, tax: str) -> None:
    found = tax_within(micros(received), total_micros=micros("1190.0"), tax_micros=micros("190.0"), step_micros=STEP)
    assert found == micros(tax)


def test_half_of_a_taxed_top_up_goes_back_as_half_of_its_credit_and_half_of_its_tax() -> None:
    whole = Shares(tax_micros=micros("9.50"), net_micros=micros("50.0"))
    back = taken_next(micros("29.75"), before=Shares(), whole=whole, step_micros=STEP)
    assert back == Shares(tax_micros=micros("4.75"), net_micros=micros("25.0"))


def test_what_nothing_asked_for_goes_back_first() -> None:
    whole = Shares(unapplied_micros=micros("5.0"), tax_micros=micros("9.50"), net_micros=micros("50.0"))
    back = taken_next(micros("34.75"), before=Shares(), whole=whole, step_micros=STEP)
    assert back == Shares(unapplied_micros=micros("5.0"), tax_micros=micros("4.75"), net_micros=micros("25.0"))


amounts = st.integers(0, 100_000)


@given(amounts, amounts, amounts, st.lists(st.tuples(st.integers(1, 50_000), st.booleans()), max_size=12))
def test_any_refunds_and_failures_of_some_give_back_exactly_what_came(
    unapplied: int, tax: int, net: int, steps: list[tuple[int, bool]]
) -> None:
    whole = Shares(unapplied_micros=unapplied * STEP, tax_micros=tax * STEP, net_micros=net * STEP)
    standing: list[Shares] = []

    def gone() -> Shares:
        return Shares(
            unapplied_micros=sum(each.unapplied_micros for each in standing),
            tax_micros=sum(each.tax_micros for each in standing),
            net_micros=sum(each.net_micros for each in standing),
        )

    def take(amount: int) -> None:
        back = taken_next(amount, before=gone(), whole=whole, step_micros=STEP)
        assert back.total_micros == amount
        assert min(back.unapplied_micros, back.tax_micros, back.net_micros) >= 0
        standing.append(back)
        left = whole.minus(gone())
        assert min(left.unapplied_micros, left.tax_micros, left.net_micros) >= 0

    for amount, fails in steps:
        if fails and standing:
            standing.pop(amount % len(standing))
        else:
            take(min(amount * STEP, whole.minus(gone()).total_micros))
    take(whole.minus(gone()).total_micros)
    assert gone() == whole
