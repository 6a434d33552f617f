"""Archiving is permanent, so a customer can be archived only when nothing is running or unpaid."""

from datetime import datetime
from uuid import UUID

from apps.common.errors import Conflict
from apps.common.transactions import serialized
from apps.contracts import selectors as contracts
from apps.invoices.selectors import what_is_open
from apps.payments.services import switch_off_top_up
from apps.plans import selectors as plans
from apps.tenants import services as tenants
from apps.tenants.models import Organization

Status = Organization.Status


class OpenDocuments(Conflict):
    """An invoice is a draft or has something left to pay, or money is unapplied."""

    code = "open_documents"
    title = "The organization has open invoices or unapplied money"


class StillRunning(Conflict):
    """A plan, contract or service agreement of the organization is still running."""

    code = "organization_still_running"
    title = "The organization still has something running; end it before archiving"


@serialized
def change_status(*, organization_id: UUID, status: Status, now: datetime) -> Organization:
    """Suspend, reopen or archive a customer.

    Suspending blocks its sessions and its API keys, which can only finish open reservations; plans and contracts
    continue. Archiving switches automatic top-up off.

    Raises:
        StillRunning: it cannot be archived, because a plan, contract or service agreement is running.
        OpenDocuments: it cannot be archived, because invoices are open or money is unapplied.
        IllegalStatusChange, OrganizationNotFound: its current status does not allow the new one, or it does not exist.
    """
    organization = tenants.lock_organization(organization_id)
    if status == Status.ARCHIVED:
        _check_nothing_is_left(organization, now)
        switch_off_top_up(organization=organization, by="system:archived", now=now)
    return tenants.set_status(organization_id=organization_id, status=status, now=now)


def _check_nothing_is_left(organization: Organization, now: datetime) -> None:
    running, still_open = _what_runs(organization, now), what_is_open(organization.pk)
    if running:
        raise StillRunning(f"End first: {', '.join(running)}.", field="status")
    if still_open:
        raise OpenDocuments(f"Settle first: {', '.join(still_open)}.", field="status")


def _what_runs(organization: Organization, now: datetime) -> list[str]:
    plan = plans.current_subscription(organization, now)
    return [*([f"plan {plan.tier}"] if plan.subscription_id else []), *contracts.what_runs(organization)]
