"""The demo's catalog: meters with every kind of price in three currencies, plans with every kind of allocation."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from apps.demo.scenarios.main_customers import GLOBEX, HISTORY
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.plans.models import Plan
from apps.plans.services import PlanTerms, define_plan, retire_plan
from apps.pricing.models import Meter, PriceBook
from apps.pricing.services import (
    PriceSlot,
    PriceTerms,
    cost_book,
    define_meter,
    list_price_book,
    override_price_book,
    set_price,
)

UNIT = 1_000_000
MILLION = 1_000_000
# Units of each currency per dollar in the price list, times 100.
CURRENCIES = {"USD": 100, "EUR": 92, "JPY": 15_000}
LARGE, SMALL = "atlas-large", "atlas-mini"
# The dimensions by which chat tokens are broken down.
BREAKDOWNS = ("key,model", "project,user", "agent", "model,kind")

METERS: tuple[Mapping[str, Any], ...] = (
    {
        "slug": "chat",
        "name": "Chat tokens",
        "unit": "token",
        "kind": "token",
        "counts": "tokens",
        "is_message": True,
        "developer_units_micros": 120_000,
        "credits_micros": 40,
    },
    {
        "slug": "search",
        "name": "Search",
        "unit": "query",
        "kind": "service",
        "counts": "quantity",
        "explorer_units_micros": 50_000,
        "credits_micros": 250_000,
    },
    {
        "slug": "sms",
        "name": "Text messages",
        "unit": "message",
        "kind": "service",
        "counts": "quantity",
        "explorer_units_micros": 2_000,
        "credits_micros": 500_000,
    },
    {"slug": "memory", "name": "Context engine", "unit": "event", "kind": "event", "counts": "events"},
    {
        "slug": "gpu-hours",
        "name": "Dedicated GPU",
        "unit": "hour",
        "kind": "other",
        "counts": "quantity",
        "is_persistent_resource": True,
        "credits_micros": 5 * UNIT,
    },
    {
        "slug": "active-character",
        "name": "Active characters",
        "unit": "character",
        "kind": "character",
        "counts": "characters",
    },
)

# In US dollars: the meter, the model it applies to, and the terms.
LIST: tuple[tuple[str, str, PriceTerms], ...] = (
    (
        "chat",
        "",
        PriceTerms("per_token", input_micros_per_million=3 * UNIT, output_micros_per_million=15 * UNIT),
    ),
    (
        "chat",
        LARGE,
        PriceTerms("per_token", input_micros_per_million=3 * UNIT, output_micros_per_million=15 * UNIT),
    ),
    ("chat", SMALL, PriceTerms("per_token", micros_per_million=800_000)),
    (
        "search",
        "",
        PriceTerms(
            "graduated",
            tiers=[
                {"up_to_micros": 1_000 * UNIT, "micros_per_million": 4_000 * MILLION},
                {"up_to_micros": None, "micros_per_million": 2_500 * MILLION},
            ],
        ),
    ),
    ("sms", "", PriceTerms("package", package_size_micros=100 * UNIT, package_price_micros=4_500_000)),
    (
        "memory",
        "",
        PriceTerms(
            "volume",
            tiers=[
                {"up_to_micros": 100 * UNIT, "micros_per_million": 40_000 * MILLION},
                {"up_to_micros": None, "micros_per_million": 30_000 * MILLION},
            ],
        ),
    ),
    ("gpu-hours", "", PriceTerms("per_unit", micros_per_million=850_000 * MILLION, minimum_micros=10 * UNIT)),
    ("active-character", "", PriceTerms("per_unit", micros_per_million=500_000 * MILLION)),
)
# Our costs of the models, in US dollars. A few days ago, the cost of the small one rose above its price.
COSTS: Mapping[str, PriceTerms] = {
    LARGE: PriceTerms("per_token", input_micros_per_million=2_100_000, output_micros_per_million=10_500_000),
    SMALL: PriceTerms("per_token", micros_per_million=560_000),
}
DEARER = PriceTerms("per_token", micros_per_million=1_040_000)
GLOBEX_CHAT = PriceTerms("per_token", input_micros_per_million=2_400_000, output_micros_per_million=11_500_000)

STARTER, PRO, CREDITS, TRIAL = "starter", "pro", "business-credits", "free-trial"
PLANS: tuple[tuple[str, str, PlanTerms], ...] = (
    (
        STARTER,
        "Starter",
        PlanTerms(
            list_quota_micros=25 * UNIT,
            carries_unit_usage=True,
            cadence=Plan.Cadence.MONTHLY,
            explorer_units_micros=50 * UNIT,
            developer_units_micros=500_000 * UNIT,
        ),
    ),
    (
        PRO,
        "Pro",
        PlanTerms(
            list_quota_micros=60 * UNIT,
            carries_unit_usage=True,
            cadence=Plan.Cadence.MONTHLY,
            explorer_units_micros=100 * UNIT,
            developer_units_micros=2_000_000 * UNIT,
        ),
    ),
    (
        CREDITS,
        "Business (credits)",
        PlanTerms(
            currency="EUR",
            list_quota_micros=20 * UNIT,
            carries_unit_usage=True,
            unit_system=Plan.UnitSystem.CREDITS,
            cadence=Plan.Cadence.ANNUAL,
            credits_micros=10_000 * UNIT,
        ),
    ),
    (TRIAL, "Free trial", PlanTerms(currency="JPY", list_quota_micros=3_000 * UNIT, carries_unit_usage=True)),
)


def steps(demo: Demo) -> Iterator[Step]:
    yield Step(demo.now - HISTORY, partial(_offer, demo))
    # No longer sold; existing customers keep it.
    yield Step(demo.ago(days=200), _retire_credits)
    yield Step(demo.ago(days=3), _raise_cost)


def _offer(demo: Demo, at: datetime) -> None:
    meters = {fields["slug"]: define_meter(now=at, **fields) for fields in METERS}
    meters["chat"].breakdowns = [{"by": each, "since": str(at.date())} for each in BREAKDOWNS]
    meters["chat"].save()
    for currency, per_hundred in CURRENCIES.items():
        book = list_price_book(currency=currency, now=at)
        for slug, model, terms in LIST:
            _price(book, meters[slug], model, _converted(terms, per_hundred), at)
    for model, cost in COSTS.items():
        _price(cost_book(currency="USD", now=at), meters["chat"], model, cost, at)
    own = override_price_book(organization=demo.organizations[GLOBEX], now=at)
    _price(own, meters["chat"], "", GLOBEX_CHAT, at)
    for slug, name, plan in PLANS:
        define_plan(slug=slug, name=name, terms=plan, now=at)


def _price(book: PriceBook, meter: Meter, model: str, terms: PriceTerms, at: datetime) -> None:
    set_price(
        slot=PriceSlot(book=book, meter=meter, model=model, effective_from=at + timedelta(minutes=15)),
        terms=terms,
        created_by=CREATED_BY,
        now=at,
    )


def _raise_cost(at: datetime) -> None:
    _price(cost_book(currency="USD", now=at), Meter.objects.get(slug="chat"), SMALL, DEARER, at)


def _converted(terms: PriceTerms, per_hundred: int) -> PriceTerms:
    """Convert the terms to a currency with `per_hundred` units per 100 dollars."""

    def of(amount: int | None) -> int | None:
        return None if amount is None else amount * per_hundred // 100

    return replace(
        terms,
        micros_per_million=of(terms.micros_per_million),
        input_micros_per_million=of(terms.input_micros_per_million),
        output_micros_per_million=of(terms.output_micros_per_million),
        package_price_micros=of(terms.package_price_micros) or 0,
        minimum_micros=of(terms.minimum_micros) or 0,
        tiers=[{**tier, "micros_per_million": of(tier["micros_per_million"])} for tier in terms.tiers],
    )


def _retire_credits(at: datetime) -> None:
    retire_plan(plan=Plan.objects.get(slug=CREDITS), now=at)
