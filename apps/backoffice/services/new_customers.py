"""Creates a customer with its wallet, its billing profile, and a contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.billing_profiles.models import Seller
from apps.billing_profiles.services import create_profile
from apps.common.transactions import serialized
from apps.mail.services import ContactValues, replace_contacts
from apps.tenants.models import Organization
from apps.tenants.services import provision_organization
from apps.wallets.services import open_wallet


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """The input for a new customer; with a seller, it gets a billing profile with its external ids."""

    organization: Mapping[str, Any]
    seller: Seller | None
    profile: Mapping[str, Any]
    contact: ContactValues | None
    external_ids: Sequence[tuple[str, str]] = ()


@serialized
def create_customer(*, customer: NewCustomer, now: datetime) -> Organization:
    """Create a customer, all or nothing; a rate without a date gets today's date.

    Raises:
        InvalidOrganization, SlugTaken, InvalidProfile, ExternalIdTaken: a field is not valid.
    """
    fields = dict(customer.organization)
    if fields["currency"] != "USD":
        fields["usd_rate_date"] = fields.get("usd_rate_date") or now.date()
    organization = provision_organization(**fields, now=now)
    open_wallet(organization=organization, now=now)
    if customer.seller is not None:
        create_profile(
            organization=organization,
            seller=customer.seller,
            values=customer.profile,
            external_ids=customer.external_ids,
            now=now,
        )
    if customer.contact is not None:
        replace_contacts(organization_id=organization.pk, contacts=[customer.contact], now=now)
    return organization
