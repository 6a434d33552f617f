"""The accounts that an invoice's events move: worked examples in euros and cents."""

from decimal import Decimal

import pytest

from apps.common.money import from_micros, to_micros
from apps.invoices import postings
from apps.invoices.balances import Balance, NetAndTax
from apps.invoices.postings import PlannedTransfer, Terms
from apps.wallets.accounts import Role

AT_INVOICE, AT_PAYMENT = Terms(), Terms(is_owed_when_paid=True)
WITH_RELIEF = Terms(has_relief=True)
BANK = Role.MANUAL_RECEIPTS


def transfer_texts(moves: list[PlannedTransfer]) -> list[str]:
    return [f"{move.source} -> {move.destination} {from_micros(move.amount):.2f}" for move in moves]


def shares(net: str, tax: str) -> NetAndTax:
    return NetAndTax(to_micros(Decimal(net)), to_micros(Decimal(tax)))


@pytest.fixture
def invoice() -> Balance:
    return Balance(printed=shares("1000", "190"), step=10_000)


@pytest.fixture
def part_paid(invoice: Balance) -> Balance:
    return invoice.receive(to_micros("500"))


def test_finalizing_asks_for_net_and_tax(invoice: Balance) -> None:
    assert transfer_texts(postings.finalized(invoice.printed.net, invoice.printed.tax, AT_INVOICE)) == [
        "invoiced -> revenue 1000.00",
        "invoiced -> tax 190.00",
    ]
    assert (
        transfer_texts(postings.finalized(invoice.printed.net, invoice.printed.tax, AT_PAYMENT))[1]
        == "invoiced -> tax_pending 190.00"
    )


def test_tax_that_is_owed_when_paid_follows_the_payments(invoice: Balance, part_paid: Balance) -> None:
    assert transfer_texts(postings.received(invoice, part_paid, BANK, AT_PAYMENT)) == [
        "manual_receipts -> invoiced 500.00",
        "tax_pending -> tax 79.83",
    ]
    last = part_paid.receive(to_micros("690"))
    assert transfer_texts(postings.received(part_paid, last, BANK, AT_PAYMENT))[1] == "tax_pending -> tax 110.17"
    assert transfer_texts(postings.returned(last, part_paid, BANK, AT_PAYMENT)) == [
        "invoiced -> manual_receipts 690.00",
        "tax -> tax_pending 110.17",
    ]


def test_a_write_off_and_money_after_it(part_paid: Balance) -> None:
    gone = part_paid.write_off()
    assert transfer_texts(postings.written_off(part_paid, gone, AT_INVOICE)) == [
        "write_offs -> invoiced 579.83",
        "write_offs -> invoiced 110.17",
    ]
    assert transfer_texts(postings.written_off(part_paid, gone, WITH_RELIEF))[1] == "tax -> invoiced 110.17"
    assert transfer_texts(postings.written_off(part_paid, gone, AT_PAYMENT))[1] == "tax_pending -> invoiced 110.17"
    later = gone.receive(to_micros("100"))
    assert transfer_texts(postings.received(gone, later, BANK, AT_INVOICE)) == [
        "invoiced -> write_offs 84.04",
        "invoiced -> write_offs 15.96",
        "manual_receipts -> invoiced 100.00",
    ]
    assert transfer_texts(postings.write_off_undone(later, WITH_RELIEF)) == [
        "invoiced -> write_offs 495.79",
        "invoiced -> tax 94.21",
    ]


def test_a_credit_note_lowers_what_is_left_and_gives_the_rest_back(part_paid: Balance) -> None:
    after, back = part_paid.credit(shares("1000", "190"))
    assert transfer_texts(postings.credited(part_paid, after, back, Role.UNAPPLIED, AT_INVOICE)) == [
        "revenue -> invoiced 579.84",
        "tax -> invoiced 110.16",
        "revenue -> unapplied 420.16",
        "tax -> unapplied 79.84",
    ]
    moves = postings.credited(part_paid, after, back, Role.UNAPPLIED, AT_PAYMENT)
    assert "tax_pending -> tax 0.01" in transfer_texts(moves)
