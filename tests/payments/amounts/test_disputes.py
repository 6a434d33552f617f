"""Disputes move the amounts of the balance transactions, in any claimed currency."""

from datetime import datetime

import pytest

from apps.tenants.models import Organization
from tests.payments.amounts.stripe_events import (
    books,
    changed_event,
    deliver,
    movement,
    open_issues,
    paid_session,
    requested_session,
)
from tests.payments.desk import Desk


class TestDispute:
    """About a top-up of 25.00."""

    @pytest.fixture(autouse=True)
    def paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        requested_session(acme, now, "25")
        deliver(desk, paid_session(2_500, subtotal=2_500))

    def test_in_another_currency_freezes_all_credit_at_once(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        claimed = {"amount": 2_300, "currency": "eur"}
        deliver(desk, changed_event("charge.dispute.created", **claimed))
        assert books(acme, now) == {"wallet": "25.00", "cash": "-25.00"}
        assert open_issues() == {"dispute": ("25.00", "")}
        moved = [movement(-2_537)]
        deliver(
            desk,
            changed_event("charge.dispute.funds_withdrawn", **claimed, balance_transactions=moved),
            changed_event("charge.dispute.closed", **claimed, balance_transactions=moved),
        )
        assert books(acme, now) == {"write_offs": "-0.37", "cash": "0.37"}

    def test_with_our_balance_in_another_currency_counts_in_proportion(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        moved = [movement(-2_000, "gbp"), movement(500, "gbp")]
        deliver(desk, changed_event("charge.dispute.funds_withdrawn", balance_transactions=moved[:1]))
        assert books(acme, now) == {"wallet": "25.00", "disputes": "-25.00"}
        deliver(desk, changed_event("charge.dispute.funds_reinstated", balance_transactions=moved))
        assert books(acme, now) == {"wallet": "25.00", "disputes": "-18.75", "cash": "-6.25"}

    def test_given_back_in_part_though_won_is_shown(self, desk: Desk, acme: Organization, now: datetime) -> None:
        moved = [movement(-2_500), movement(1_500)]
        deliver(
            desk,
            changed_event("charge.dispute.funds_withdrawn", balance_transactions=moved[:1]),
            changed_event("charge.dispute.closed", status="won", balance_transactions=moved[:1]),
            changed_event("charge.dispute.funds_reinstated", balance_transactions=moved),
        )
        expected = {"available": "25.00", "wallet": "25.00", "disputes": "-10.00", "cash": "-15.00"}
        assert (books(acme, now), open_issues()) == (expected, {"dispute": ("25.00", "15.00")})

    def test_lost_after_a_part_was_given_back_takes_the_rest_alone(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        moved = [movement(-2_500), movement(1_000)]
        deliver(
            desk,
            changed_event("charge.dispute.funds_withdrawn", balance_transactions=moved[:1]),
            changed_event("charge.dispute.funds_reinstated", balance_transactions=moved),
            changed_event("charge.dispute.closed", balance_transactions=moved),
        )
        assert books(acme, now) == {"available": "10.00", "wallet": "10.00", "cash": "-10.00"}
        assert open_issues() == {}

    @pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
    def test_of_all_of_a_payment_refunded_in_part_gives_that_part_back(
        self, desk: Desk, acme: Organization, now: datetime, order: tuple[int, ...]
    ) -> None:
        moved = [movement(-2_500), movement(1_000)]
        events = [
            changed_event("refund.created", amount=1_000),
            changed_event("charge.dispute.funds_withdrawn", balance_transactions=moved[:1]),
            changed_event("charge.dispute.closed", balance_transactions=moved[:1]),
            changed_event("charge.dispute.funds_reinstated", status="lost", balance_transactions=moved),
        ]
        deliver(desk, *(events[place] for place in order))
        assert (books(acme, now), open_issues()) == ({}, {})
