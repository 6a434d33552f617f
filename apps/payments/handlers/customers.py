"""Customers at Stripe, as events tell of them."""

from uuid import UUID

from apps.payments import issues
from apps.payments.event_context import EventContext
from apps.payments.models import StripeCustomer
from apps.payments.stripe_objects import CustomerFacts
from apps.tenants.models import Organization


def customer_deleted(facts: CustomerFacts, context: EventContext) -> None:
    """Keep ours with the moment; no new session is made until staff make the customer again."""
    customer = StripeCustomer.objects.select_related("organization").filter(stripe_id=facts.id).first()
    if customer is None or customer.deleted_at is not None:
        return
    customer.deleted_at = context.now
    customer.save(update_fields=["deleted_at"])
    issues.open_issue(
        issues.Kind.CUSTOMER_DELETED,
        organization=customer.organization,
        subject=facts.id,
        detail="Nothing can be bought until the customer is made again.",
        now=context.now,
    )


def adopt_customer(facts: CustomerFacts, context: EventContext) -> StripeCustomer | None:
    """Know a customer again that we made and lost, as after a restored backup.

    Its metadata is ours alone to write, unlike a session's reference; still it must name an organization that exists
    and has no other customer.
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
