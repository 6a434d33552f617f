"""Functions that create test data by the public services, with fixed values."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros, to_micros
from apps.tenants.causes import ORGANIZATION
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.kinds import Overage
from apps.wallets.models import Grant


def create_organization(now: datetime, slug: str = "acme", **fields: Any) -> Organization:
    """Make an organization with its wallet."""
    organization = Organization.objects.create(
        name=fields.pop("name", slug.title()), slug=slug, created_at=now, updated_at=now, **fields
    )
    wallets.open_wallet(organization=organization, now=now)
    return organization


def cause_of(organization: Organization) -> Cause:
    """Name the organization as the cause of what a test posts for it by hand."""
    return ORGANIZATION.of(organization.pk)


def create_grant(organization: Organization, amount: str, now: datetime, key: str = "g1", **fields: Any) -> Grant:
    """Grant whole units of credit."""
    fields = {"created_by": "staff:ann"} | fields
    source = wallets.Source(fields.pop("source", "bonus"))
    grant = wallets.NewGrant(cause=cause_of(organization), amount=to_micros(amount), source=source, key=key, **fields)
    return wallets.grant_credits(organization=organization, grant=grant, now=now)


def charge(organization: Organization, amount: str, now: datetime, key: str = "c1", **fields: Any) -> Any:
    """Charge whole units for usage."""
    fields = {"kind": "usage", "created_by": "system:test"} | fields
    one = wallets.Charge(
        organization=organization, cause=cause_of(organization), amount=to_micros(amount), key=key, **fields
    )
    return wallets.charge(charge=one, now=now)


def reserve(organization: Organization, amount: str, now: datetime, key: str = "r1", **fields: Any) -> Any:
    """Reserve whole units without an end."""
    fields = {"expires_at": None, "created_by": "system:test"} | fields
    reservation = wallets.NewReservation(amount=to_micros(amount), key=key, **fields)
    return wallets.reserve(organization=organization, reservation=reservation, now=now).hold


def capture(organization: Organization, hold_id: UUID, amount: str, now: datetime, **fields: Any) -> Any:
    """Capture whole units of a reservation."""
    fields = {"key": f"capture:{hold_id}", "created_by": "system:test"} | fields
    overage = Overage(fields.pop("overage", "refuse"))
    capturing = wallets.Capture(hold_id=hold_id, amount=Micros(to_micros(amount)), overage=overage, **fields)
    return wallets.capture_reservation(organization=organization, capture=capturing, now=now).transfer
