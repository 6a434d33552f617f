"""What is left to pay on an invoice, its state, and how a payment divides into net and tax. Pure; amounts are micros.

The amount due consists of what was paid, what is left, and what was written off, in this order. The tax in the first N
micros of it depends only on N, so the order of payments, credit notes and write-offs does not matter. The tax of a
payment is the tax in the paid part after it, less that before it.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from apps.common.money import Micros

ZERO = Micros(0)


class State(StrEnum):
    """The state of a document. A credit note is a draft or final; the others are those of an invoice."""

    DRAFT = "draft"
    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class NetAndTax:
    """An amount as net and tax."""

    net: Micros = ZERO
    tax: Micros = ZERO

    @property
    def total(self) -> Micros:
        return Micros(self.net + self.tax)

    def plus(self, other: "NetAndTax") -> "NetAndTax":
        """Return the sum."""
        return NetAndTax(Micros(self.net + other.net), Micros(self.tax + other.tax))

    def minus(self, other: "NetAndTax") -> "NetAndTax":
        """Return the difference."""
        return NetAndTax(Micros(self.net - other.net), Micros(self.tax - other.tax))


NOTHING = NetAndTax()


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The sums of a finalized invoice, in micros: printed, credited while unpaid, paid, and written off. `step` is the
    smallest payable amount.
    """

    printed: NetAndTax
    step: int
    credited: NetAndTax = NOTHING
    paid: Micros = ZERO
    written_off: Micros = ZERO
    is_given_up: bool = False

    @property
    def due(self) -> NetAndTax:
        """The total to pay: the printed amounts less what was credited while unpaid."""
        return self.printed.minus(self.credited)

    @property
    def left(self) -> Micros:
        """What is left to pay."""
        return Micros(self.due.total - self.paid - self.written_off)

    @property
    def paid_shares(self) -> NetAndTax:
        """The total paid, as net and tax."""
        return first_shares(self.paid, self.due, self.step)

    @property
    def written_off_shares(self) -> NetAndTax:
        """What was written off, as net and tax."""
        return self.due.minus(first_shares(self.due.total - self.written_off, self.due, self.step))

    @property
    def left_shares(self) -> NetAndTax:
        """What is left to pay, as net and tax; neither is ever negative."""
        return self.due.minus(self.paid_shares).minus(self.written_off_shares)

    def left_of_net(self, includes_tax: bool) -> Micros:
        """Return what is left to pay: without tax, or with tax if prices include it."""
        return self.left if includes_tax else self.left_shares.net

    @property
    def state(self) -> State:
        """The state, computed from the sums."""
        if self.is_given_up and self.left + self.written_off:
            return State.UNCOLLECTIBLE
        if self.left:
            return State.PART_PAID if self.paid else State.OPEN
        return State.PAID if self.paid or not self.printed.total else State.VOID

    def receive(self, amount: Micros) -> "Balance":
        """Return the balance after a payment; the part above what was left reduces the written-off amount.

        Raises:
            ValueError: the amount is not positive, or more than is left and written off.
        """
        if not 0 < amount <= self.left + self.written_off:
            raise ValueError("a payment is positive and at most what is left")
        recovered = max(ZERO, amount - self.left)
        return replace(self, paid=Micros(self.paid + amount), written_off=Micros(self.written_off - recovered))

    def undo_payment(self, amount: Micros) -> "Balance":
        """Return the balance after an amount was returned to the payer.

        The amount is due again.

        Raises:
            ValueError: the amount is not positive, or more than was paid.
        """
        if not 0 < amount <= self.paid:
            raise ValueError("the returned amount is positive and at most what was paid")
        return replace(self, paid=Micros(self.paid - amount))

    def credit(self, note: NetAndTax) -> tuple["Balance", NetAndTax]:
        """Return the balance after a credit note, and the part of the note that was already paid and must be returned.

        The note first lowers what is left to pay. If it is larger than that, its tax is divided in proportion.

        Raises:
            ValueError: something was written off; the write-off must be undone first.
        """
        if self.written_off:
            raise ValueError("an invoice that was written off is not credited")
        lowers = first_shares(min(note.total, self.left), note, self.step)
        return replace(self, credited=self.credited.plus(lowers)), note.minus(lowers)

    def write_off(self) -> "Balance":
        """Return the balance after the rest was written off."""
        return replace(self, written_off=Micros(self.written_off + self.left), is_given_up=True)


def first_shares(amount: int, due: NetAndTax, step: int) -> NetAndTax:
    """Divide the first `amount` of what is due into net and tax; the tax is `tax * amount // total`, rounded down to a
    step.
    """
    if not due.total:
        return NOTHING
    tax = due.tax * amount // (due.total * step) * step
    return NetAndTax(Micros(amount - tax), Micros(tax))
