"""Models that a publication would leave without a price.

As long as no model has its own price, the price for any model applies to all. The first own price of one model makes
the others unknown, so their usage waits, unless the meter accepts the price for any model.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q

from apps.pricing.models import Meter, PriceBook, PriceListImport, PriceVersion
from apps.pricing.resolution import PriceIndex
from apps.pricing.selectors import place_of, places_in_force
from apps.pricing.services import ending_models
from apps.usage.models import BYOK, UsageDay

DAYS = 90


def models_left_by_price(draft: PriceVersion, now: datetime) -> list[str]:
    """Return the models used in the last 90 days that have a price now, and would have none after a publication."""
    return _left(draft.book, draft.meter, {draft.model}, (), now)


def models_left_by_list(imported: PriceListImport, now: datetime) -> list[str]:
    """Return the same for a whole list; models whose price it ends are left out, since they are listed anyway."""
    drafted = set(imported.versions.values_list("model", flat=True))
    return _left(imported.book, imported.meter, drafted, ending_models(imported), now)


def _left(book: PriceBook, meter: Meter, drafted: Collection[str], ending: Collection[str], now: datetime) -> list[str]:
    if book.purpose == PriceBook.Purpose.COST or meter.unknown_models == Meter.UnknownModels.ANY_MODEL:
        return []
    of_customers = Q(organization__currency=book.currency)
    if book.organization_id is not None:
        of_customers &= Q(organization=book.organization_id)
    first = now.astimezone(UTC).date() - timedelta(days=DAYS)
    days = UsageDay.objects.filter(of_customers, meter=meter, day__gte=first).exclude(billing_mode=BYOK)
    used = days.exclude(model="").exclude(model__in=ending).order_by()
    found = list(used.values_list("organization_id", "model").distinct())
    customers = {organization_id for organization_id, _ in found}
    before = places_in_force(organization_ids=customers, currency=book.currency, meter=meter, at=now)
    drafts = [place_of(meter, book.organization_id, book.currency, model) for model in drafted]
    is_priced, stays_priced = (
        partial(_is_priced, PriceIndex(prices), book.currency, meter, now) for prices in (before, [*before, *drafts])
    )
    return sorted({model for of, model in found if is_priced(of, model) and not stays_priced(of, model)})


def _is_priced(
    prices: PriceIndex, currency: str, meter: Meter, at: datetime, organization_id: UUID, model: str
) -> bool:
    found = prices.find(organization_id=organization_id, currency=currency, meter_id=meter.pk, model=model, at=at)
    return found is not None
