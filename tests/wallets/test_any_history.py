"""Property test: any history of grants, charges, reservations, refunds and time agrees with a plain model."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.wallets import services
from apps.wallets.accounts import Role
from apps.wallets.consistency import book_mismatches
from apps.wallets.kinds import Overage
from apps.wallets.models import CHARGES, Grant, Shortfall
from apps.wallets.selectors import account_balances, entries_page, wallet_figures
from tests.factories import cause_of, create_organization

T0 = datetime(2026, 11, 1, tzinfo=UTC)
STEPS = ["grant", "brief", "bought", "charge", "back", "reserve", "capture", "release", "refund", "expire"]
STEPS += ["reverse", "revoke", "wait", "pay", "deduct"]
amounts = st.integers(1, 9)
steps = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        amounts,
    ),
    max_size=25,
)


class History:
    """Plays steps against the services, remembering what it may refer to."""

    def __init__(self, billing_mode: str) -> None:
        self.now = T0
        self.number = 0
        self.holds: list = []
        self.organization = create_organization(
            T0, f"{billing_mode}", billing_mode=billing_mode, postpaid_limit_micros=10
        )

    def play(self, step: str, amount: int) -> None:
        self.number += 1
        with suppress(BillingError):
            getattr(self, step)(Micros(amount))

    @property
    def common(self) -> dict:
        return {"key": f"k{self.number}", "created_by": "system:test"}

    @property
    def caused(self) -> dict:
        return {"cause": cause_of(self.organization), **self.common}

    def usage(self, amount):
        return services.Charge(organization=self.organization, amount=amount, kind="usage", **self.caused)

    def grant(self, amount, source="bonus", **fields):
        grant = services.NewGrant(amount=amount, source=services.Source(source), **self.caused, **fields)
        services.grant_credits(organization=self.organization, grant=grant, now=self.now)

    def brief(self, amount):
        self.grant(amount, expires_at=self.now + timedelta(hours=amount))

    def bought(self, amount):
        self.grant(amount, "top_up", paid_micros=amount)

    def charge(self, amount):
        services.charge(charge=self.usage(amount), now=self.now)

    def back(self, amount):
        services.charge(charge=self.usage(Micros(-amount)), now=self.now)

    def reserve(self, amount):
        end = self.now + timedelta(hours=3)
        reservation = services.NewReservation(amount=amount, expires_at=end, **self.common)
        hold = services.reserve(organization=self.organization, reservation=reservation, now=self.now).hold
        self.holds.append(hold)

    def capture(self, amount):
        hold = self.holds[amount % len(self.holds)] if self.holds else None
        if hold is not None:
            capture = services.Capture(hold_id=hold.pk, amount=amount, overage=Overage.ALLOW, **self.common)
            services.capture_reservation(organization=self.organization, capture=capture, now=self.now)

    def release(self, amount):
        if self.holds:
            services.release_reservation(organization=self.organization, hold_id=self.holds.pop().pk, now=self.now)

    def refund(self, amount):
        grant = Grant.objects.filter(source="top_up").first()
        if grant:
            services.refund_grant(grant=grant, amount=amount, order=services.Instruction(**self.caused), now=self.now)

    def revoke(self, amount):
        grant = Grant.objects.filter(source="bonus").first()
        if grant:
            services.revoke_grant(
                grant=grant, cause=cause_of(grant.organization), reason="r", created_by="staff:ann", now=self.now
            )

    def reverse(self, amount):
        entries = entries_page(self.organization, since=T0, limit=amount)
        if entries:
            services.reverse_transfer(
                organization=self.organization,
                cause=cause_of(self.organization),
                transfer_id=entries[-1].transfer_id,
                reason="r",
                created_by="staff:ann",
                now=self.now,
            )

    def expire(self, amount):
        services.expire_grants(now=self.now)

    def wait(self, amount):
        self.now += timedelta(hours=amount)

    def pay(self, amount):
        payment = services.PostpaidPayment(amount=amount, **self.caused)
        services.receive_postpaid_payment(organization=self.organization, payment=payment, now=self.now)

    def deduct(self, amount):
        order = services.Instruction(description="r", **self.caused)
        services.deduct(organization=self.organization, amount=amount, order=order, now=self.now)


def uncovered_charges() -> int:
    """Return the total of charges not yet covered by a grant, in micros."""
    return sum(
        Shortfall.objects.filter(transfer__kind__in=CHARGES, remaining_micros__gt=0).values_list(
            "remaining_micros", flat=True
        )
    )


def free_credit(now: datetime) -> int:
    """Return the unheld credit of unexpired grants, in micros; with any left, no charge may be uncovered."""
    return sum(grant.free_micros for grant in Grant.objects.all() if not grant.is_expired(now))


@pytest.mark.django_db
@pytest.mark.parametrize("billing_mode", ["prepaid", "postpaid"])
def test_any_history_leaves_books_that_are_right(billing_mode):
    check_histories(billing_mode, examples=12)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("billing_mode", ["prepaid", "postpaid"])
def test_a_thousand_histories_leave_books_that_are_right(billing_mode):
    check_histories(billing_mode, examples=1_000)


def check_histories(billing_mode: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def check(history):
        with transaction.atomic():
            played = History(billing_mode)
            for step, amount in history:
                played.play(step, amount)
                assert [str(each) for each in book_mismatches()] == []
                assert not (uncovered_charges() and free_credit(played.now))
            before = wallet_figures(played.organization, played.now)
            services.expire_grants(now=played.now)
            after = wallet_figures(played.organization, played.now)
            assert (before.balance_micros, before.available_micros) == (after.balance_micros, after.available_micros)
            assert after.wallet_row_micros == after.journal_micros
            assert after.posted_micros == after.balance_micros
            if billing_mode == "prepaid":
                assert account_balances(played.organization)[Role.RECEIVABLE] == 0
            transaction.set_rollback(True)

    check()
