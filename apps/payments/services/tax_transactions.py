"""Report invoices whose tax Stripe calculated to Stripe Tax, and reverse the parts credited or written off.

https://docs.stripe.com/tax/custom#tax-transaction
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros, from_minor_units, split, to_minor_units
from apps.common.strict_json import Json
from apps.invoices.balances import NetAndTax
from apps.invoices.models import Document, TaxCalculation
from apps.invoices.services.transfers import terms_of
from apps.payments import issues, stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import StripeRequest
from apps.payments.services.stripe_requests import obtain
from apps.payments.services.tax_calculations import asked
from apps.payments.services.tax_reversals import (
    LINES,
    Reversal,
    Sums,
    left_of_sales,
    metadata_of,
    reference_to,
    relief_of,
    take_back,
)
from apps.payments.stripe_objects import TaxTransactionFacts
from apps.wallets.accounts import Role

SALE = "sale"
ROWS = ("organization", "tax_calculation", "credited__organization", "credited__tax_calculation")


def report_tax(*, document_id: UUID, now: datetime, transaction: str = "") -> None:
    """Report the sale of a numbered invoice to Stripe Tax, or reverse the part that a credit note credits; once each.

    If a written-off debt owes no tax, its part of the sale is reversed, and reported again when the debt is owed again.
    `transaction` is the id that staff found at Stripe for a sale whose answer was lost. A refusal opens an issue with
    the tax.

    Raises:
        StripeUnavailable: Stripe did not answer; a retry continues from there.
    """
    document = Document.objects.select_related(*ROWS).get(pk=document_id)
    invoice = document.credited or document
    with _issue_if_refused(document, now):
        _report(invoice, now)
        if transaction:
            _name_sale(invoice, transaction)
        if document == invoice:
            _follow_relief(invoice, now)
        else:
            name = document.number
            wanted = {product: _minor(sums, document) for product, sums in credited_by_product(document).items()}
            take_back(Reversal(invoice=invoice, event=f"note:{document.pk}", name=name, wanted=wanted), now)


def credited_by_product(note: Document) -> dict[str, Sums]:
    """Return the amount that a note credits of each product, as on its lines, and the tax on it; both in micros.

    The tax of a category and rate is divided in proportion to the amounts of its products, by largest remainder.
    """
    lines = list(note.lines.order_by("position"))
    found: dict[str, Sums] = {}
    for group in note.taxes.order_by("position"):
        amounts: dict[str, int] = {}
        for line in lines:
            if (line.tax_category, line.tax_rate) == (group.category, group.rate):
                amounts[line.product] = amounts.get(line.product, 0) + line.signed_micros
        sold = {product: amount for product, amount in amounts.items() if amount > 0}
        shares = split(group.tax_micros // note.step, list(sold.values())) if sold else []
        for (product, amount), share in zip(sold.items(), shares, strict=True):
            found[product] = (amount, share * note.step)
    return found


def _report(invoice: Document, now: datetime) -> None:
    """Report an invoice, once; if it has no calculation from before the payment, Stripe calculates the tax first.

    Raises:
        StripeRefused: Stripe refused to calculate or to report it.
    """
    row = invoice.tax_calculation
    assert row is not None, "only what Stripe has calculated is reported"
    if row.state != TaxCalculation.State.ANSWERED:
        row = asked(row, now)
        if row.state == TaxCalculation.State.REFUSED:
            raise StripeRefused(row.error)
        _show_difference(invoice, row, now)
    _sell(invoice, row.stripe_id, SALE, now)


def _sell(invoice: Document, calculation: str, event: str, now: datetime) -> TaxTransactionFacts:
    reference = reference_to(invoice, event)
    return obtain(
        stripe_operations.REPORT_TAX,
        reference=reference,
        organization=invoice.organization,
        params={
            "calculation": calculation,
            "reference": f"{invoice.number} {event} {invoice.pk}",
            "metadata": metadata_of(invoice, event, reference, is_relief=event != SALE),
            **LINES,
        },
        now=now,
    )


def _follow_relief(invoice: Document, now: datetime) -> None:
    """Reverse the written-off part of the sale, if its tax is then not owed.

    Stripe cannot reverse a reversal, so an amount that is owed again becomes a new sale with a calculation for today.
    Its tax may differ by rounding, so only the amount decides whether there is something to report.
    """
    is_owed = terms_of(invoice).loss_account == Role.WRITE_OFFS
    lost = NetAndTax() if is_owed else invoice.balance.written_off_shares
    wanted = _minor((lost.total if invoice.prices_include_tax else lost.net, lost.tax), invoice)
    relief = relief_of(invoice.pk)
    amount, tax = (here - there for here, there in zip(wanted, relief.sums, strict=True))
    event = f"relief:{relief.steps + 1}"
    if amount > 0:
        shares = _divided(invoice, (amount, max(0, tax)))
        taken = Reversal(invoice=invoice, event=event, name=invoice.number, wanted=shares, is_relief=True)
        take_back(taken, now)
    elif amount < 0:
        _sell_again(invoice, -amount, event, now)


def _sell_again(invoice: Document, amount: int, event: str, now: datetime) -> None:
    """Report an amount of an invoice that is owed again; Stripe calculates it for today from the same parameters."""
    assert invoice.tax_calculation is not None, "only what Stripe has calculated is reported"
    before: Json = invoice.tax_calculation.question
    amounts = split(amount, [item["amount"] for item in before["line_items"]])
    items = [{**item, "amount": share} for item, share in zip(before["line_items"], amounts, strict=True) if share]
    question = {name: value for name, value in before.items() if name != "tax_date"}
    found = obtain(
        stripe_operations.CALCULATE_TAX,
        reference=f"tax-calculation:{invoice.pk}:{event}",
        organization=invoice.organization,
        params={**question, "line_items": items},
        now=now,
    )
    _sell(invoice, found.id, event, now)


def _divided(invoice: Document, sums: Sums) -> dict[str, Sums]:
    """Divide an amount to reverse over an invoice's products, in proportion to what is left of each at Stripe."""
    left: dict[str, Sums] = {}
    for line in left_of_sales(invoice.pk):
        amount, tax = left.get(line.product, (0, 0))
        left[line.product] = (amount + line.amount, tax + line.tax)
    parts = [_shares(sums[place], [each[place] for each in left.values()]) for place in (0, 1)]
    return {product: (amount, tax) for product, amount, tax in zip(left, *parts, strict=True)}


def _shares(amount: int, weights: list[int]) -> list[int]:
    return split(amount, weights) if any(weights) else [amount, *[0] * (len(weights) - 1)]


def _minor(sums: Sums, document: Document) -> Sums:
    return to_minor_units(Micros(sums[0]), document.currency), to_minor_units(Micros(sums[1]), document.currency)


def _name_sale(invoice: Document, transaction: str) -> None:
    """Store the id of a sale whose answer was lost; staff have found it in Stripe's report.

    Raises:
        StripeRefused: it is another transaction, or there is none.
    """
    row = StripeRequest.objects.get(reference=reference_to(invoice, SALE))
    if row.stripe_id:
        return
    found = stripe_operations.fetch_transaction(transaction)
    if found.reference != row.params["reference"]:
        raise StripeRefused(f"{transaction} is the transaction of {found.reference}.")
    row.stripe_id = found.id
    row.answer = {"id": found.id, "reference": found.reference, "livemode": found.livemode, "lines": found.lines}
    row.save(update_fields=["stripe_id", "answer"])


def _show_difference(invoice: Document, row: TaxCalculation, now: datetime) -> None:
    """Open an issue if the tax that Stripe reports for an invoice differs from the booked one by more than rounding."""
    calculated = from_minor_units(sum(line["amount_tax"] for line in (row.answer or {})["lines"]), invoice.currency)
    if abs(calculated - invoice.tax_micros) > invoice.step:
        issues.open_issue(
            issues.Kind.TAX,
            organization=invoice.organization,
            subject=f"tax-differs:{invoice.pk}",
            detail=f"The tax that Stripe Tax reports for invoice {invoice} differs from the tax booked here.",
            sums=issues.IssueSums(
                expected_micros=invoice.tax_micros, actual_micros=calculated, currency=invoice.currency
            ),
            now=now,
        )


@contextmanager
def _issue_if_refused(document: Document, now: datetime) -> Iterator[None]:
    subject = f"tax-report:{document.pk}"
    try:
        yield
    except StripeRefused as error:
        kind = document.get_type_display().lower()
        issues.open_issue(
            issues.Kind.TAX,
            organization=document.organization,
            subject=subject,
            detail=(
                f"Stripe Tax refused to report {kind} {document}: {error.detail} Its tax is booked here. Correct the "
                "report at Stripe, or press “Report to Stripe Tax” on the document's page."
            ),
            sums=issues.IssueSums(actual_micros=document.tax_micros, currency=document.currency),
            now=now,
        )
        return
    issues.close_issue(issues.Kind.TAX, subject=subject, resolution="Stripe has it", now=now)
