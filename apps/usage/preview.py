"""What a draft price would change: the last 30 days priced again under it, per organization, from day totals alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from apps.common.periods import window_start
from apps.pricing.models import PriceVersion
from apps.pricing.rating import Totals, Unpriceable, price_of
from apps.pricing.resolution import Price, PriceIndex
from apps.pricing.selectors import as_price, prices_in_force
from apps.tenants.models import Organization
from apps.usage.models import BYOK, UsageDay

DAYS = 30


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What an organization was charged in the window, and what it would be; None where the draft cannot price it."""

    organization: Organization
    before_micros: int
    after_micros: int | None

    @property
    def difference_micros(self) -> int:
        """How much more it would be; where the draft cannot price the usage, all of it counts as changed."""
        return -self.before_micros if self.after_micros is None else self.after_micros - self.before_micros


@dataclass(frozen=True, slots=True)
class Preview:
    """The organizations whose charge would change, the largest change first."""

    changes: list[PriceChange]

    @property
    def change_micros(self) -> int:
        """The sum of all changes, whichever way they go: what a second person is asked about."""
        return sum(abs(change.difference_micros) for change in self.changes)


def preview_price(draft: PriceVersion, now: datetime) -> Preview:
    """Price the last 30 days again as if the draft had been in force, tiers starting anew in each month of them.

    Minimum charges are left out. It costs a few statements, however much usage there is.
    """
    price = replace(as_price(draft), start=datetime.min.replace(tzinfo=UTC), end=None)
    rows = list(_usage(draft, now))
    organizations = Organization.objects.in_bulk({row["organization_id"] for row in rows})
    index = _prices_with(price, organizations.values(), now)
    before: dict[UUID, int] = {}
    totals: dict[UUID, dict[Any, Totals]] = {}
    for row in rows:
        organization = organizations[row["organization_id"]]
        if _applies(index, organization, price, row["model"], now):
            before[organization.pk] = before.get(organization.pk, 0) + row["charge"]
            months = totals.setdefault(organization.pk, {})
            added = Totals(row["quantity"], row["into"], row["out"])
            months[row["month"]] = months.get(row["month"], Totals()) + added
    after = {pk: _priced(price, months.values()) for pk, months in totals.items()}
    changes = [PriceChange(organizations[pk], before[pk], after[pk]) for pk in after if after[pk] != before[pk]]
    return Preview(sorted(changes, key=lambda change: (-abs(change.difference_micros), change.organization.name)))


def _usage(draft: PriceVersion, now: datetime) -> Iterable[Mapping[str, Any]]:
    today = now.astimezone(UTC).date()
    rows = UsageDay.objects.filter(
        meter=draft.meter_id,
        day__range=(window_start(DAYS, now).date(), today + timedelta(days=1)),
        organization__currency=draft.book.currency,
    ).exclude(billing_mode=BYOK)
    if draft.book.organization_id is not None:
        rows = rows.filter(organization=draft.book.organization_id)
    if draft.model:
        rows = rows.filter(model=draft.model)
    grouped = rows.annotate(month=TruncMonth("day")).order_by().values("organization_id", "month", "model")
    return grouped.annotate(
        quantity=Sum("quantity_micros"), into=Sum("input_tokens"), out=Sum("output_tokens"), charge=Sum("charge_micros")
    )


def _prices_with(draft: Price, organizations: Iterable[Organization], now: datetime) -> PriceIndex:
    """Return the prices in force now, with the draft in the place of the one it would take over from."""
    in_force = prices_in_force(
        organization_ids={organization.pk for organization in organizations},
        currencies={draft.currency},
        meter_ids=[draft.meter_id],
        start=now,
        end=now,
    )
    place = (draft.organization_id, draft.currency, draft.model)
    kept = (price for price in in_force if (price.organization_id, price.currency, price.model) != place)
    return PriceIndex([draft, *kept])


def _applies(index: PriceIndex, organization: Organization, draft: Price, model: str, now: datetime) -> bool:
    found = index.find(
        organization_id=organization.pk,
        currency=organization.currency,
        meter_id=draft.meter_id,
        model=model,
        at=now,
    )
    return found is draft


def _priced(price: Price, months: Iterable[Totals]) -> int | None:
    try:
        return sum(price_of(price.rule, totals) for totals in months)
    except Unpriceable:
        return None
