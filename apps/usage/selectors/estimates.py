"""Estimates the charge of future work by the same rules as its usage event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from apps.common.money import Micros
from apps.pricing.costs import CostBooks
from apps.pricing.models import FIGURES, Meter
from apps.pricing.month_prices import amounts_of
from apps.pricing.rating import Totals, Unpriceable, ceiling_of, price_of
from apps.pricing.resolution import PriceIndex
from apps.pricing.selectors import counted_model, prices_of
from apps.tenants.models import Organization
from apps.usage.errors import MeterNotNamed, UsageNotPriced
from apps.usage.event_amounts import CallDetails
from apps.usage.figures import Figures
from apps.usage.models import Counter, UsageEvent
from apps.usage.rated_events import RatedEvent, month_start, resolve, resource_of
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.budgets.state import BudgetState


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureWork:
    """Future work: a quantity in micros of the meter's unit, or whole tokens and micros of a call's other units.

    `meter` is empty if it is implied.
    """

    meter: str = ""
    model: str = ""
    quantity_micros: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    quantities: Mapping[str, int] = field(default_factory=dict)
    service_tier: str = ""
    billing_mode: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The highest charge of some work, in micros of the organization's currency, and its price; None if it is free.

    `model` is the name under which the event is counted. `resource` is the meter's slug if it counts persistent
    resources, otherwise empty.
    """

    amount: Micros
    meter: str
    model: str
    resource: str
    price_version_id: int | None


def estimate_charge(organization: Organization, work: FutureWork, now: datetime) -> Estimate:
    """Return the charge of an event of this work now, in addition to the month's usage, rounded up to the micro.

    For a model call, no input is assumed to be cached, and output costs the higher of the output and reasoning prices.

    Raises:
        MeterNotNamed: no meter is named, and there is not exactly one that counts tokens.
        UsageNotPriced: an event of it could not be rated now.
    """
    meter = named_or_token_meter(work.meter, field="body.estimate.meter")
    books, plain = prices_of(organization, meter, [work.model], now), CallDetails(quantities=work.quantities)
    event = _resolved(organization, meter, work, plain, books, now)
    if event.reason:
        raise UsageNotPriced(str(UsageEvent.Reason(event.reason).label), field="body.estimate")
    if work.output_tokens and event.price is not None and event.price.rule.table is not None:
        reasoning = replace(plain, details={"reasoning": work.output_tokens})
        other = _resolved(organization, meter, work, reasoning, books, now)
        if not other.reason and other.totals.exact_price > event.totals.exact_price:
            event = other
    if event.counts in FIGURES:
        Figures([event]).count(event)  # a count of distinct values grows by at most one
    if event.price is None:
        return Estimate(Micros(0), meter.slug, event.text("model"), resource_of(meter), None)
    counted = _counted(organization, event)
    try:
        cost = ceiling_of(event.price.rule, counted + event.totals) - price_of(event.price.rule, counted)
    except Unpriceable as error:
        raise UsageNotPriced(str(error), field="body.estimate") from error
    return Estimate(Micros(max(0, cost)), meter.slug, event.text("model"), resource_of(meter), event.price.version_id)


def _resolved(
    organization: Organization,
    meter: Meter,
    work: FutureWork,
    more: CallDetails,
    books: tuple[PriceIndex, CostBooks],
    now: datetime,
) -> RatedEvent:
    texts = {"model": work.model, "service_tier": work.service_tier}
    event = RatedEvent(
        key=0,
        organization=organization,
        type=meter.slug,
        time=now,
        quantity_micros=work.quantity_micros,
        input_tokens=work.input_tokens,
        output_tokens=work.output_tokens,
        texts={**texts, meter.unique_of: str(uuid4())} if meter.unique_of else texts,
        billing_mode=work.billing_mode,
        more=more,
    )
    resolve(event, {meter.slug: meter}, *books)
    return event


def work_named(organization: Organization, named: Mapping[str, str], now: datetime) -> Dimensions:
    """Return the dimensions of work as its usage event would have them.

    The model has its counted name, and the resource is set if the meter counts one. It takes one statement if `named`
    has a meter or a model, otherwise none.
    """
    slug, model = named.get("meter", ""), named.get("model", "")
    if not slug and not model:
        return Dimensions(**named)
    meters, model = counted_model(organization, slug, model, now)
    return Dimensions(**{**named, "model": model, "resource": resource_of(meters.get(slug))})


def bucket_named(organization: Organization, budget: BudgetState, value: str, now: datetime) -> str:
    """Return the bucket of a budget for a value; a model may be given by any of its names."""
    if budget.any_dimension != "model" or not value:
        return value
    return counted_model(organization, dict(budget.scope).get("meter", ""), value, now)[1]


def named_or_token_meter(slug: str, *, field: str) -> Meter:
    """Return the meter with this slug, or if it is empty, the only one that counts tokens.

    Raises:
        MeterNotNamed: there is none, or several count tokens; `field` names the caller's parameter.
    """
    named = Meter.objects.filter(slug=slug) if slug else Meter.objects.filter(counts=Meter.Counts.TOKENS)
    meters = list(named[:2])
    if len(meters) != 1:
        raise MeterNotNamed(field=field)
    return meters[0]


def _counted(organization: Organization, event: RatedEvent) -> Totals:
    assert event.price is not None
    rows = Counter.objects.filter(
        organization=organization.pk, month=month_start(event.time), price_version_id=event.price.version_id
    ).values_list("quantity_micros", "input_tokens", "output_tokens", "exact_price", "months")
    for quantity_micros, input_tokens, output_tokens, exact_price, months in rows:
        return Totals(quantity_micros, input_tokens, output_tokens, int(exact_price), amounts_of(months))
    return Totals()
