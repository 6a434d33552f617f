"""The prices in the review of a contract: those in force, those agreed on, and the difference in the charges."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from apps.common.admin import day_text, moment_words, money_text
from apps.common.changes import Change
from apps.common.periods import midnight
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.models import Contract
from apps.pricing.models import Meter, PriceBook, PriceVersion
from apps.pricing.price_effects import PriceEffect, after_text, effect_of
from apps.pricing.price_text import price_text, rule_text
from apps.pricing.selectors import price_index
from apps.pricing.services import LEAD
from apps.tenants.models import Organization


def name_of(meter: str, model: str) -> str:
    """Return the name of what a price is for."""
    return f"Price of {meter}, {model or 'any model'}"


def published_texts(contract: Contract) -> dict[str, str]:
    """Return a contract's published prices and when they apply, by name; if a name has several, the last one."""
    rows = contract.prices.filter(price__status=PriceVersion.Status.PUBLISHED)
    prices = [row.price for row in rows.select_related("price__meter", "price__book").order_by("pk")]
    return {
        name_of(price.meter.slug, price.model): f"{price_text(price)}, from {moment_words(price.effective_from)}"
        + (f" until {moment_words(price.effective_to)}" if price.effective_to else "")
        for price in prices
    }


def texts_in_force(prices: Sequence[AgreedPrice], customer: Organization, now: datetime) -> dict[str, str]:
    """Return the prices in force for the meters and models that have agreed prices, by name."""
    if not prices:
        return {}
    index = price_index(organization_ids=[customer.pk], currencies=[customer.currency], start=now, end=now)
    meters = _meters(prices)
    found = {}
    for price in prices:
        meter = meters.get(price.meter)
        current = meter and index.find(
            organization_id=customer.pk, currency=customer.currency, meter_id=meter.pk, model=price.model, at=now
        )
        found[name_of(*price.slot)] = rule_text(current.rule, customer.currency) if current else "no price"
    return found


def agreed_changes(prices: Sequence[AgreedPrice], customer: Organization, now: datetime) -> Iterator[Change]:
    """Yield each agreed price beside the one in force."""
    before = texts_in_force(prices, customer, now)
    for price in prices:
        name = name_of(*price.slot)
        yield Change(name, before[name], rule_text(price.rule, customer.currency))


def start_change(prices: Sequence[AgreedPrice], starts_on: date, now: datetime) -> Iterator[Change]:
    """Yield when agreed prices take effect: on their day, or shortly after publication if that day has come."""
    if prices:
        has_come = midnight(starts_on) < now + LEAD
        late = "about 10 minutes after publication"
        yield Change("The prices take effect", "", late if has_come else f"on {day_text(starts_on)}")


def effects_of(prices: Sequence[AgreedPrice], customer: Organization, now: datetime) -> list[PriceEffect]:
    """Return the difference that each price would have made to the customer's charges of the last 30 days."""
    meters = _meters(prices)
    book = PriceBook(organization=customer, currency=customer.currency)
    return [
        effect_of(
            PriceVersion(
                book=book,
                meter=meters[price.meter],
                model=price.model,
                scheme=price.scheme,
                micros_per_million=price.micros_per_million,
                input_micros_per_million=price.input_micros_per_million,
                output_micros_per_million=price.output_micros_per_million,
                effective_from=now,
            ),
            now,
        )
        for price in prices
        if price.meter in meters
    ]


def charge_changes(prices: Sequence[AgreedPrice], customer: Organization, now: datetime) -> Iterator[Change]:
    """Yield the customer's charges of the last 30 days at the prices in force and at each agreed one."""
    for price, effect in zip(prices, effects_of(prices, customer, now), strict=True):
        name = f"{name_of(*price.slot)}: charges of the last 30 days"
        if not effect.has_usage:
            yield Change(name, "", "no usage to compare")
            continue
        yield Change(
            name,
            money_text(effect.before_micros, customer.currency),
            after_text(effect.after_micros, customer.currency, leaves_calls=effect.leaves_calls),
        )


def _meters(prices: Sequence[AgreedPrice]) -> dict[str, Meter]:
    return {row.slug: row for row in Meter.objects.filter(slug__in=[price.meter for price in prices])}
