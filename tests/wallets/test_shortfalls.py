"""Freed credit covers shortfalls, so that no credit expires while it could pay a debt."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.wallets import services
from apps.wallets.selectors import funded_by, wallet_figures
from tests.factories import capture, cause_of, charge, create_grant, create_organization, reserve

LATER = timedelta(days=2)


@pytest.fixture
def acme(db, now):
    """A prepaid customer with ten of credit that ends tomorrow."""
    acme = create_organization(now)
    create_grant(acme, "10", now, expires_at=now + timedelta(days=1))
    return acme


def lapsed(organization, now):
    """Expire the credit, and return the wallet's balance in micros."""
    services.expire_grants(now=now + LATER)
    return wallet_figures(organization, now + LATER).balance_micros


class TestOverspendIsPaidBy:
    def test_what_a_release_returns(self, acme, now):
        hold = reserve(acme, "10", now)
        overspent = charge(acme, "4", now)
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.overspend_micros) == (6_000_000, 0)
        assert [part.amount_micros for part in funded_by(overspent.pk)] == [4_000_000]
        assert lapsed(acme, now) == 0

    def test_what_a_capture_leaves(self, acme, now):
        hold = reserve(acme, "10", now)
        charge(acme, "4", now)
        capture(acme, hold.pk, "3", now)
        assert (wallet_figures(acme, now).overspend_micros, lapsed(acme, now)) == (0, 0)

    def test_what_a_capture_of_nothing_returns(self, acme, now):
        hold = reserve(acme, "10", now)
        charge(acme, "4", now)
        capture(acme, hold.pk, "0", now)
        assert (wallet_figures(acme, now).overspend_micros, lapsed(acme, now)) == (0, 0)

    def test_what_an_ended_reservation_returns(self, acme, now):
        reserve(acme, "10", now, expires_at=now + timedelta(hours=1))
        charge(acme, "4", now)
        services.expire_reservations(now=now + timedelta(hours=1))
        assert (wallet_figures(acme, now).overspend_micros, lapsed(acme, now)) == (0, 0)

    def test_what_a_reversal_returns(self, acme, now):
        first = charge(acme, "10", now)
        charge(acme, "5", now, key="c2")
        services.reverse_transfer(
            organization=acme,
            cause=cause_of(acme),
            transfer_id=first.pk,
            reason="Twice",
            created_by="staff:ann",
            now=now,
        )
        assert (wallet_figures(acme, now).overspend_micros, lapsed(acme, now)) == (0, 0)

    def test_what_is_given_back(self, acme, now):
        """The newest charge is reversed first, which a grant paid although older charges were not yet covered."""
        hold = reserve(acme, "6", now)
        charge(acme, "7", now)
        capture(acme, hold.pk, "6", now, key="captured")
        charge(acme, "-5", now, key="less")
        assert (wallet_figures(acme, now).overspend_micros, lapsed(acme, now)) == (0, 0)

    def test_what_was_frozen_and_is_not_taken(self, acme, now):
        grant = create_grant(acme, "10", now, "bought", source="top_up", paid_micros=10_000_000)
        services.freeze_grant(grant=grant, amount=10_000_000, key="f", dispute="f", created_by="system:test", now=now)
        charge(acme, "12", now)
        services.unfreeze(organization=acme, dispute="f", now=now)
        services.claw_back_grant(
            grant=grant,
            amount=5_000_000,
            order=services.Instruction(
                cause=cause_of(grant.organization),
                key="lost",
                created_by="system:test",
            ),
            now=now,
        )
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.overspend_micros) == (3_000_000, 0)

    def test_what_was_frozen_and_is_free_again(self, acme, now):
        grant = create_grant(acme, "10", now, "bought", source="top_up", paid_micros=10_000_000)
        services.freeze_grant(grant=grant, amount=10_000_000, key="f", dispute="f", created_by="system:test", now=now)
        charge(acme, "12", now)
        services.unfreeze(organization=acme, dispute="f", now=now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.overspend_micros) == (8_000_000, 0)

    def test_soonest_to_end_first(self, acme, now):
        create_grant(acme, "10", now, "forever")
        hold = reserve(acme, "20", now)
        charge(acme, "4", now)
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        assert lapsed(acme, now) == 10_000_000


def test_a_release_asks_no_more_when_nothing_is_overspent(acme, now):
    counts = []
    for number in range(2):
        hold = reserve(acme, "1", now, key=f"r{number}")
        with CaptureQueriesContext(connection) as captured:
            services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15
