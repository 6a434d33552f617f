"""Creates organizations of any size with activity on each of some days, by the public services.

All sizes have every kind of row on every day, so that only the number of rows differs.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from apps.common.money import Micros
from apps.plans.models import Plan
from apps.plans.services import PlanTerms, define_plan, start_subscription
from apps.pricing.models import Meter
from apps.pricing.services import PriceSlot, PriceTerms, define_meter, list_price_book, set_price
from apps.tenants.causes import ORGANIZATION
from apps.tenants.models import Organization
from apps.tenants.services import provision_organization
from apps.usage.services import ingest
from apps.wallets.services import Charge, NewGrant, Source, charge_many, grant_credits, open_wallet, take_checkpoints
from benchmarks.copies import copy_year

UNIT = 1_000_000
AT_ONCE = 1_000
BY_SERVICES = 20_000  # events; those of a larger organization beyond this number are copies
METERS = (("chat", "token", "tokens"), ("search", "service", "quantity"), ("memory", "event", "events"))
BREAKDOWNS = ("project,model", "user")
MODELS, OPERATIONS, EVENT_TYPES = ("large", "small", "tiny"), ("web", "vector"), ("write", "read")


def make_catalog(now: datetime) -> Plan:
    """Create the meters, their prices and a plan with units, as of two years ago."""
    then = now - timedelta(days=730)
    book = list_price_book(currency="USD", now=then)
    for slug, kind, counts in METERS:
        kept = [{"by": each, "since": then.date().isoformat()} for each in BREAKDOWNS if kind == "token"]
        meter = define_meter(
            slug=slug,
            name=slug,
            unit=slug,
            kind=kind,
            counts=counts,
            now=then,
            explorer_units_micros=10_000,
            breakdowns=kept,
        )
        terms = PriceTerms("per_token" if kind == Meter.Kind.TOKEN else "per_unit", micros_per_million=2 * UNIT)
        set_price(
            slot=PriceSlot(book=book, meter=meter, effective_from=then + timedelta(hours=1)),
            terms=terms,
            created_by="benchmark",
            now=then,
        )
    units = PlanTerms(
        list_quota_micros=100 * UNIT,
        carries_unit_usage=True,
        cadence=Plan.Cadence.ANNUAL,
        explorer_units_micros=1_000_000 * UNIT,
    )
    return define_plan(slug="benchmark", name="Benchmark", terms=units, now=then)


def grow(slug: str, size: int, days: int, plan: Plan, now: datetime) -> Organization:
    """Create an organization with `size` charges and as many usage events over the last days.

    If `size` is larger than `BY_SERVICES`, which must divide it, the rest are copies.
    """
    then = now - timedelta(days=days)
    organization = provision_organization(name=slug, slug=slug, now=then)
    open_wallet(organization=organization, now=then)
    grant_credits(
        organization=organization,
        grant=NewGrant(
            cause=ORGANIZATION.of(organization.pk),
            amount=Micros(1_000_000_000 * UNIT),
            source=Source.TOP_UP,
            key=f"{slug}:top-up",
            created_by="benchmark",
            paid_micros=UNIT,
        ),
        now=then,
    )
    start_subscription(organization=organization, plan=plan, created_by="benchmark", now=then)
    written = min(size, BY_SERVICES)
    for number in range(days - 1):
        day = then + timedelta(days=number)
        rows = range(written * number // (days - 1), written * (number + 1) // (days - 1))
        charge(organization, rows, day)
        for part in _parts(rows):
            _use(organization, part, day)
    if size > written:
        copy_year(organization.pk, size // written - 1)
    while take_checkpoints(now=now):
        pass
    return organization


def _parts(rows: range) -> Iterator[range]:
    for start in range(rows.start, rows.stop, AT_ONCE):
        yield range(start, min(start + AT_ONCE, rows.stop))


def charge(organization: Organization, rows: range, at: datetime) -> None:
    """Charge the organization once for each number; numbers must be unique."""
    for part in _parts(rows):
        charges = [
            Charge(
                organization=organization,
                cause=ORGANIZATION.of(organization.pk),
                amount=Micros(10 + row % 7),
                kind="usage",
                key=f"{organization.slug}:{row}",
                created_by="benchmark",
            )
            for row in part
        ]
        charge_many(charges=charges, now=at)


def _use(organization: Organization, rows: range, at: datetime) -> None:
    moment = datetime.combine(at.date(), time(1), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    events = [_event(row, moment) for row in rows]
    ingest(events=events, organization=organization, created_by="benchmark", now=at + timedelta(days=1))


def _event(row: int, moment: str) -> dict[str, Any]:
    kind = ("chat", "chat", "search", "memory")[row % 4]
    data: dict[str, dict[str, Any]] = {
        "chat": {"input_tokens": 100 + row % 50, "output_tokens": 20, "model": MODELS[row % 3]},
        "search": {"quantity": 1 + row % 5, "operation": OPERATIONS[row // 4 % 2]},
        "memory": {"event_type": EVENT_TYPES[row // 4 % 2]},
    }
    about = {"session": f"s{row // 50}", "project": f"p{row % 3}", "user": f"u{row % 5}", "traffic_source": "api"}
    event = {"specversion": "1.0", "id": str(row), "source": "benchmark", "type": kind, "time": moment}
    return {**event, "data": data[kind] | about}
