"""Report invoices whose tax Stripe calculated to Stripe Tax, and take back what credit notes credit.

https://docs.stripe.com/tax/custom#tax-transaction
"""

from datetime import datetime
from uuid import UUID

from apps.common.money import split, to_minor_units
from apps.common.strict_json import Json
from apps.invoices.models import Document
from apps.payments import issues, stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.services.stripe_requests import obtain
from apps.payments.stripe_objects import TaxTransactionFacts

LINES = {"expand": ["line_items"]}


def report_tax(*, document_id: UUID, now: datetime) -> None:
    """Let Stripe report the tax of a numbered invoice, or reverse the part that a credit note credits; once each.

    A refusal opens an issue with the tax.

    Raises:
        StripeUnavailable: Stripe did not answer; a retry goes on.
    """
    rows = Document.objects.select_related("organization", "tax_calculation", "credited__tax_calculation")
    document = rows.get(pk=document_id)
    try:
        if document.credited is None:
            _report(document, now)
        else:
            _reverse(document, _report(document.credited, now), now)
    except StripeRefused as error:
        _open_issue(document, error.detail, now)
        return
    issues.close_issue(issues.Kind.TAX, subject=_subject(document), resolution="Stripe has it", now=now)


def _report(invoice: Document, now: datetime) -> TaxTransactionFacts:
    """Return the transaction of an invoice, which is made if there is none."""
    assert invoice.tax_calculation is not None, "only what Stripe has calculated is reported"
    return obtain(
        stripe_operations.REPORT_TAX,
        reference=f"tax-transaction:{invoice.pk}",
        organization=invoice.organization,
        params={
            "calculation": invoice.tax_calculation.stripe_id,
            "reference": f"{invoice.number} {invoice.pk}",
            "metadata": {"reference": f"tax-transaction:{invoice.pk}", "organization": str(invoice.organization_id)},
            **LINES,
        },
        now=now,
    )


def _reverse(note: Document, reported: TaxTransactionFacts, now: datetime) -> None:
    """Take back what a credit note credits, by product, as the invoice was asked about."""
    obtain(
        stripe_operations.REVERSE_TAX,
        reference=f"tax-transaction:{note.pk}",
        organization=note.organization,
        params={
            "mode": "partial",
            "original_transaction": reported.id,
            "reference": f"{note.number} {note.pk}",
            "line_items": _reversed_lines(note, reported),
            "metadata": {"reference": f"tax-transaction:{note.pk}", "organization": str(note.organization_id)},
            **LINES,
        },
        now=now,
    )


def _reversed_lines(note: Document, reported: TaxTransactionFacts) -> list[Json]:
    originals = {line["reference"]: line["id"] for line in reported.lines}
    first = reported.lines[0]["id"]
    return [
        {
            "original_line_item": originals.get(product, first),
            "amount": -to_minor_units(amount, note.currency),
            "amount_tax": -to_minor_units(tax, note.currency),
            "reference": f"{product} {note.number}",
        }
        for product, (amount, tax) in credited_by_product(note).items()
    ]


def credited_by_product(note: Document) -> dict[str, tuple[int, int]]:
    """Return what a note credits of each product, and the tax on it, in micros; the amounts are those of its lines.

    The tax of a category and rate is divided by the amounts of its products, the rest by largest remainder.
    """
    lines = list(note.lines.order_by("position"))
    found: dict[str, tuple[int, int]] = {}
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


def _subject(document: Document) -> str:
    return f"tax-report:{document.pk}"


def _open_issue(document: Document, reason: str, now: datetime) -> None:
    kind = document.get_type_display().lower()
    issues.open_issue(
        issues.Kind.TAX,
        organization=document.organization,
        subject=_subject(document),
        detail=(
            f"Stripe Tax does not report {kind} {document}: {reason} Its tax is booked here. Correct it at Stripe, or "
            "press “Report to Stripe Tax” on its page."
        ),
        actual_micros=document.tax_micros,
        currency=document.currency,
        now=now,
    )
