"""The rest of an invoice after payments, credit notes and write-offs, in net and tax."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.money import Micros, to_micros
from apps.invoices.balances import Balance, NetAndTax, State

CENT = 10_000


def shares(net: str, tax: str) -> NetAndTax:
    return NetAndTax(to_micros(Decimal(net)), to_micros(Decimal(tax)))


def invoice(net: str, tax: str) -> Balance:
    return Balance(printed=shares(net, tax), step=CENT)


class TestPayments:
    def test_in_parts(self):
        first = invoice("1000", "190").receive(to_micros("500"))
        assert first.paid_shares == shares("420.17", "79.83")
        assert (first.left, first.state) == (to_micros("690"), State.PART_PAID)
        last = first.receive(to_micros("690"))
        assert last.paid_shares.minus(first.paid_shares) == shares("579.83", "110.17")
        assert (last.left, last.state) == (0, State.PAID)

    def test_is_never_more_than_what_is_left(self):
        with pytest.raises(ValueError, match="at most"):
            invoice("10", "1.90").receive(to_micros("11.91"))

    def test_that_goes_back_opens_the_invoice(self):
        paid = invoice("100", "19").receive(to_micros("119"))
        assert paid.undo_payment(to_micros("19")).state == State.PART_PAID
        assert paid.undo_payment(to_micros("119")).state == State.OPEN

    def test_zero_is_paid_at_once(self):
        assert invoice("0", "0").state == State.PAID


class TestCreditNotes:
    def test_on_an_unpaid_invoice_lowers_what_is_left(self):
        after, returned = invoice("1000", "190").credit(shares("200", "38"))
        assert (after.left, returned, after.state) == (to_micros("952"), NetAndTax(), State.OPEN)

    def test_whole_while_nothing_was_paid_makes_it_void(self):
        after, returned = invoice("1000", "190").credit(shares("1000", "190"))
        assert (after.left, returned, after.state) == (0, NetAndTax(), State.VOID)

    def test_splits_what_was_paid_anew(self):
        paid = invoice("200", "19").receive(to_micros("200"))
        assert paid.paid_shares == shares("182.65", "17.35")
        after, returned = paid.credit(shares("15.97", "3.03"))
        assert after.paid_shares == shares("184.03", "15.97")
        assert (after.left, returned, after.state) == (0, NetAndTax(), State.PAID)

    def test_beyond_what_is_left_goes_back(self):
        paid = invoice("100", "19").receive(to_micros("100"))
        after, returned = paid.credit(shares("50", "9.50"))
        assert (after.left, after.state) == (0, State.PAID)
        assert returned.total == to_micros("40.50")
        assert after.credited.plus(returned) == shares("50", "9.50")


class TestWriteOff:
    def test_gives_up_what_is_left(self):
        after = invoice("1000", "190").receive(to_micros("500")).write_off()
        assert after.written_off_shares == shares("579.83", "110.17")
        assert (after.left, after.state) == (0, State.UNCOLLECTIBLE)

    def test_is_lowered_by_money_that_comes_after(self):
        gone = invoice("1000", "190").receive(to_micros("500")).write_off()
        after = gone.receive(to_micros("100"))
        assert gone.written_off_shares.minus(after.written_off_shares) == shares("84.04", "15.96")
        assert (after.paid, after.written_off) == (to_micros("600"), to_micros("590"))
        assert after.state == State.UNCOLLECTIBLE
        assert after.receive(to_micros("590")).state == State.PAID


@st.composite
def steps(draw):
    kinds = st.sampled_from(["receive", "undo_payment", "credit", "write_off"])
    return draw(st.lists(st.tuples(kinds, st.integers(1, 60_000), st.integers(0, 100)), max_size=12))


@given(st.integers(0, 100_000), st.integers(0, 20_000), steps())
def test_nothing_left_is_ever_negative(net, tax, story):
    balance = Balance(printed=NetAndTax(Micros(net * CENT), Micros(tax * CENT)), step=CENT)
    noted = NetAndTax()
    for kind, cents, percent in story:
        if kind == "receive" and (most := balance.left + balance.written_off):
            balance = balance.receive(Micros(min(cents * CENT, most)))
        elif kind == "undo_payment" and balance.paid:
            balance = balance.undo_payment(Micros(min(cents * CENT, balance.paid)))
        elif kind == "credit" and not balance.written_off:
            whole = balance.printed.minus(noted)
            note = NetAndTax(
                Micros(whole.net * percent // 100 // CENT * CENT), Micros(whole.tax * percent // 100 // CENT * CENT)
            )
            balance, _ = balance.credit(note)
            noted = noted.plus(note)
        elif kind == "write_off":
            balance = balance.write_off()
        assert min(balance.left_shares.net, balance.left_shares.tax) >= 0
        assert min(balance.written_off_shares.net, balance.written_off_shares.tax) >= 0
        assert balance.left_shares.total == balance.left >= 0
        assert balance.left + balance.paid + balance.credited.total + balance.written_off == (net + tax) * CENT
