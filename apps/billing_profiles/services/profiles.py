"""Billing profiles of customers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.billing_profiles.errors import ExternalIdTaken, InvalidProfile
from apps.billing_profiles.models import BillingProfile, ExternalId, Seller
from apps.tenants.models import Organization


def create_profile(
    *,
    organization: Organization,
    seller: Seller,
    values: Mapping[str, Any],
    now: datetime,
    external_ids: Sequence[tuple[str, str]] = (),
) -> BillingProfile:
    """Create a customer's billing profile; the default of the legal name is the customer's name.

    `external_ids` are pairs of another system's name and the customer's id there.

    Raises:
        InvalidProfile: a field is not valid.
        ExternalIdTaken: another customer has one of the ids.
    """
    profile = BillingProfile(
        organization=organization,
        seller=seller,
        **{**values, "legal_name": values.get("legal_name") or organization.name},
        created_at=now,
        updated_at=now,
    )
    try:
        profile.full_clean(["organization", "seller"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidProfile(messages[0], field=field) from error
    profile.save(force_insert=True)
    try:
        with transaction.atomic():
            for system, value in external_ids:
                ExternalId.objects.create(profile=profile, system=system, value=value)
    except IntegrityError as error:
        raise ExternalIdTaken(field="external_id") from error
    return profile
