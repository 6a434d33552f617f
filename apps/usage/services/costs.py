"""Correct our costs of usage, and raise alarms about low margins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from apps.common.money import divide_half_even
from apps.common.periods import add_months
from apps.pricing.cells import NoCell
from apps.pricing.costs import MOST_PICOS
from apps.pricing.errors import PriceNotDraft, UnknownPriceVersion
from apps.pricing.model_names import normal_model
from apps.pricing.models import Meter, PriceBook, PriceVersion
from apps.pricing.rating import PICOS_PER_MICRO, PriceRule, Totals, Unpriceable, cost_of
from apps.pricing.services import lock_price_book
from apps.usage.errors import CostRunRefused
from apps.usage.models import BYOK, CostCorrection, CostRun, MarginAlarm, VendorBill
from apps.usage.selectors.call_groups import CallGroup, call_groups
from apps.usage.selectors.events import newest_archived_month
from apps.usage.selectors.margins import MarginGrouping, margins

BATCH = 1_000
# Organization, day, model, key, currency, provider.
CostKey = tuple[UUID, date, str, str, str, str]


@dataclass(slots=True)
class _Sum:
    events: int = 0
    charge_micros: int = 0
    picos: int = 0

    def add(self, events: int, charge_micros: int, picos: int, sign: int = 1) -> None:
        self.events += sign * events
        self.charge_micros += sign * charge_micros
        self.picos += sign * picos

    def __bool__(self) -> bool:
        return bool(self.events or self.charge_micros or self.picos)


@transaction.atomic
def correct_costs(
    *, version_id: int, first_day: date, last_day: date, reason: str, created_by: str, now: datetime
) -> CostRun:
    """Rate the cost of some days' usage again by a version of a cost book, and keep the differences.

    It covers usage of the version's model whose event did not report its cost, or all of it if the meter gives the cost
    book precedence. A version for any model covers the models without their own version in the book. A version in the
    book of a provider's account covers usage through that account, one in a default book all usage of models that the
    account's book does not price. The prices of similar model calls are added up before they are rounded.

    Raises:
        UnknownPriceVersion: there is no such version in a cost book. PriceNotDraft: it is not published.
        CostRunRefused: the days are not in order, or their events are archived.
    """
    version = _locked(version_id)
    archived = newest_archived_month()
    if last_day < first_day:
        raise CostRunRefused("the last day is before the first", field="last_day")
    if archived is not None and first_day < add_months(archived, 1):
        raise CostRunRefused(f"the events up to {archived:%Y-%m} are archived", field="first_day")
    changed: dict[CostKey, _Sum] = {}
    priced = _models_of_accounts(version.meter_id)
    for group in _groups(version, first_day, last_day):
        organization_id, (day, key, currency) = group.organization_id, group.labels
        events, charge, provider = group.call.count, group.charge_micros, group.call.dimensions["provider"]
        if _account_of(provider, group.model, priced) != version.book.account:
            continue
        if currency:
            _of(changed, (organization_id, day, group.model, key, currency, provider)).add(
                events, charge, group.cost_picos, sign=-1
            )
        picos = _cost(version.rule, group)
        if picos is not None:
            cost_key = (organization_id, day, group.model, key, version.book.currency, provider)
            _of(changed, cost_key).add(events, charge, picos)
    for *labels, events, charge, picos in _corrected_before(version, first_day, last_day):
        if _account_of(labels[-1], labels[2], priced) == version.book.account:
            _of(changed, tuple(labels)).add(events, charge, int(picos), sign=-1)
    run = CostRun.objects.create(
        cost_version=version,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        created_by=created_by,
        created_at=now,
    )
    _write(run, version.meter_id, ((cost_key, found) for cost_key, found in sorted(changed.items()) if found))
    return run


@transaction.atomic
def undo_cost_run(*, run_id: int, reason: str, created_by: str, now: datetime) -> CostRun:
    """Undo the newest cost run of a meter by a run with the differences negated.

    Raises:
        CostRunRefused: it is not the meter's newest, was undone before, or undoes another run.
    """
    run = CostRun.objects.select_related("cost_version").get(pk=run_id)
    version = _locked(run.cost_version_id)
    later = CostRun.objects.filter(
        cost_version__meter=version.meter_id, pk__gt=run.pk, undoes__isnull=True, undone_by__isnull=True
    )
    if run.undoes_id is not None or CostRun.objects.filter(undoes=run).exists() or later.exists():
        raise CostRunRefused("only the newest correction of a meter that was not undone can be undone")
    undone = CostRun.objects.create(
        cost_version=version,
        first_day=run.first_day,
        last_day=run.last_day,
        undoes=run,
        reason=reason,
        created_by=created_by,
        created_at=now,
    )
    rows = run.corrections.all()
    _write(
        undone,
        version.meter_id,
        (
            (
                (row.organization_id, row.day, row.model, row.key, row.cost_currency, row.provider),
                _Sum(-row.event_count, -row.charge_micros, -int(row.cost_picos)),
            )
            for row in rows
        ),
    )
    return undone


@transaction.atomic
def enter_vendor_bill(*, bill: VendorBill, created_by: str, now: datetime) -> None:
    """Store what a vendor billed; it changes neither a cost nor a customer's money.

    Raises:
        CostRunRefused: the days are not in order.
    """
    if bill.last_day < bill.first_day:
        raise CostRunRefused("the last day is before the first", field="last_day")
    bill.created_by, bill.created_at = created_by, now
    bill.save(force_insert=True)


def raise_margin_alarms(*, now: datetime) -> int:
    """Store an alarm for each customer and model whose margin of today or yesterday is below the limit.

    Return how many are new.
    """
    today = now.astimezone(UTC).date()
    limit = settings.MARGIN_ALARM_PERCENT * 10_000
    rows = [
        MarginAlarm(
            day=day,
            organization_id=line.organization_id,
            model="" if by is MarginGrouping.CUSTOMER else line.label,
            charge_usd_micros=divide_half_even(line.figures.charge_picos, PICOS_PER_MICRO),
            cost_usd_micros=divide_half_even(line.figures.cost_picos, PICOS_PER_MICRO),
            created_at=now,
        )
        for day in (today - timedelta(days=1), today)
        for by in (MarginGrouping.CUSTOMER, MarginGrouping.MODEL)
        for line in margins(by, first_day=day, last_day=day, with_unknown=False)
        if line.figures.is_below(limit, settings.MARGIN_ALARM_LEAST_MICROS)
    ]
    before = MarginAlarm.objects.count()
    MarginAlarm.objects.bulk_create(rows, ignore_conflicts=True)
    return MarginAlarm.objects.count() - before


def _locked(version_id: int) -> PriceVersion:
    version = PriceVersion.objects.select_related("book", "meter").filter(pk=version_id).first()
    if version is None or version.book.purpose != PriceBook.Purpose.COST:
        raise UnknownPriceVersion(field="version")
    lock_price_book(version.book_id)
    if version.status != PriceVersion.Status.PUBLISHED:
        raise PriceNotDraft("publish the cost before you rate earlier usage by it", field="version")
    return version


def _own_models(version: PriceVersion) -> list[str]:
    """Return the models with their own versions, which a version for any model does not cover."""
    rows = PriceVersion.objects.filter(
        book=version.book_id, meter=version.meter_id, status=PriceVersion.Status.PUBLISHED
    ).exclude(model="")
    return list(rows.order_by().values_list("model", flat=True).distinct())


def _models_of_accounts(meter_id: int) -> dict[str, set[str]]:
    """Return the models that the cost book of each account prices, at any time; an empty name stands for any model."""
    rows = PriceVersion.objects.filter(
        book__purpose=PriceBook.Purpose.COST, meter=meter_id, status=PriceVersion.Status.PUBLISHED
    ).exclude(book__account="")
    models: dict[str, set[str]] = {}
    for account, model in rows.order_by().values_list("book__account", "model").distinct():
        models.setdefault(account, set()).add(model)
    return models


def _account_of(provider: str, model: str, priced: dict[str, set[str]]) -> str:
    """Return the account whose cost book prices a model through a provider; empty for the default books."""
    account = normal_model(provider)
    return account if priced.get(account, set()) & {model, ""} else ""


def _groups(version: PriceVersion, first_day: date, last_day: date) -> Iterable[CallGroup]:
    where = "state = 'rated' AND meter_id = %s AND counted_on BETWEEN %s AND %s AND billing_mode <> %s"
    if version.meter.cost_from == Meter.CostFrom.EVENT:
        where += " AND (cost_picos IS NULL OR cost_version_id IS NOT NULL) AND reported_cost_picos IS NULL"
    parameters: list[Any] = [version.meter_id, first_day, last_day, BYOK]
    condition, wanted = ("model = %s", version.model) if version.model else ("model <> ALL(%s)", _own_models(version))
    table = version.rule.table
    return call_groups(
        where=f"{where} AND {condition}",
        parameters=[*parameters, wanted],
        bands=table.bands if table else (),
        labels=("counted_on", "key", "cost_currency"),
    )


def _corrected_before(version: PriceVersion, first_day: date, last_day: date) -> Iterable[tuple[Any, ...]]:
    rows = CostCorrection.objects.filter(meter=version.meter_id, day__range=(first_day, last_day))
    rows = rows.filter(model=version.model) if version.model else rows.exclude(model__in=_own_models(version))
    names = ("organization_id", "day", "model", "key", "cost_currency", "provider")
    sums = (Sum("event_count"), Sum("charge_micros"), Sum("cost_picos"))
    return rows.order_by().values_list(*names).annotate(*sums)


def _cost(rule: PriceRule, group: CallGroup) -> int | None:
    try:
        exact = rule.table.exact_price(group.call) if rule.table else 0
        totals = Totals(group.quantity_micros, group.input_tokens, group.output_tokens, exact)
        picos = cost_of(rule, totals)
    except (NoCell, Unpriceable):
        return None
    return picos if abs(picos) <= MOST_PICOS * group.rows else None


def _of(sums: dict[CostKey, _Sum], cost_key: Any) -> _Sum:
    return sums.setdefault(cost_key, _Sum())


def _write(run: CostRun, meter_id: int, rows: Iterable[tuple[CostKey, _Sum]]) -> None:
    CostCorrection.objects.bulk_create(
        [
            CostCorrection(
                run=run,
                organization_id=organization_id,
                day=day,
                meter_id=meter_id,
                model=model,
                key=key,
                cost_currency=currency,
                provider=provider,
                event_count=found.events,
                charge_micros=found.charge_micros,
                cost_picos=found.picos,
            )
            for (organization_id, day, model, key, currency, provider), found in rows
        ],
        batch_size=BATCH,
    )
