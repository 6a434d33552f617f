"""Which invoice of ours an event is about."""

from apps.payments.errors import EventParked, NotReadyYet
from apps.payments.handlers.amounts import refuse_other_amount
from apps.payments.handlers.occasion import Occasion
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import StripeCustomer, StripeInvoice
from apps.payments.objects import InvoiceFacts

OURS = ("postpaid-invoice:", "instalment-invoice:")


def lock_invoice(facts: InvoiceFacts, occasion: Occasion) -> StripeInvoice:
    """Lock the invoice's row, adopting it where the answer that named it was lost; check that it agrees.

    Raises:
        NotOurs: nothing of ours made it. NotReadyYet: what made it is not here yet. EventParked: it does not agree.
    """
    row = _locked(stripe_id=facts.id) or _referenced(facts)
    if row.stripe_id not in (None, facts.id):
        raise EventParked(f"Our row belongs to another invoice, {row.stripe_id}")
    if facts.status != "draft":
        _refuse_disagreement(facts, row)
    row.stripe_id = facts.id
    row.number = facts.number or row.number
    row.hosted_url = facts.hosted_invoice_url or row.hosted_url
    row.updated_at = occasion.now
    row.save(update_fields=["stripe_id", "number", "hosted_url", "updated_at"])
    return row


def _locked(**wanted: object) -> StripeInvoice | None:
    rows = StripeInvoice.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    return rows.filter(**wanted).first()


def _referenced(facts: InvoiceFacts) -> StripeInvoice:
    reference = facts.metadata.get("reference", "")
    if not reference.startswith(OURS):
        raise NotOurs
    row = _locked(reference=reference)
    if row is None:
        raise NotReadyYet("The invoice it belongs to is not here", waits_for=facts.id)
    return row


def _refuse_disagreement(facts: InvoiceFacts, row: StripeInvoice) -> None:
    refuse_other_amount(
        told=facts.total, currency=facts.currency, expected_micros=row.amount_micros, expected_currency=row.currency
    )
    owner = StripeCustomer.objects.filter(stripe_id=facts.customer).values_list("organization", flat=True).first()
    if owner is not None and owner != row.organization_id:
        raise EventParked("Its customer is another organization's than our row's")
