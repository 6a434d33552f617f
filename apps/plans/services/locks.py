"""Lock subscriptions. Lock order: subscriptions before wallets."""

from uuid import UUID

from apps.plans.errors import NotSubscribed
from apps.plans.models import Subscription
from apps.tenants.models import Organization


def lock_subscription(subscription_id: UUID) -> Subscription:
    """Lock one subscription until the transaction ends, with its plan and organization loaded.

    Raises:
        NotSubscribed: there is no such subscription.
    """
    rows = Subscription.objects.select_for_update(no_key=True, of=("self",)).select_related("plan", "organization")
    found = rows.filter(pk=subscription_id).order_by("pk").first()
    if found is None:
        raise NotSubscribed
    return found


def lock_current(organization: Organization) -> Subscription:
    """Lock an organization's current subscription until the transaction ends.

    Raises:
        NotSubscribed: the organization has none.
    """
    rows = Subscription.objects.select_for_update(no_key=True, of=("self",)).select_related("plan", "organization")
    found = rows.filter(organization=organization, ended_at=None).order_by("pk").first()
    if found is None:
        raise NotSubscribed
    return found
