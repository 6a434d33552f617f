"""Previews of a price: the last 30 days of usage priced again, for each organization, from day totals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, DateField, Q, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from apps.common.money import MICROS_PER_UNIT, divide_half_even
from apps.common.periods import window_start
from apps.pricing.cells import EXACT_PER_MICRO, NoCell, read_table
from apps.pricing.models import Meter, PriceBook, PriceListImport, PriceVersion
from apps.pricing.rating import Scheme, Totals, Unpriceable, price_of
from apps.pricing.resolution import Price, PriceIndex
from apps.pricing.selectors import as_price, prices_in_force
from apps.tenants.models import Organization
from apps.usage.models import BYOK, ActiveCharacter, UsageDay, UsageEvent
from apps.usage.rated_events import HELD
from apps.usage.selectors.call_groups import call_groups

DAYS = 30


@dataclass(frozen=True, slots=True)
class PriceChange:
    """An organization's charge in the window before and after, in micros; None if the price cannot be computed."""

    organization: Organization
    before_micros: int
    after_micros: int | None

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
    def change_micros(self) -> int:
        """The sum of the absolute changes, which decides whether a second person must agree."""
        return sum(abs(change.difference_micros) for change in self.changes)


# A price of a cost book: its size is known, and it is nothing.
CHARGES_NOBODY = PricePreview([], has_usage=True)


def preview_price(draft: PriceVersion, now: datetime) -> PricePreview:
    """Price the last 30 days again as if the draft had been in force; tiers start again in each calendar month.

    Usage in quarantine is included, at a charge of 0 before: that of the 30 days, and older usage that the draft will
    price when it is rated. A minimum is counted once for each organization with usage. The number of statements does
    not depend on the amount of usage.
    """
    if draft.book.purpose == PriceBook.Purpose.COST:
        return CHARGES_NOBODY
    price = replace(as_price(draft), start=datetime.min.replace(tzinfo=UTC), end=None)
    bands = _bands(draft)
    usage, waiting = (_usage, _waiting) if bands is None else (partial(_calls, bands), partial(_waiting_calls, bands))
    rows = [*usage(draft, now), *waiting(draft, now), *_waiting_characters(draft, now)]
    organizations = Organization.objects.in_bulk({row["organization_id"] for row in rows})
    in_force = _in_force(price, organizations.values(), now)
    index = _prices_with(price, in_force)
    least_before = max((each.minimum_micros for each in in_force if _place(each) == _place(price)), default=0)
    before: dict[UUID, int] = {}
    totals: dict[UUID, dict[Any, Totals | None]] = {}
    for row in rows:
        organization = organizations[row["organization_id"]]
        if _applies(index, organization, price, row["model"], now):
            before[organization.pk] = before.get(organization.pk, 0) + row["charge"]
            months = totals.setdefault(organization.pk, {})
            _add(months, row["month"], row, price)
    after = {pk: _priced(price, months.values(), price.minimum_micros) for pk, months in totals.items()}
    before = {pk: max(charge, least_before) for pk, charge in before.items()}
    changes = [PriceChange(organizations[pk], before[pk], after[pk]) for pk in after if after[pk] != before[pk]]
    return _preview(changes, has_usage=bool(totals))


@dataclass(frozen=True, slots=True)
class ListChange:
    """A customer's charge for a model in the window, before and after a price list, in micros."""

    organization: Organization
    model: str
    before_micros: int
    after_micros: int | None


def preview_price_list(imported: PriceListImport, now: datetime) -> tuple[PricePreview, list[ListChange]]:
    """Price the last 30 days again as if a whole list had been in force: by customer, and by customer and model.

    Usage of customers with a price of their own for its model, or for any model, does not change; nor does that of the
    customers who keep the old prices.
    """
    if imported.book.purpose == PriceBook.Purpose.COST:
        return CHARGES_NOBODY, []
    tables = {row.model: row.rule.table for row in imported.versions.all()}
    bands = {above for table in tables.values() if table for above in table.bands}
    draft = PriceVersion(book=imported.book, meter=imported.meter, effective_from=imported.effective_from)
    used = chain(_calls(bands, draft, now), _waiting_calls(bands, draft, now))
    rows = [row for row in used if row["model"] in tables]
    organizations = Organization.objects.in_bulk({row["organization_id"] for row in rows})
    own = {
        (price.organization_id, price.model)
        for price in prices_in_force(
            organization_ids=set(organizations), currencies=(), meter_ids=[imported.meter_id], start=now, end=now
        )
    }
    kept = set(imported.kept.values_list("organization_id", flat=True))
    before: dict[tuple[UUID, str], int] = {}
    sums: dict[tuple[UUID, str], dict[Any, int | None]] = {}
    for row in rows:
        key = (row["organization_id"], row["model"])
        if key[0] in kept:
            continue
        if imported.book.organization_id is None and (key in own or (key[0], "") in own):
            continue
        before[key] = before.get(key, 0) + row["charge"]
        months, table = sums.setdefault(key, {}), tables[row["model"]]
        assert table is not None, "every draft of a list has a table"
        try:
            exact, total = table.exact_price(row["call"]), months.get(row["month"], 0)
            months[row["month"]] = None if total is None else total + exact
        except NoCell:
            months[row["month"]] = None
    after = {key: _rounded(months.values()) for key, months in sums.items()}
    lines = [ListChange(organizations[pk], model, before[pk, model], after[pk, model]) for pk, model in sorted(after)]
    changes = []
    for pk, organization in organizations.items():
        mine = [line for line in lines if line.organization.pk == pk and line.before_micros != line.after_micros]
        if mine:
            parts = [line.after_micros for line in mine]
            whole = None if None in parts else sum(part or 0 for part in parts)
            changes.append(PriceChange(organization, sum(line.before_micros for line in mine), whole))
    return _preview(changes, has_usage=bool(lines)), lines


def _rounded(exact: Iterable[int | None]) -> int | None:
    """Return the sum of months' exact prices, each rounded as its counter would be; None if one is unknown."""
    prices = list(exact)
    return None if None in prices else sum(divide_half_even(price or 0, EXACT_PER_MICRO) for price in prices)


def preview_without(version: PriceVersion, now: datetime) -> PricePreview:
    """Price the last 30 days with a published price and without it, as after it was ended or withdrawn.

    Usage without another price would wait in quarantine, so its whole charge counts as a change.
    """
    if version.book.purpose == PriceBook.Purpose.COST:
        return CHARGES_NOBODY
    price = replace(as_price(version), start=datetime.min.replace(tzinfo=UTC), end=None)
    bands = _bands(version)
    rows = list(_usage(version, now) if bands is None else _calls(bands, version, now))
    organizations = Organization.objects.in_bulk({row["organization_id"] for row in rows})
    in_force = _in_force(price, organizations.values(), now)
    with_it = _prices_with(price, in_force)
    without = PriceIndex(each for each in in_force if each.version_id != price.version_id)
    others: dict[UUID, dict[tuple[Price | None, Any], Totals | None]] = {}
    mine: dict[UUID, dict[Any, Totals | None]] = {}
    for row in rows:
        organization = organizations[row["organization_id"]]
        if not _applies(with_it, organization, price, row["model"], now):
            continue
        _add(mine.setdefault(organization.pk, {}), row["month"], row, price)
        other = _find(without, organization, price, row["model"], now)
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
        exact = table.exact_price(row["call"]) if table else 0
    except NoCell:
        sums[key] = None
        return
    before = sums.get(key, Totals())
    if before is not None:
        sums[key] = before + Totals(row["quantity"], row["into"], row["out"], exact)


def _bands(version: PriceVersion) -> set[int] | None:
    """Return the sizes above which some price table of the meter differs; None if none of its prices is a table."""
    rows = PriceVersion.objects.filter(meter=version.meter_id, scheme=Scheme.CELLS)
    rows = rows.filter(Q(status=PriceVersion.Status.PUBLISHED) | Q(pk=version.pk))
    rows = rows.filter(model__in=[version.model, ""]) if version.model else rows
    tables = [read_table(cells) for cells in rows.values_list("cells", flat=True)]
    if version.scheme == Scheme.CELLS:
        tables.append(read_table(version.cells))
    return {above for table in tables for above in table.bands} if tables else None


def _calls(bands: Iterable[int], draft: PriceVersion, now: datetime) -> Iterable[Mapping[str, Any]]:
    """Return the rated model calls of the window, read from the events; see `_usage`."""
    today = now.astimezone(UTC).date()
    days = (window_start(DAYS, now).date(), today + timedelta(days=1))
    return _grouped(
        bands,
        draft,
        "state = 'rated' AND meter_id = %s AND counted_on BETWEEN %s AND %s",
        [
            draft.meter_id,
            *days,
        ],
    )


def _waiting_calls(bands: Iterable[int], draft: PriceVersion, now: datetime) -> Iterable[Mapping[str, Any]]:
    """Return the model calls in quarantine that the draft would price; see `_waiting`."""
    later = "occurred_at >= %s" + (" AND occurred_at < %s" if draft.effective_to else "")
    span = [draft.effective_from] + ([draft.effective_to] if draft.effective_to else [])
    held = ", ".join(f"'{reason}'" for reason in sorted(HELD))
    where = f"state = 'quarantined' AND meter_slug = %s AND reason NOT IN ({held}) AND (occurred_at >= %s OR {later})"
    return _grouped(bands, draft, where, [draft.meter.slug, window_start(DAYS, now), *span])


def _grouped(
    bands: Iterable[int], draft: PriceVersion, where: str, parameters: list[Any]
) -> Iterable[Mapping[str, Any]]:
    where += " AND billing_mode <> %s AND organization_id IN (SELECT id FROM tenants_organization WHERE currency = %s)"
    parameters += [BYOK, draft.book.currency]
    if draft.book.organization_id is not None:
        where, parameters = f"{where} AND organization_id = %s", [*parameters, draft.book.organization_id]
    if draft.model:
        where, parameters = f"{where} AND model = %s", [*parameters, draft.model]
    for group in call_groups(where=where, parameters=parameters, bands=bands):
        yield {
            "organization_id": group.organization_id,
            "month": group.month,
            "model": group.model,
            "quantity": group.quantity_micros,
            "into": group.input_tokens,
            "out": group.output_tokens,
            "charge": group.charge_micros,
            "call": group.call,
        }


def _priced_by_each(gone: Price, parts: Mapping[tuple[Price | None, Any], Totals | None]) -> int | None:
    """Return the charge under other prices than the one removed; None if one is missing or cannot price its usage.

    The minimum of a price for the same model is applied. Another price's is not, since other models may reach it.
    """
    charges = [_priced(price, [totals]) if price else None for (price, _), totals in parts.items()]
    least = max((price.minimum_micros for price, _ in parts if price and price.model == gone.model), default=0)
    return None if None in charges else max(least, sum(charge or 0 for charge in charges))


def _waiting(draft: PriceVersion, now: datetime) -> Iterable[Mapping[str, Any]]:
    """Return the usage in quarantine that the draft would price, by organization, month and model."""
    meter = draft.meter
    if meter.counts == Meter.Counts.CHARACTERS:
        return []
    priced_later = Q(occurred_at__gte=draft.effective_from)
    if draft.effective_to is not None:
        priced_later &= Q(occurred_at__lt=draft.effective_to)
    rows = UsageEvent.objects.filter(
        Q(occurred_at__gte=window_start(DAYS, now)) | priced_later,
        state=UsageEvent.State.QUARANTINED,
        meter_slug=meter.slug,
        organization__currency=draft.book.currency,
    ).exclude(billing_mode=BYOK)
    if draft.book.organization_id is not None:
        rows = rows.filter(organization=draft.book.organization_id)
    if draft.model:
        rows = rows.filter(model=draft.model)
    one_each = Value(0 if meter.counts == Meter.Counts.TOKENS else MICROS_PER_UNIT, output_field=BigIntegerField())
    grouped = rows.annotate(month=TruncMonth("occurred_at", output_field=DateField(), tzinfo=UTC))
    return (
        grouped.order_by()
        .values("organization_id", "month", "model")
        .annotate(
            quantity=Sum(Coalesce("quantity_micros", one_each)),
            into=Coalesce(Sum("input_tokens"), 0),
            out=Coalesce(Sum("output_tokens"), 0),
            charge=Value(0),
        )
    )


def _waiting_characters(draft: PriceVersion, now: datetime) -> Iterable[Mapping[str, Any]]:
    """Return the active characters without a price that the draft would price, by organization and month."""
    if draft.meter.kind != Meter.Kind.CHARACTER or draft.model:
        return []
    priced_later = Q(activated_at__gte=draft.effective_from)
    if draft.effective_to is not None:
        priced_later &= Q(activated_at__lt=draft.effective_to)
    rows = ActiveCharacter.objects.filter(
        Q(activated_at__gte=window_start(DAYS, now)) | priced_later,
        price_version__isnull=True,
        organization__currency=draft.book.currency,
    )
    if draft.book.organization_id is not None:
        rows = rows.filter(organization=draft.book.organization_id)
    counted = rows.order_by().values("organization_id", "month").annotate(number=Count("pk"))
    return [
        {**row, "model": "", "quantity": row["number"] * MICROS_PER_UNIT, "into": 0, "out": 0, "charge": 0}
        for row in counted
    ]


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


def _prices_with(draft: Price, in_force: Iterable[Price]) -> PriceIndex:
    """Return the prices in force now, with the draft in place of the one it would replace."""
    return PriceIndex([draft, *(price for price in in_force if _place(price) != _place(draft))])


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


def _applies(index: PriceIndex, organization: Organization, draft: Price, model: str, now: datetime) -> bool:
    return _find(index, organization, draft, model, now) is draft


def _find(index: PriceIndex, organization: Organization, price: Price, model: str, now: datetime) -> Price | None:
    return index.find(
        organization_id=organization.pk,
        currency=organization.currency,
        meter_id=price.meter_id,
        model=model,
        at=now,
    )


def _priced(price: Price, months: Iterable[Totals | None], least: int = 0) -> int | None:
    try:
        charges = [None if totals is None else price_of(price.rule, totals) for totals in months]
        return None if None in charges else max(least, sum(charge or 0 for charge in charges))
    except Unpriceable:
        return None
