"""Previews of a price: usage of the last 30 days, or of a chosen window, priced again for each organization."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from apps.pricing.cells import NoCell, PricedCall
from apps.pricing.model_names import Alias
from apps.pricing.models import Meter, PriceBook, PriceListImport, PriceVersion
from apps.pricing.price_effects import PriceEffect
from apps.pricing.rating import Totals, Unpriceable, needs_table, price_of
from apps.pricing.resolution import Price, PriceIndex
from apps.pricing.selectors import as_price, places_in_force, prices_in_force
from apps.pricing.services import ending_models
from apps.tenants.models import Organization
from apps.usage.selectors.previewed_names import PreviewedNames, names_of_list, names_of_price
from apps.usage.selectors.previewed_usage import (
    Window,
    charged_calls,
    charged_usage,
    last_days,
    tables_of,
    used_models,
    waiting_calls,
    waiting_characters,
    waiting_usage,
)


@dataclass(frozen=True, slots=True)
class PriceChange:
    """An organization's charge in the window before and after, in micros; None if the price cannot be computed.

    If it `leaves_calls`, some calls would wait for another price; they add nothing to the charge.
    """

    organization: Organization
    before_micros: int
    after_micros: int | None
    leaves_calls: bool = False

    @property
    def difference_micros(self) -> int:
        """The increase; if the new charge cannot be computed, the whole charge counts as a decrease."""
        return -self.before_micros if self.after_micros is None else self.after_micros - self.before_micros


@dataclass(frozen=True, slots=True)
class PricePreview:
    """The organizations whose charge would change, the largest change first.

    `has_usage` is False if the price has no usage to compare.
    """

    changes: list[PriceChange]
    has_usage: bool

    @property
    def has_known_size(self) -> bool:
        """Whether there is usage to compare, and every new charge can be computed."""
        return self.has_usage and all(change.after_micros is not None for change in self.changes)

    @property
    def change_micros(self) -> int:
        """The sum of the absolute changes, which decides whether a second person must agree."""
        return sum(abs(change.difference_micros) for change in self.changes)


ALWAYS = datetime.min.replace(tzinfo=UTC)
# A price of a cost book changes no charge.
CHARGES_NOBODY = PricePreview([], has_usage=True)


def preview_price(draft: PriceVersion, now: datetime, window: Window | None = None) -> PricePreview:
    """Price a window, or else the last 30 days, again as if the draft had been in force.

    Tiers start again in each calendar month. Usage in quarantine is included with a charge of 0 before: that of the
    window, and without a window also older usage that the draft will price when it is rated. A minimum is counted once
    for each organization with usage. The number of statements does not depend on the amount of usage.
    """
    if draft.book.purpose == PriceBook.Purpose.COST:
        return CHARGES_NOBODY
    price = replace(as_price(draft), start=ALWAYS, end=None)
    window = window or last_days(now)
    names = names_of_price(draft, window, now)
    rows = _rows_of(draft, window, names)
    organizations = Organization.objects.in_bulk({row["organization_id"] for row in rows})
    in_force = _in_force(price, organizations.values(), now)
    index = _prices_with(price, in_force, names.aliases)
    least_before = max((each.minimum_micros for each in in_force if _place(each) == _place(price)), default=0)
    before: dict[UUID, int] = {}
    leaving: set[UUID] = set()
    totals: dict[UUID, dict[Any, Totals | None]] = {}
    for row in rows:
        organization = organizations[row["organization_id"]]
        if _applies(index, organization, price, row, now):
            before[organization.pk] = before.get(organization.pk, 0) + row["charge"]
            months = totals.setdefault(organization.pk, {})
            _add(months, row["month"], row, price)
            if price.rule.table is None and _needs_table(row):
                leaving.add(organization.pk)
    after = {pk: _priced(price, months.values(), price.minimum_micros) for pk, months in totals.items()}
    before = {pk: max(charge, least_before) for pk, charge in before.items()}
    changes = [
        PriceChange(organizations[pk], before[pk], after[pk], pk in leaving)
        for pk in after
        if after[pk] != before[pk] or pk in leaving
    ]
    return _preview(changes, has_usage=bool(totals))


def _needs_table(row: Mapping[str, Any]) -> bool:
    call = row.get("call")
    totals = Totals(row["quantity"] or 0, row["into"], row["out"])
    return call is not None and needs_table(totals, call.quantities, call.cost_picos)


def _rows_of(draft: PriceVersion, window: Window, names: PreviewedNames) -> list[Mapping[str, Any]]:
    """Return the usage to which a draft of one price may apply: charged or waiting, active characters included."""
    tables = tables_of(draft, [*names.targets, *(names.models or ())])
    models = names.models
    rows: Iterable[Mapping[str, Any]]
    if tables or draft.meter.counts == Meter.Counts.TOKENS:
        charged = charged_calls(tables, draft, window, models, were_sent=names.were_sent)
        rows = chain(charged, waiting_calls(tables, draft, window, models))
    else:
        rows = chain(charged_usage(draft, window, models), waiting_usage(draft, window, models))
    return [*rows, *waiting_characters(draft, window)]


def effect_on_customer(draft: PriceVersion, now: datetime) -> PriceEffect:
    """Return how a draft of a customer's own price would have changed its charge for the last 30 days, in micros."""
    found = preview_price(draft, now)
    if not found.changes:
        return PriceEffect(has_usage=found.has_usage)
    change = found.changes[0]
    return PriceEffect(change.before_micros, change.after_micros, found.has_usage, change.leaves_calls)


@dataclass(frozen=True, slots=True)
class ListChange:
    """A customer's charge for a model in the window, before and after a price list, in micros."""

    organization: Organization
    model: str
    before_micros: int
    after_micros: int | None


def preview_price_list(
    imported: PriceListImport, now: datetime, window: Window | None = None, starts_at: datetime | None = None
) -> tuple[PricePreview, list[ListChange]]:
    """Price a window, or else the last 30 days, again as if a whole list had been in force.

    Return the changes by customer, and by customer and model. Usage of customers with a price of their own for its
    model, or for any model, does not change; nor does that of the customers who keep the old prices, except of models
    that are new. Usage of models whose price ends counts as waiting, even where the price for any model would apply.
    Names are resolved as with the list in force, with and without the provider.
    """
    if imported.book.purpose == PriceBook.Purpose.COST:
        return CHARGES_NOBODY, []
    draft = PriceVersion(book=imported.book, meter=imported.meter, effective_from=starts_at or imported.effective_from)
    window = window or last_days(now)
    # Few of a long list's models have usage, so only their tables are read.
    names = names_of_list(imported, draft, used_models(draft, window), now)
    models = names.models or frozenset()
    versions = imported.versions.filter(model__in=models).select_related("book", "meter")
    prices: dict[str, Price | None] = dict.fromkeys(ending_models(imported))
    prices |= {row.model: replace(as_price(row), start=ALWAYS) for row in versions}
    tables = [price.rule.table for price in prices.values() if price is not None and price.rule.table is not None]
    charged = charged_calls(tables, draft, window, were_sent=names.were_sent)
    rows = [*charged, *waiting_calls(tables, draft, window)]
    organizations = Organization.objects.in_bulk({row["organization_id"] for row in rows})
    in_force = places_in_force(
        organization_ids=set(organizations),
        currency=imported.book.currency,
        meter=imported.meter,
        at=now,
        models={"", *models},
    )
    own = {(price.organization_id, price.model) for price in in_force}
    index = PriceIndex([*in_force, *filter(None, prices.values())], aliases=names.aliases)
    kept = set(imported.kept.values_list("organization_id", flat=True))
    before: dict[tuple[UUID, str], int] = {}
    sums: dict[tuple[UUID, str], dict[Any, Totals | None]] = {}
    for row in rows:
        organization = organizations[row["organization_id"]]
        key = (organization.pk, _name_of(index, organization, imported.meter_id, row, now))
        keeps_old = key[0] in kept and (None, key[1]) in own  # there is no old price of a new model
        if keeps_old or key[1] not in prices:
            continue
        if imported.book.organization_id is None and (key in own or (key[0], "") in own):
            continue
        before[key] = before.get(key, 0) + row["charge"]
        _add(sums.setdefault(key, {}), row["month"], row, prices[key[1]])
    after = {
        key: _priced(price, months.values()) if (price := prices[key[1]]) else None for key, months in sums.items()
    }
    lines = [ListChange(organizations[pk], model, before[pk, model], after[pk, model]) for pk, model in sorted(after)]
    changes = []
    for pk in {pk for pk, _ in after}:
        organization = organizations[pk]
        mine = [line for line in lines if line.organization.pk == pk and line.before_micros != line.after_micros]
        if mine:
            parts = [line.after_micros for line in mine]
            whole = None if None in parts else sum(part or 0 for part in parts)
            changes.append(PriceChange(organization, sum(line.before_micros for line in mine), whole))
    return _preview(changes, has_usage=bool(lines)), lines


def _name_of(
    prices: PriceIndex, organization: Organization, meter_id: int, row: Mapping[str, Any], now: datetime
) -> str:
    """Return the name under which usage is priced by these prices."""
    call = row.get("call")
    return prices.name_of(
        organization_id=organization.pk,
        currency=organization.currency,
        meter_id=meter_id,
        model=row["model"],
        provider=call.dimensions.get("provider", "") if call else row.get("provider", ""),
        at=now,
    )


def preview_without(version: PriceVersion, now: datetime) -> PricePreview:
    """Price the last 30 days with a published price and without it, as if it had been ended or withdrawn.

    Usage without another price would wait in quarantine, so its whole charge counts as a change.
    """
    if version.book.purpose == PriceBook.Purpose.COST:
        return CHARGES_NOBODY
    price = replace(as_price(version), start=ALWAYS, end=None)
    window = last_days(now)
    names = names_of_price(version, window, now)
    tables, models = tables_of(version, names.targets), [version.model] if version.model else None
    rows = list((partial(charged_calls, tables) if tables else charged_usage)(version, window, models))
    organizations = Organization.objects.in_bulk({row["organization_id"] for row in rows})
    in_force = _in_force(price, organizations.values(), now)
    with_it = _prices_with(price, in_force, names.aliases)
    without = PriceIndex((each for each in in_force if each.version_id != price.version_id), aliases=names.aliases)
    others: dict[UUID, dict[tuple[Price | None, Any], Totals | None]] = {}
    mine: dict[UUID, dict[Any, Totals | None]] = {}
    for row in rows:
        organization = organizations[row["organization_id"]]
        if not _applies(with_it, organization, price, row, now):
            continue
        _add(mine.setdefault(organization.pk, {}), row["month"], row, price)
        other = _find(without, organization, price, row, now)
        _add(others.setdefault(organization.pk, {}), (other, row["month"]), row, other)
    before = {pk: _priced(price, months.values(), price.minimum_micros) or 0 for pk, months in mine.items()}
    after = {pk: _priced_by_each(price, parts) for pk, parts in others.items()}
    changes = [PriceChange(organizations[pk], before[pk], after[pk]) for pk in before if after[pk] != before[pk]]
    return _preview(changes, has_usage=bool(mine))


def _preview(changes: Iterable[PriceChange], *, has_usage: bool) -> PricePreview:
    ordered = sorted(changes, key=lambda change: (-abs(change.difference_micros), change.organization.name))
    return PricePreview(ordered, has_usage)


def _add(sums: dict[Any, Totals | None], key: Any, row: Mapping[str, Any], price: Price | None) -> None:
    """Add a row of usage to the totals of a key, which become None if a price table cannot price the row."""
    table = price.rule.table if price else None
    try:
        priced = table.priced(row["call"]) if table else PricedCall({})
    except NoCell:
        sums[key] = None
        return
    before = sums.get(key, Totals())
    if before is not None:
        sums[key] = before + Totals(row["quantity"], row["into"], row["out"], priced.exact, priced.months)


def _priced_by_each(gone: Price, parts: Mapping[tuple[Price | None, Any], Totals | None]) -> int | None:
    """Return the charge under the prices other than the removed one; None if one is missing or cannot price its usage.

    The minimum of a price for the same model is applied. That of the price for any model is not, since usage of other
    models may reach it.
    """
    charges = [_priced(price, [totals]) if price else None for (price, _), totals in parts.items()]
    least = max((price.minimum_micros for price, _ in parts if price and price.model == gone.model), default=0)
    return None if None in charges else max(least, sum(charge or 0 for charge in charges))


def _prices_with(draft: Price, in_force: Iterable[Price], aliases: Iterable[Alias]) -> PriceIndex:
    """Return the prices in force now, with the draft in place of the one it would replace."""
    return PriceIndex([draft, *(price for price in in_force if _place(price) != _place(draft))], aliases=aliases)


def _place(price: Price) -> tuple[UUID | None, str, str]:
    return price.organization_id, price.currency, price.model


def _in_force(price: Price, organizations: Iterable[Organization], now: datetime) -> list[Price]:
    return prices_in_force(
        organization_ids={organization.pk for organization in organizations},
        currencies={price.currency},
        meter_ids=[price.meter_id],
        start=now,
        end=now,
    )


def _applies(
    index: PriceIndex, organization: Organization, draft: Price, row: Mapping[str, Any], now: datetime
) -> bool:
    return _find(index, organization, draft, row, now) is draft


def _find(
    index: PriceIndex, organization: Organization, price: Price, row: Mapping[str, Any], now: datetime
) -> Price | None:
    return index.find(
        organization_id=organization.pk,
        currency=organization.currency,
        meter_id=price.meter_id,
        model=_name_of(index, organization, price.meter_id, row, now),
        at=now,
    )


def _priced(price: Price, months: Iterable[Totals | None], least: int = 0) -> int | None:
    try:
        charges = [None if totals is None else price_of(price.rule, totals) for totals in months]
        return None if None in charges else max(least, sum(charge or 0 for charge in charges))
    except Unpriceable:
        return None
