"""What work that has not been done would cost, by the price path that its usage event will take."""

from dataclasses import dataclass
from datetime import datetime

from apps.common.money import Micros
from apps.pricing.models import Meter
from apps.pricing.rating import Totals, Unpriceable, ceiling_of, price_of
from apps.pricing.selectors import prices_of
from apps.tenants.models import Organization
from apps.usage.errors import MeterNotNamed, UsageNotPriced
from apps.usage.models import Counter
from apps.usage.rated_events import RatedEvent, month_start, resolve, resource_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work to come: a quantity in micros of the meter's unit, or whole tokens; `meter` is empty where it is implied."""

    meter: str = ""
    model: str = ""
    quantity_micros: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    billing_mode: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What work costs at most, in micros of the organization's currency, at which price; no price where it is free.

    `resource` is the meter's slug if it counts persistent resources, otherwise empty.
    """

    amount: Micros
    meter: str
    resource: str
    price_version_id: int | None


def estimate_charge(organization: Organization, work: Work, now: datetime) -> Estimate:
    """Return what an event of this work would be charged now, on top of the month's usage, rounded up to the micro.

    Raises:
        MeterNotNamed: no meter is named, and not exactly one counts tokens.
        UsageNotPriced: an event of it could not be rated now.
    """
    meter = named_or_token_meter(work.meter, field="body.estimate.meter")
    draft = RatedEvent(
        key=0,
        organization=organization,
        type=meter.slug,
        time=now,
        quantity_micros=work.quantity_micros,
        input_tokens=work.input_tokens,
        output_tokens=work.output_tokens,
        texts={"model": work.model},
        billing_mode=work.billing_mode,
    )
    resolve(draft, {meter.slug: meter}, prices_of(organization, meter, [draft.text("model")], now))
    if draft.reason:
        raise UsageNotPriced(str(draft.reason), field="body.estimate")
    if draft.price is None:
        return Estimate(Micros(0), meter.slug, resource_of(meter), None)
    counted = _counted(organization, draft)
    try:
        cost = ceiling_of(draft.price.rule, counted + draft.totals) - price_of(draft.price.rule, counted)
    except Unpriceable as error:
        raise UsageNotPriced(str(error), field="body.estimate") from error
    return Estimate(Micros(max(0, cost)), meter.slug, resource_of(meter), draft.price.version_id)


def resource_meter(slug: str) -> str:
    """Return a meter's slug if the meter counts persistent resources, otherwise an empty string."""
    return slug if slug and Meter.objects.filter(slug=slug, is_persistent_resource=True).exists() else ""


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


def _counted(organization: Organization, draft: RatedEvent) -> Totals:
    assert draft.price is not None
    rows = Counter.objects.filter(
        organization=organization.pk, month=month_start(draft.time), price_version_id=draft.price.version_id
    ).values_list("quantity_micros", "input_tokens", "output_tokens", "exact_price")
    for quantity_micros, input_tokens, output_tokens, exact_price in rows:
        return Totals(quantity_micros, input_tokens, output_tokens, int(exact_price))
    return Totals()
