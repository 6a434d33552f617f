"""Events about customers at Stripe, and recovery of lost customer rows."""

from uuid import UUID

from apps.payments import issues
from apps.payments.event_context import EventContext
from apps.payments.models import StripeCustomer
from apps.payments.services.top_up_settings import forget_card
from apps.payments.stripe_objects import CustomerFacts
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp


def customer_deleted(facts: CustomerFacts, context: EventContext) -> None:
    """Record when the customer was deleted; no session can be opened until staff recreate it."""
    customer = StripeCustomer.objects.select_related("organization").filter(stripe_id=facts.id).first()
    if customer is None or customer.deleted_at is not None:
        return
    customer.deleted_at = context.now
    customer.save(update_fields=["deleted_at"])
    for method_id in TopUp.objects.filter(customer_id=facts.id).values_list("payment_method_id", flat=True):
        forget_card(method_id=method_id, now=context.now)
    issues.open_issue(
        issues.Kind.CUSTOMER_DELETED,
        organization=customer.organization,
        subject=facts.id,
        detail="Nothing can be bought until the customer is recreated.",
        now=context.now,
    )


def adopt_customer(facts: CustomerFacts, context: EventContext) -> StripeCustomer | None:
    """Recreate the lost row of a customer that we created, for example after restoring a backup.

    Only we write a customer's metadata, unlike a session's reference. Even so, it must name an existing organization
    that has no other customer; otherwise the result is None.
    """
    organization = _named(facts.metadata.get("organization", ""))
    if organization is None or facts.livemode != context.livemode:
        return None
    customer, _ = StripeCustomer.objects.get_or_create(
        organization=organization,
        livemode=facts.livemode,
        deleted_at=None,
        defaults={"stripe_id": facts.id, "created_at": context.now},
    )
    return customer if customer.stripe_id == facts.id else None


def _named(organization_id: str) -> Organization | None:
    try:
        return Organization.objects.filter(pk=UUID(organization_id)).first()
    except ValueError:
        return None
