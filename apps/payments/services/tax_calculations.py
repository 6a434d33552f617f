"""Ask Stripe Tax for the tax of drafts and bought credit, and open an issue if it refuses."""

from datetime import datetime

from apps.billing_profiles.errors import TaxedByStripe
from apps.billing_profiles.selectors import paper_language, tax_on_credit
from apps.billing_profiles.tax_choice import TaxOnTop
from apps.common.money import Micros
from apps.invoices import services as invoices
from apps.invoices.errors import CalculationMismatch, TaxRefused
from apps.invoices.models import Document, TaxCalculation
from apps.payments import issues, stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.services.stripe_requests import obtain
from apps.payments.stripe_objects import TaxCalculationFacts
from apps.tenants.models import Organization

State = TaxCalculation.State


def calculate_tax(*, calculation_id: int, now: datetime) -> None:
    """Ask Stripe for the tax of a draft, store the answer, and finalize the draft if it waited only for that.

    A refusal opens an issue. A later answer closes it, and so does discarding the draft.

    Raises:
        StripeUnavailable: Stripe did not answer; a retry asks again.
    """
    row = TaxCalculation.objects.select_related("organization").get(pk=calculation_id)
    if row.state == State.ASKED:
        row = asked(row, now)
    drafts = Document.objects.in_bulk(invoices.waiting_drafts(row))
    if row.state == State.REFUSED and drafts:
        _open_issue(row, next(iter(drafts.values())), now)
        return
    close_tax_issue(row, "Stripe has calculated the tax" if drafts else "The draft is gone, or was changed", now)
    for document_id in drafts:
        invoices.finalize_taxed(document_id=document_id, now=now)


def credit_reference(payment: object) -> str:
    """Return the reference of a calculation for bought credit; `payment` is its session's key or its attempt's id."""
    return f"top-up:{payment}"[:100]


def tax_of_credit(organization: Organization, amount: Micros, *, reference: str, now: datetime) -> TaxOnTop:
    """Return the tax on top of credit of an amount in micros that is about to be bought; Stripe is asked if needed.

    `reference` identifies the payment. Call it outside a transaction.

    Raises:
        NoTaxRule, VatNumberMissing: the seller's tax table does not determine the tax.
        TaxRefused: Stripe refused, which opens an issue. ProfileIncomplete: the customer has no address.
        StripeUnavailable: Stripe did not answer; a retry asks again.
    """
    try:
        return tax_on_credit(organization, amount, now)
    except TaxedByStripe:
        row = invoices.ask_about_credit(organization=organization, amount=amount, reference=reference, now=now)
    if not row.counts_at(now):
        row = asked(row, now)
    if row.state == State.REFUSED:
        _open_credit_issue(row, amount, now)
        raise TaxRefused(row.error)
    close_tax_issue(row, "Stripe has calculated the tax", now)
    return invoices.tax_on_asked_credit(row, paper_language(organization.pk))


def _open_credit_issue(row: TaxCalculation, amount: Micros, now: datetime) -> None:
    issues.open_issue(
        issues.Kind.TAX,
        organization=row.organization,
        subject=row.reference,
        detail=f"Credit cannot be bought because Stripe did not calculate its tax: {row.error} Correct the billing "
        "profile; the next try asks Stripe again.",
        sums=issues.IssueSums(actual_micros=amount),
        now=now,
    )


def asked(row: TaxCalculation, now: datetime) -> TaxCalculation:
    """Ask Stripe, and return the row with its answer or its refusal."""
    try:
        found = obtain(
            stripe_operations.CALCULATE_TAX,
            reference=f"tax-calculation:{row.pk}:{row.attempt}",
            organization=row.organization,
            params=row.question,
            now=now,
        )
        invoices.keep_tax_answer(calculation_id=row.pk, answer=_kept(found), now=now)
    except (StripeRefused, CalculationMismatch) as error:
        return invoices.refuse_tax(calculation_id=row.pk, reason=error.detail, now=now)
    row.refresh_from_db()
    return row


def _kept(found: TaxCalculationFacts) -> dict[str, object]:
    """Return the part of an answer that is kept."""
    return {"id": found.id, "currency": found.currency, "expires_at": found.expires_at, "lines": found.lines}


def _open_issue(row: TaxCalculation, draft: Document, now: datetime) -> None:
    issues.open_issue(
        issues.Kind.TAX,
        organization=row.organization,
        subject=row.reference,
        detail=(
            f"{draft} ({draft.get_kind_display().lower()}) cannot be finalized because Stripe did not calculate its "
            f"tax: {row.error} Correct the billing profile, then press “Ask Stripe for the tax” on the draft."
        ),
        sums=issues.IssueSums(actual_micros=draft.total_micros, currency=draft.currency),
        now=now,
    )


def close_tax_issue(row: TaxCalculation, resolution: str, now: datetime) -> None:
    """Close the issue about a document's tax; all its calculations share one."""
    issues.close_issue(issues.Kind.TAX, subject=row.reference, resolution=resolution, now=now)
