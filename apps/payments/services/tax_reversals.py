"""What of an invoice Stripe Tax still reports as sold, and taking a part of it back.

An invoice has one transaction, and another one for each sum that is owed again after a write-off. Their ids, lines and
what was taken back of them are in our stored requests, since Stripe lists no transactions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from apps.common.strict_json import Json
from apps.invoices.models import Document
from apps.payments import stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import StripeRequest
from apps.payments.services.stripe_requests import obtain

LINES = {"expand": ["line_items"]}
State = StripeRequest.State
Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a transaction, with the amount and tax that are left of it, in the currency's smallest units."""

    transaction: str
    line: str
    product: str
    amount: int
    tax: int

    def less(self, amount: int, tax: int) -> "SoldLine":
        """Return the line with less left of it."""
        return replace(self, amount=self.amount - amount, tax=self.tax - tax)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """What an event takes back of an invoice: amount and tax by product, in smallest units. `name` is for reports."""

    invoice: Document
    event: str
    name: str
    wanted: Mapping[str, Sums]


def sale_reference(invoice_id: UUID) -> str:
    """Return the reference of an invoice's transaction, and the beginning of those of all that follow it."""
    return f"tax-transaction:{invoice_id}"


def take_back(taken: Reversal, now: datetime) -> None:
    """Reverse the transactions of an invoice by what an event takes back, oldest first; once per event.

    Raises:
        StripeRefused: Stripe refused, or less than that is left. StripeUnavailable: it did not answer.
    """
    reference = f"{sale_reference(taken.invoice.pk)}:{taken.event}"
    items = _items(taken, left_of_sales(taken.invoice.pk, without=reference))
    for place, (transaction, lines) in enumerate(items.items()):
        own = reference if not place else f"{reference}:{place + 1}"
        obtain(
            stripe_operations.REVERSE_TAX,
            reference=own,
            organization=taken.invoice.organization,
            params={
                "mode": "partial",
                "original_transaction": transaction,
                "reference": f"{taken.name} {own.removeprefix('tax-transaction:')}",
                "line_items": lines,
                "metadata": {"reference": own, "organization": str(taken.invoice.organization_id)},
                **LINES,
            },
            now=now,
        )


def left_of_sales(invoice_id: UUID, *, without: str = "") -> list[SoldLine]:
    """Return the lines of an invoice's transactions with what is left of each, oldest first.

    Reversals whose reference begins with `without` do not count.

    Raises:
        StripeRefused: the id of a transaction is not known, since Stripe's answer was lost.
    """
    rows = StripeRequest.objects.filter(reference__startswith=sale_reference(invoice_id), state=State.DONE)
    sales = [row for row in rows.order_by("pk") if row.operation == stripe_operations.REPORT_TAX.name]
    if not all(row.stripe_id for row in sales):
        raise StripeRefused("Stripe has the sale, but its answer with the transaction's id was lost.")
    lines = {
        line["id"]: SoldLine(row.stripe_id, line["id"], line["reference"], line["amount"], line["amount_tax"])
        for row in sales
        for line in (row.answer or {})["lines"]
    }
    for row in rows.filter(operation=stripe_operations.REVERSE_TAX.name):
        for item in row.params["line_items"] if not (without and row.reference.startswith(without)) else ():
            key = item["original_line_item"]
            lines[key] = lines[key].less(-item["amount"], -item["amount_tax"])
    return list(lines.values())


@dataclass(frozen=True, slots=True)
class Relief:
    """What was taken back of an invoice for write-offs: amount and tax in smallest units, in how many steps."""

    sums: Sums
    steps: int


def relief_of(invoice_id: UUID) -> Relief:
    """Return what was taken back of an invoice for write-offs, less what was sold again since."""
    rows = StripeRequest.objects.filter(reference__startswith=f"{sale_reference(invoice_id)}:relief:", state=State.DONE)
    amount = tax = 0
    for row in rows:
        taken_back = row.operation == stripe_operations.REVERSE_TAX.name
        for line in row.params["line_items"] if taken_back else (row.answer or {})["lines"]:
            amount, tax = amount - line["amount"], tax - line["amount_tax"]
    return Relief((amount, tax), len({row.reference.split(":")[3] for row in rows}))


def _items(taken: Reversal, lines: list[SoldLine]) -> dict[str, list[Json]]:
    """Return the lines to reverse by transaction.

    Raises:
        StripeRefused: less is left than is taken back.
    """
    items: dict[str, list[Json]] = {}
    for product, sums in taken.wanted.items():
        amount, tax = sums
        for line in lines:
            if line.product != product:
                continue
            share, tax_share = min(amount, line.amount), min(tax, line.tax)
            amount, tax = amount - share, tax - tax_share
            if share or tax_share:
                items.setdefault(line.transaction, []).append(
                    {
                        "original_line_item": line.line,
                        "amount": -share,
                        "amount_tax": -tax_share,
                        "reference": f"{product} {taken.name}",
                    }
                )
        if amount or tax:
            raise StripeRefused(f"Less than is taken back of {product} is left of the sale at Stripe.")
    return items
