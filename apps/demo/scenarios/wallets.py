"""Credit given, spent, set aside and corrected: what a wallet can go through."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from apps.common.money import Micros
from apps.demo.scenarios.organizations import ACME, GLOBEX, INITECH
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.tenants.models import Organization
from apps.wallets import services
from apps.wallets.models import EntryType, Grant

UNIT = 1_000_000
# Micros of the currency, one per day, newest last: a fortnight with weekends in it.
DAILY_SPEND = (4_120_000, 3_980_500, 5_250_000, 6_010_250, 5_499_000, 900_000, 350_000)


def steps(demo: Demo) -> Iterator[Step]:
    acme = demo.organizations[ACME]
    yield Step(demo.ago(days=44), partial(_grant, acme, 25 * UNIT, Grant.Source.SIGNUP, days=90))
    yield Step(demo.ago(days=30), partial(_grant, acme, 200 * UNIT, Grant.Source.TOP_UP, paid=200 * UNIT))
    yield Step(demo.ago(days=20), partial(_grant, acme, 10 * UNIT, Grant.Source.BONUS, days=15))
    yield from _daily_spend(demo, acme, EntryType.SERVICE)
    yield Step(demo.ago(days=3), partial(_finished_reservation, acme))
    yield Step(demo.ago(days=2), partial(_abandoned_reservation, acme))
    yield Step(demo.ago(hours=1), partial(_open_reservation, acme))
    yield from _daily_spend(demo, demo.organizations[GLOBEX], EntryType.SERVICE)
    initech = demo.organizations[INITECH]
    yield Step(demo.ago(days=10), partial(_grant, initech, 5_000 * UNIT, Grant.Source.TOP_UP, paid=5_000 * UNIT))


def _grant(
    organization: Organization,
    amount: int,
    source: Grant.Source,
    at: datetime,
    *,
    paid: int = 0,
    days: int | None = None,
) -> None:
    services.grant_credits(
        organization=organization,
        amount=Micros(amount),
        source=source,
        key=f"demo:{organization.slug}:{source}",
        created_by=CREATED_BY,
        now=at,
        paid_micros=paid,
        expires_at=at + timedelta(days=days) if days else None,
    )


def _daily_spend(demo: Demo, organization: Organization, kind: EntryType) -> Iterator[Step]:
    for day, amount in enumerate(reversed(DAILY_SPEND * 2), start=1):
        charge = partial(_charge, organization, amount, kind, f"demo:{organization.slug}:spend:{day}")
        yield Step(demo.ago(days=day, hours=2), charge)


def _charge(organization: Organization, amount: int, kind: EntryType, key: str, at: datetime) -> None:
    services.charge(
        organization=organization,
        amount=Micros(amount),
        kind=kind,
        key=key,
        created_by=CREATED_BY,
        now=at,
        description="Model serving",
    )


def _reserve(organization: Organization, amount: int, name: str, at: datetime) -> UUID:
    hold = services.reserve(
        organization=organization,
        amount=Micros(amount),
        key=f"demo:{organization.slug}:reservation:{name}",
        expires_at=at + timedelta(hours=6),
        created_by=CREATED_BY,
        now=at,
        description=f"Batch job {name}",
    )
    return hold.pk


def _finished_reservation(organization: Organization, at: datetime) -> None:
    hold_id = _reserve(organization, 12 * UNIT, "nightly", at)
    services.capture_reservation(
        organization=organization,
        hold_id=hold_id,
        amount=Micros(9_750_000),
        key=f"demo:{organization.slug}:capture:nightly",
        created_by=CREATED_BY,
        now=at + timedelta(minutes=40),
    )


def _abandoned_reservation(organization: Organization, at: datetime) -> None:
    hold_id = _reserve(organization, 8 * UNIT, "trial", at)
    services.release_reservation(organization=organization, hold_id=hold_id, now=at + timedelta(minutes=5))


def _open_reservation(organization: Organization, at: datetime) -> None:
    _reserve(organization, 15 * UNIT, "rendering", at)
