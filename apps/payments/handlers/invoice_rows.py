"""Find, lock and move the invoice row that an event is about."""

from apps.payments import issues
from apps.payments.errors import NotReadyYet
from apps.payments.event_context import EventContext
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import INVOICE_TRANSITIONS, UNPAID_STATES, StripeCustomer, StripeInvoice
from apps.payments.references import INVOICES, kind_of_reference
from apps.payments.services.unapplied import ContradictsRow
from apps.payments.stripe_objects import InvoiceFacts
from apps.tenants.models import Organization

State = StripeInvoice.State


def lock_invoice(facts: InvoiceFacts, context: EventContext) -> StripeInvoice:
    """Lock an invoice's row, found by its Stripe id or its reference, and check that both agree.

    Raises:
        NotOurs: we did not create it. NotReadyYet: its row is not here yet. ContradictsRow: it disagrees with the row.
    """
    row = _locked(stripe_id=facts.id) or _referenced(facts)
    _refuse_disagreement(facts, row)
    row.stripe_id = facts.id
    row.number = facts.number or row.number
    row.hosted_url = facts.hosted_invoice_url or row.hosted_url
    row.updated_at = context.now
    row.save(update_fields=["stripe_id", "number", "hosted_url", "updated_at"])
    return row


def payer_of(facts: InvoiceFacts) -> Organization | None:
    """Return the organization whose Stripe customer an invoice is for, if there is one."""
    customer = StripeCustomer.objects.filter(stripe_id=facts.customer).select_related("organization").first()
    return customer.organization if customer else None


def move_invoice(row: StripeInvoice, to: StripeInvoice.State, context: EventContext) -> bool:
    """Move a locked invoice to a state if the transition is legal; return whether it moved.

    Late events move nothing.
    """
    if to not in INVOICE_TRANSITIONS[State(row.state)]:
        return False
    row.state = to
    row.updated_at = context.now
    row.save(update_fields=["state", "updated_at"])
    if to in (State.PAID, State.VOID):
        resolution = f"It is {row.get_state_display().lower()}"
        issues.close_issue(issues.Kind.SCHEDULE, subject=row.stripe_id or "", resolution=resolution, now=context.now)
    if to not in UNPAID_STATES:
        resolution = f"It is {row.get_state_display().lower()}"
        issues.close_issue(
            issues.Kind.PAYMENT_FAILED, subject=row.stripe_id or "", resolution=resolution, now=context.now
        )
    return True


def _locked(**wanted: object) -> StripeInvoice | None:
    rows = StripeInvoice.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    return rows.filter(**wanted).first()


def _referenced(facts: InvoiceFacts) -> StripeInvoice:
    reference = facts.metadata.get("reference", "")
    if kind_of_reference(reference) not in INVOICES:
        raise NotOurs
    row = _locked(reference=reference)
    if row is not None:
        return row
    payer = payer_of(facts)
    if payer is not None:  # our row is committed before Stripe's invoice exists, so a missing row was lost
        raise ContradictsRow(f"Invoice {facts.number or facts.id} has no row here", payer)
    raise NotReadyYet("Its invoice has not arrived yet", waits_for=facts.id)


def _refuse_disagreement(facts: InvoiceFacts, row: StripeInvoice) -> None:
    if row.stripe_id not in (None, facts.id):
        raise ContradictsRow(f"{row} is invoice {row.stripe_id} at Stripe, not {facts.id}", row.organization)
    payer = payer_of(facts)
    if payer is not None and payer != row.organization:
        raise ContradictsRow(f"Invoice {facts.number or facts.id} belongs to another organization", row.organization)
