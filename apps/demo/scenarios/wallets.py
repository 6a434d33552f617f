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
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures

UNIT = 1_000_000


def steps(demo: Demo) -> Iterator[Step]:
    acme = demo.organizations[ACME]
    yield Step(demo.ago(days=44), partial(_grant, acme, 25 * UNIT, Grant.Source.SIGNUP, days=90))
    yield Step(demo.ago(days=30), partial(_grant, acme, 200 * UNIT, Grant.Source.TOP_UP, paid=200 * UNIT))
    for month in range(1, 13):
        top_up = partial(_grant, acme, 50 * UNIT, Grant.Source.TOP_UP, paid=50 * UNIT, name=f"monthly-{month}")
        yield Step(demo.ago(days=30 * month + 5), top_up)
    for month in range(1, 12):
        yield Step(demo.ago(days=30 * month + 8), partial(_pay_what_is_owed, demo.organizations[GLOBEX]))
    yield Step(demo.ago(days=20), partial(_grant, acme, 10 * UNIT, Grant.Source.BONUS, days=15))
    yield Step(demo.ago(days=3), partial(_finished_reservation, acme))
    yield Step(demo.ago(days=2), partial(_abandoned_reservation, acme))
    yield Step(demo.ago(hours=1), partial(_open_reservation, acme))
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
    name: str = "",
) -> None:
    services.grant_credits(
        organization=organization,
        amount=Micros(amount),
        source=source,
        key=f"demo:{organization.slug}:{source}:{name}".rstrip(":"),
        created_by=CREATED_BY,
        now=at,
        paid_micros=paid,
        expires_at=at + timedelta(days=days) if days else None,
    )


def _pay_what_is_owed(organization: Organization, at: datetime) -> None:
    owed = wallet_figures(organization, at).outstanding_micros
    if owed:
        services.receive_postpaid_payment(
            organization=organization,
            amount=Micros(owed),
            key=f"demo:{organization.slug}:transfer:{at:%Y-%m-%d}",
            received_in=Role.MANUAL_RECEIPTS,
            created_by=CREATED_BY,
            now=at,
            description="Bank transfer",
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
