"""The usage that a preview prices again: what was charged in a window of UTC days, and what waits for a price."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, DateField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from apps.common.errors import Rejected
from apps.common.money import MICROS_PER_UNIT
from apps.common.periods import add_months, midnight, window_start
from apps.pricing.cells import CellTable, read_table
from apps.pricing.model_names import normal_model
from apps.pricing.models import FIGURES, Meter, PriceVersion
from apps.pricing.rating import Scheme
from apps.usage.event_labels import TEXTS
from apps.usage.figures import Figures
from apps.usage.models import BYOK, ActiveCharacter, CallDay, UsageDay, UsageEvent
from apps.usage.rated_events import HELD, RatedEvent
from apps.usage.selectors.call_days import are_enough_for, kept_calls
from apps.usage.selectors.call_groups import call_groups
from apps.usage.selectors.events import newest_archived_month

DAYS = 30
MOST_DAYS = 400
# The names of models whose usage is read; None stands for all.
Models = Collection[str] | None


class WindowInvalid(Rejected):
    """The days of a preview are not in order, too many, or their events are archived."""

    code = "window_invalid"


@dataclass(frozen=True, slots=True)
class Window:
    """The UTC days whose usage a preview prices again, both included.

    With `is_default`, waiting usage that the draft will price when it is rated counts whatever its day.
    """

    first: date
    last: date
    is_default: bool = False

    def waiting(self, draft: PriceVersion) -> list[tuple[datetime, datetime | None]]:
        """Return the half-open spans of time in which waiting usage counts."""
        days = (midnight(self.first), midnight(self.last + timedelta(days=1)))
        return [days, (draft.effective_from, draft.effective_to)] if self.is_default else [days]


def last_days(now: datetime) -> Window:
    """Return the window that decides how large a price change is: the last 30 days and all waiting usage."""
    today = now.astimezone(UTC).date()
    return Window(window_start(DAYS, now).date(), today + timedelta(days=1), is_default=True)


def chosen_days(first: date, last: date) -> Window:
    """Return a past window that staff chose.

    Raises:
        WindowInvalid: its days are not in order or more than 400, or some of its events are archived.
    """
    if last < first:
        raise WindowInvalid("the last day is before the first", field="to")
    if (last - first).days >= MOST_DAYS:
        raise WindowInvalid(f"a preview covers at most {MOST_DAYS} days", field="from")
    archived = newest_archived_month()
    if archived is not None and first < add_months(archived, 1):
        raise WindowInvalid(f"the events up to {archived:%Y-%m} are archived", field="from")
    return Window(first, last)


def tables_of(version: PriceVersion, others: Collection[str] = ()) -> list[CellTable]:
    """Return the price tables of the meter that may price the usage of a version: its own, and those of others."""
    rows = PriceVersion.objects.filter(meter=version.meter_id, scheme=Scheme.CELLS)
    rows = rows.filter(Q(status=PriceVersion.Status.PUBLISHED) | Q(pk=version.pk))
    rows = rows.filter(model__in=[version.model, "", *others]) if version.model else rows
    tables = [read_table(cells) for cells in rows.values_list("cells", flat=True)]
    if version.scheme == Scheme.CELLS:
        tables.append(read_table(version.cells))
    return tables


def waiting_events(draft: PriceVersion, window: Window) -> QuerySet[UsageEvent]:
    """Return the usage of the draft's meter that waits, of all customers and models."""
    return UsageEvent.objects.filter(
        _within(window.waiting(draft), "occurred_at"),
        state=UsageEvent.State.QUARANTINED,
        meter_slug=draft.meter.slug,
    )


def used_models(draft: PriceVersion, window: Window) -> set[tuple[str, str]]:
    """Return the providers and models whose calls a preview of the draft's meter prices: charged, or waiting."""
    days = CallDay.objects.filter(meter=draft.meter_id, day__range=(window.first, window.last))
    days = days.exclude(billing_mode=BYOK)
    return {
        (provider, model)
        for rows in (days, waiting_events(draft, window))
        for provider, model in rows.order_by().values_list("provider", "model").distinct()
    }


def charged_calls(
    tables: Collection[CellTable],
    draft: PriceVersion,
    window: Window,
    models: Models = None,
    *,
    were_sent: bool = False,
) -> Iterable[Mapping[str, Any]]:
    """Return the rated model calls of the window; see `charged_usage`.

    They come from day totals, or from the events if the tables distinguish something that the totals do not, or if
    the name that was sent matters.
    """
    if are_enough_for(tables) and not were_sent:
        rows = _priced_by(draft, models) & Q(meter=draft.meter_id, day__range=(window.first, window.last))
        return kept_calls(rows & ~Q(billing_mode=BYOK))
    return _grouped(
        tables,
        draft,
        models,
        "state = 'rated' AND meter_id = %s AND counted_on BETWEEN %s AND %s",
        [draft.meter_id, window.first, window.last],
    )


def waiting_calls(
    tables: Iterable[CellTable], draft: PriceVersion, window: Window, models: Models = None
) -> Iterable[Mapping[str, Any]]:
    """Return the model calls in quarantine that the draft would price; see `waiting_usage`."""
    held = ", ".join(f"'{reason}'" for reason in sorted(HELD))
    spans = window.waiting(draft)
    within = " OR ".join("(occurred_at >= %s AND (occurred_at < %s OR %s))" for _ in spans)
    where = f"state = 'quarantined' AND meter_slug = %s AND reason NOT IN ({held}) AND ({within})"
    times = [each for start, end in spans for each in (start, end, end is None)]
    return _grouped(tables, draft, models, where, [draft.meter.slug, *times])


def _grouped(
    tables: Iterable[CellTable], draft: PriceVersion, models: Models, where: str, parameters: list[Any]
) -> Iterable[Mapping[str, Any]]:
    tables = list(tables)
    labels = ("model_sent", *(("cost_currency",) if any(table.per_cost_ppm for table in tables) else ()))
    where += " AND billing_mode <> %s AND organization_id IN (SELECT id FROM tenants_organization WHERE currency = %s)"
    parameters += [BYOK, draft.book.currency]
    if draft.book.organization_id is not None:
        where, parameters = f"{where} AND organization_id = %s", [*parameters, draft.book.organization_id]
    if models is not None:
        where, parameters = f"{where} AND model = ANY(%s)", [*parameters, list(models)]
    bands = {above for table in tables for above in table.bands}
    for group in call_groups(where=where, parameters=parameters, bands=bands, labels=labels):
        yield {
            "organization_id": group.organization_id,
            "month": group.month,
            "model": normal_model(group.labels[0]) or group.model,
            "quantity": group.quantity_micros,
            "into": group.input_tokens,
            "out": group.output_tokens,
            "charge": group.charge_micros,
            "call": group.call,
        }


def _within(spans: Iterable[tuple[datetime, datetime | None]], column: str) -> Q:
    found = Q()
    for start, end in spans:
        found |= Q(**{f"{column}__gte": start}) & (Q() if end is None else Q(**{f"{column}__lt": end}))
    return found


def _priced_by(draft: PriceVersion, models: Models = None) -> Q:
    """Return the condition that selects usage of the customers and models that the draft would price."""
    customers = Q(organization__currency=draft.book.currency)
    if draft.book.organization_id is not None:
        customers &= Q(organization=draft.book.organization_id)
    return customers if models is None else customers & Q(model__in=models)


def waiting_usage(draft: PriceVersion, window: Window, models: Models = None) -> Iterable[Mapping[str, Any]]:
    """Return the usage in quarantine that the draft would price, by organization, month and model."""
    meter = draft.meter
    if meter.counts == Meter.Counts.CHARACTERS:
        return []
    rows = waiting_events(draft, window).filter(_priced_by(draft, models)).exclude(billing_mode=BYOK)
    if meter.counts in FIGURES:
        return _waiting_figures(rows, meter)
    one_each = Value(0 if meter.counts == Meter.Counts.TOKENS else MICROS_PER_UNIT, output_field=BigIntegerField())
    grouped = rows.annotate(month=TruncMonth("occurred_at", output_field=DateField(), tzinfo=UTC))
    return (
        grouped.order_by()
        .values("organization_id", "month", "model", "provider")
        .annotate(
            quantity=Sum(Coalesce("quantity_micros", one_each)),
            into=Coalesce(Sum("input_tokens"), 0),
            out=Coalesce(Sum("output_tokens"), 0),
            charge=Value(0),
        )
    )


def _waiting_figures(rows: QuerySet[UsageEvent], meter: Meter) -> Iterable[Mapping[str, Any]]:
    """Return what waiting events would add to their months' figures, by organization, month and model."""
    drafts = [
        RatedEvent(
            key=event.pk,
            organization=event.organization,
            type=event.meter_slug,
            time=event.occurred_at,
            quantity_micros=event.quantity_micros,
            input_tokens=None,
            output_tokens=None,
            texts={name: getattr(event, name) for name in TEXTS},
            billing_mode=event.billing_mode,
            names=(event.event_id, event.source),
            meter=meter,
        )
        for event in rows.select_related("organization").order_by("pk")
    ]
    figures = Figures(drafts)
    for draft in drafts:
        figures.count(draft)
        facts = {
            "organization_id": draft.organization_id,
            "month": draft.month,
            "model": draft.text("model"),
            "provider": draft.text("provider"),
        }
        yield {**facts, "quantity": draft.totals.quantity_micros, "into": 0, "out": 0, "charge": 0}


def waiting_characters(draft: PriceVersion, window: Window) -> Iterable[Mapping[str, Any]]:
    """Return the active characters without a price that the draft would price, by organization and month."""
    if draft.meter.kind != Meter.Kind.CHARACTER or draft.model:
        return []
    rows = ActiveCharacter.objects.filter(
        _within(window.waiting(draft), "activated_at"), _priced_by(draft), price_version__isnull=True
    )
    counted = rows.order_by().values("organization_id", "month").annotate(number=Count("pk"))
    return [
        {**row, "model": "", "quantity": row["number"] * MICROS_PER_UNIT, "into": 0, "out": 0, "charge": 0}
        for row in counted
    ]


def charged_usage(draft: PriceVersion, window: Window, models: Models = None) -> Iterable[Mapping[str, Any]]:
    """Return the charged usage of the window by organization, month and model, from day totals."""
    first = window.first
    if draft.meter.counts in FIGURES:
        first = first.replace(day=1)  # a part of a month has no figure
    rows = UsageDay.objects.filter(
        _priced_by(draft, models), meter=draft.meter_id, day__range=(first, window.last)
    ).exclude(billing_mode=BYOK)
    grouped = rows.annotate(month=TruncMonth("day")).order_by().values("organization_id", "month", "model")
    return grouped.annotate(
        quantity=Sum("quantity_micros"), into=Sum("input_tokens"), out=Sum("output_tokens"), charge=Sum("charge_micros")
    )
