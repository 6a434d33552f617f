"""Credit granted, spent, held and corrected: everything that can happen to a wallet."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from apps.common.money import Micros
from apps.demo.scenarios.main_customers import ACME, GLOBEX, INITECH
from apps.demo.staff import carry_out
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.invoices.actions import SettleByBankTransfer
from apps.payments.causes import CHECKOUT_SESSION
from apps.payments.models import CheckoutSession, StripePayment
from apps.tenants.causes import ORGANIZATION
from apps.tenants.models import Organization
from apps.wallets import services
from apps.wallets.actions import GrantCredit
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures

UNIT = 1_000_000


def steps(demo: Demo) -> Iterator[Step]:
    acme = demo.organizations[ACME]
    yield Step(demo.ago(days=44), partial(_sign_up, acme, 25 * UNIT))
    yield Step(demo.ago(days=30), partial(top_up, acme, 200 * UNIT))
    for month in range(1, 13):
        yield Step(demo.ago(days=30 * month + 5), partial(top_up, acme, 50 * UNIT))
    for month in range(1, 12):
        yield Step(demo.ago(days=30 * month + 8), partial(_pay_what_is_owed, demo.organizations[GLOBEX]))
    yield Step(demo.ago(days=20), partial(_give_away, acme, 10 * UNIT))
    yield Step(demo.ago(days=3), partial(_finished_reservation, acme))
    yield Step(demo.ago(days=2), partial(_abandoned_reservation, acme))
    yield Step(demo.ago(hours=1), partial(_open_reservation, acme))
    initech = demo.organizations[INITECH]
    yield Step(demo.ago(days=10), partial(top_up, initech, 5_000 * UNIT))


def _sign_up(organization: Organization, amount: int, at: datetime) -> None:
    services.grant_credits(
        organization=organization,
        grant=services.NewGrant(
            amount=Micros(amount),
            source=services.Source.SIGNUP,
            key=f"signup:{organization.pk}",
            cause=ORGANIZATION.of(organization.pk),
            created_by=CREATED_BY,
            expires_at=at + timedelta(days=90),
        ),
        now=at,
    )


def top_up(organization: Organization, amount: int, at: datetime) -> None:
    """Grant the credit that a checkout paid for, as when Stripe reports the payment."""
    session = CheckoutSession.objects.create(
        organization=organization,
        purpose=CheckoutSession.Purpose.TOP_UP,
        amount_micros=amount,
        currency=organization.currency,
        state=CheckoutSession.State.PAID,
        stripe_id=f"cs_demo_{organization.slug}_{at:%Y%m%d}",
        created_by=CREATED_BY,
        created_at=at,
        updated_at=at,
    )
    grant = services.grant_credits(
        organization=organization,
        grant=services.NewGrant(
            amount=Micros(amount),
            source=services.Source.TOP_UP,
            key=f"top-up:{session.pk}",
            cause=CHECKOUT_SESSION.of(session.pk),
            created_by=CREATED_BY,
            paid_micros=amount,
        ),
        now=at,
    )
    StripePayment.objects.create(
        organization=organization,
        key=session.reference,
        amount_micros=amount,
        currency=organization.currency,
        checkout=session,
        grant=grant,
        settled_at=at,
        created_at=at,
    )


def _give_away(organization: Organization, amount: int, at: datetime) -> None:
    carry_out(
        GrantCredit(
            organization_id=organization.pk,
            amount_micros=amount,
            currency=organization.currency,
            reason="Goodwill for a slow week",
            key=f"demo:{organization.slug}:bonus",
            source=Grant.Source.BONUS,
            expires_at=at + timedelta(days=15),
        ),
        at,
    )


def _pay_what_is_owed(organization: Organization, at: datetime) -> None:
    owed = wallet_figures(organization, at).outstanding_micros
    if owed:
        carry_out(
            SettleByBankTransfer(
                organization_id=organization.pk,
                amount_micros=owed,
                currency=organization.currency,
                reason="Monthly payment",
                key=f"demo:{organization.slug}:bank-transfer:{at:%Y-%m-%d}",
                reference=f"{at:%Y%m}",
            ),
            at,
        )


def _reserve(organization: Organization, amount: int, name: str, at: datetime) -> UUID:
    reserved = services.reserve(
        organization=organization,
        reservation=services.NewReservation(
            amount=Micros(amount),
            key=f"demo:{organization.slug}:reservation:{name}",
            expires_at=at + timedelta(hours=6),
            created_by=CREATED_BY,
            description=f"Batch job {name}",
        ),
        now=at,
    )
    return reserved.hold.pk


def _finished_reservation(organization: Organization, at: datetime) -> None:
    hold_id = _reserve(organization, 12 * UNIT, "nightly", at)
    services.capture_reservation(
        organization=organization,
        capture=services.Capture(
            hold_id=hold_id,
            amount=Micros(9_750_000),
            key=f"demo:{organization.slug}:capture:nightly",
            created_by=CREATED_BY,
        ),
        now=at + timedelta(minutes=40),
    )


def _abandoned_reservation(organization: Organization, at: datetime) -> None:
    hold_id = _reserve(organization, 8 * UNIT, "trial", at)
    services.release_reservation(organization=organization, hold_id=hold_id, now=at + timedelta(minutes=5))


def _open_reservation(organization: Organization, at: datetime) -> None:
    _reserve(organization, 15 * UNIT, "rendering", at)
