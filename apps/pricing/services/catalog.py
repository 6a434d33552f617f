"""Create meters and price books."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.pricing.models import Meter, PriceBook
from apps.tenants.models import Organization


@transaction.atomic
def define_meter(*, slug: str, name: str, unit: str, kind: str, counts: str, now: datetime, **fields: Any) -> Meter:
    """Create a meter; `fields` are further columns of `Meter`."""
    return Meter.objects.create(slug=slug, name=name, unit=unit, kind=kind, counts=counts, created_at=now, **fields)


@transaction.atomic
def list_price_book(*, currency: str, now: datetime) -> PriceBook:
    """Return the list price book of a currency; create it at first use."""
    return _shared_book(PriceBook.Purpose.CHARGE, f"List {currency}", currency, now)


@transaction.atomic
def cost_book(*, currency: str, now: datetime) -> PriceBook:
    """Return the cost book of a currency; create it at first use."""
    return _shared_book(PriceBook.Purpose.COST, f"Cost {currency}", currency, now)


def _shared_book(purpose: str, name: str, currency: str, now: datetime) -> PriceBook:
    defaults = {"name": name, "created_at": now}
    return PriceBook.objects.get_or_create(currency=currency, organization=None, purpose=purpose, defaults=defaults)[0]


@transaction.atomic
def override_price_book(*, organization: Organization, now: datetime) -> PriceBook:
    """Return the organization's own price book; create it at first use."""
    defaults = {"name": f"{organization.name}: own prices"[:100], "currency": organization.currency, "created_at": now}
    return PriceBook.objects.get_or_create(organization=organization, defaults=defaults)[0]
