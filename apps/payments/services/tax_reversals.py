"""Reverse parts of the sale that Stripe Tax reports for an invoice, and compute what is left of the sale.

An invoice has one transaction, and another one for each sum that is owed again after a write-off. Their ids, lines and
reversals are read from our stored requests, because Stripe does not list transactions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models.fields.json import KT

from apps.common.strict_json import Json
from apps.invoices.models import Document
from apps.payments import stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import StripeRequest
from apps.payments.services.stripe_requests import obtain

LINES = {"expand": ["line_items"]}
OPERATIONS = [stripe_operations.REPORT_TAX.name, stripe_operations.REVERSE_TAX.name]
State = StripeRequest.State
Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a transaction, with the amount and tax not yet reversed, in the currency's smallest unit."""

    transaction: str
    line: str
    product: str
    amount: int
    tax: int

    def less(self, amount: int, tax: int) -> "SoldLine":
        """Return the line after a reversal of this amount and tax."""
        return replace(self, amount=self.amount - amount, tax=self.tax - tax)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """The part of an invoice's sale that an event reverses: amount and tax by product, in the smallest unit.

    `name` is the document's number, which Stripe's reports show.
    """

    invoice: Document
    event: str
    name: str
    wanted: Mapping[str, Sums]
    is_relief: bool = False


def reference_to(invoice: Document, event: str) -> str:
    """Return the reference of the transaction that an event of an invoice makes at Stripe Tax."""
    return f"tax-transaction:{invoice.pk}:{event}"


def metadata_of(invoice: Document, event: str, reference: str, *, is_relief: bool) -> dict[str, str]:
    """Return the metadata by which our requests for an invoice are found."""
    relief = {"relief": "yes"} if is_relief else {}
    owner = {"organization": str(invoice.organization_id), "invoice": str(invoice.pk)}
    return {"reference": reference, "event": event, **owner, **relief}


def take_back(taken: Reversal, now: datetime) -> None:
    """Reverse an amount of an invoice's transactions, oldest first, once per event.

    Raises:
        StripeRefused: Stripe refused, or less is left of the sale. StripeUnavailable: Stripe did not answer.
    """
    reference = reference_to(taken.invoice, taken.event)
    items = _items(taken, left_of_sales(taken.invoice.pk, without=taken.event))
    for place, (transaction, lines) in enumerate(items.items()):
        own = reference if not place else f"{reference}:{place + 1}"
        obtain(
            stripe_operations.REVERSE_TAX,
            reference=own,
            organization=taken.invoice.organization,
            params={
                "mode": "partial",
                "original_transaction": transaction,
                "reference": f"{taken.name} {taken.event} {transaction}",
                "line_items": lines,
                "metadata": metadata_of(taken.invoice, taken.event, own, is_relief=taken.is_relief),
                **LINES,
            },
            now=now,
        )


def left_of_sales(invoice_id: UUID, *, without: str = "") -> list[SoldLine]:
    """Return the lines of an invoice's transactions with what is not reversed of each, oldest first.

    Reversals of the event `without` do not count.

    Raises:
        StripeRefused: the id of a transaction is not known because Stripe's answer was lost.
    """
    rows = _requests(invoice_id)
    sales = [row for row in rows if row.operation == stripe_operations.REPORT_TAX.name]
    if not all(row.stripe_id for row in sales):
        raise StripeRefused("Stripe has the sale, but its answer with the transaction's id was lost.")
    lines = {
        line["id"]: SoldLine(row.stripe_id, line["id"], line["reference"], line["amount"], line["amount_tax"])
        for row in sales
        for line in (row.answer or {})["lines"]
    }
    for row in rows:
        is_counted = row.operation == stripe_operations.REVERSE_TAX.name and row.params["metadata"]["event"] != without
        for item in row.params["line_items"] if is_counted else ():
            key = item["original_line_item"]
            lines[key] = lines[key].less(-item["amount"], -item["amount_tax"])
    return list(lines.values())


@dataclass(frozen=True, slots=True)
class Relief:
    """What was reversed for write-offs of an invoice: amount and tax in the smallest unit, and the number of events."""

    sums: Sums
    steps: int


def relief_of(invoice_id: UUID) -> Relief:
    """Return what was reversed for write-offs of an invoice, less what was reported as sold again since."""
    rows = [row for row in _requests(invoice_id) if "relief" in row.params["metadata"]]
    amount = tax = 0
    for row in rows:
        taken_back = row.operation == stripe_operations.REVERSE_TAX.name
        for line in row.params["line_items"] if taken_back else (row.answer or {})["lines"]:
            amount, tax = amount - line["amount"], tax - line["amount_tax"]
    return Relief((amount, tax), len({row.params["metadata"]["event"] for row in rows}))


def _requests(invoice_id: UUID) -> list[StripeRequest]:
    """Return our completed requests to Stripe Tax for an invoice, oldest first."""
    rows = StripeRequest.objects.alias(invoice=KT("params__metadata__invoice")).filter(invoice=str(invoice_id))
    return list(rows.filter(operation__in=OPERATIONS, state=State.DONE).order_by("pk"))


def _items(taken: Reversal, lines: list[SoldLine]) -> dict[str, list[Json]]:
    """Return the lines to reverse, by transaction.

    Raises:
        StripeRefused: less is left of the sale than is to be reversed.
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
            raise StripeRefused(f"At Stripe, less is left of the sale of {product} than is to be reversed.")
    return items
