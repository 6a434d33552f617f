"""Create meters and price books."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.pricing.model_names import normal_model
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
def cost_book(*, currency: str, now: datetime, account: str = "") -> PriceBook:
    """Return the cost book of a currency, for an account of a provider or the default one; create it at first use."""
    name = f"Cost {currency}, {account}" if account else f"Cost {currency}"
    return _shared_book(PriceBook.Purpose.COST, name, currency, now, normal_model(account))


def _shared_book(purpose: str, name: str, currency: str, now: datetime, account: str = "") -> PriceBook:
    book, _ = PriceBook.objects.get_or_create(
        currency=currency,
        organization=None,
        purpose=purpose,
        account=account,
        defaults={"name": name[:100], "created_at": now},
    )
    return book


@transaction.atomic
def override_price_book(*, organization: Organization, now: datetime) -> PriceBook:
    """Return the organization's own price book; create it at first use."""
    defaults = {"name": f"{organization.name}: own prices"[:100], "currency": organization.currency, "created_at": now}
    return PriceBook.objects.get_or_create(organization=organization, defaults=defaults)[0]
