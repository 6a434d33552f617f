"""A customer with a month of history, and one who is about to pay."""

from datetime import timedelta

from django.utils import timezone

from apps.common.money import Micros
from apps.payments import services as payments
from apps.payments.models import StripeEvent
from apps.tenants import services as tenants
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.models import EntryType, Grant
from tests.factories import cause_of


def create_busy_customer() -> Organization:
    """Thirty days of charges, two grants and a reservation."""
    now = timezone.now()
    began = now - timedelta(days=30)
    organization = tenants.provision_organization(name="Acme Robotics", slug="acme", now=began)
    wallets.open_wallet(organization=organization, now=began)
    for source, amount in ((Grant.Source.SIGNUP, 25), (Grant.Source.TOP_UP, 500)):
        wallets.grant_credits(
            organization=organization,
            grant=wallets.NewGrant(
                cause=cause_of(organization),
                amount=Micros(amount * 1_000_000),
                source=wallets.Source(source),
                key=f"browser:{source}",
                created_by="staff:ada",
                paid_micros=amount * 1_000_000 if source == Grant.Source.TOP_UP else 0,
            ),
            now=began,
        )
    for day in range(30):
        wallets.charge(
            charge=wallets.Charge(
                organization=organization,
                cause=cause_of(organization),
                amount=Micros(3_000_000 + day * day % 17 * 412_345),
                kind=EntryType.USAGE,
                key=f"browser:day:{day}",
                created_by="system:usage",
                description=f"Usage: {day + 3}",
            ),
            now=began + timedelta(days=day),
        )
    wallets.reserve(
        organization=organization,
        reservation=wallets.NewReservation(
            amount=Micros(15_000_000),
            key="browser:hold",
            expires_at=now + timedelta(hours=2),
            created_by="key:live_x",
        ),
        now=now,
    )
    return organization


def open_checkout(organization: Organization) -> str:
    """Start a top-up of 100 and return the address of its checkout."""
    return payments.start_top_up(
        organization=organization,
        amount=10_000,
        currency=None,
        request_key="k",
        created_by="user:1",
        now=timezone.now(),
    )


def park_event() -> StripeEvent:
    """Store an event of Stripe that waits for staff."""
    now = timezone.now()
    return StripeEvent.objects.create(
        event_id="evt_parked",
        type="invoice.paid",
        object_id="in_1",
        livemode=False,
        payload="{}",
        state="parked",
        attempts=5,
        error="No customer has this id.",
        created_at=now,
        received_at=now,
        next_attempt_at=now,
        settled_at=now,
    )
