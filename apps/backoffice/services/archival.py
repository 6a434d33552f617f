"""A customer is archived for good, so only once nothing goes on by itself for it."""

from datetime import datetime
from uuid import UUID

from apps.common.errors import Conflict
from apps.common.transactions import serialized
from apps.contracts import selectors as contracts
from apps.plans import selectors as plans
from apps.tenants import services as tenants
from apps.tenants.models import Organization

Status = Organization.Status


class StillRunning(Conflict):
    """A plan, a contract or a service agreement of the organization would go on."""

    code = "organization_still_running"
    title = "Something still runs for the organization; end it before it is archived"


@serialized
def change_status(*, organization_id: UUID, status: Status, now: datetime) -> Organization:
    """Suspend, reopen or archive a customer. Suspending stops its credentials and nothing that was agreed.

    Raises:
        StillRunning: it is to be archived, and a plan, a contract or a service agreement would go on.
        IllegalStatusChange, OrganizationNotFound: it cannot go there from where it is.
    """
    organization = tenants.lock_organization(organization_id)
    running = _what_runs(organization, now) if status == Status.ARCHIVED else []
    if running:
        raise StillRunning(f"End first: {', '.join(running)}.", field="status")
    return tenants.set_status(organization_id=organization_id, status=status, now=now)


def _what_runs(organization: Organization, now: datetime) -> list[str]:
    plan = plans.current_subscription(organization, now)
    return [*([f"plan {plan.tier}"] if plan.subscription_id else []), *contracts.what_runs(organization)]
