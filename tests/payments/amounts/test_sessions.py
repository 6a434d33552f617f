"""Session payments that differ from the requested amount: booked at once, the rest shown to staff."""

from datetime import datetime

import pytest

from apps.common.money import Micros, to_micros
from apps.payments.errors import StripeUnknownOutcome
from apps.payments.models import (
    CheckoutSession,
    PaymentIssue,
    StripePayment,
)
from apps.payments.services import RefundRequest, request_refund
from apps.payments.services.sessions import _refuse_unlike
from apps.payments.stripe_objects import CheckoutFacts
from apps.tenants.models import Organization
from tests.factories import charge
from tests.payments.amounts.stripe_events import (
    books,
    changed_event,
    deliver,
    movement,
    open_issues,
    paid_session,
    put,
    requested_session,
)
from tests.payments.desk import Desk
from tests.payments.recorded import subject


class TestTax:
    """A top-up of 50.00 that is paid as 59.50."""

    @pytest.fixture(autouse=True)
    def paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        requested_session(acme, now, "50")
        deliver(desk, paid_session(5_950, subtotal=5_000, tax=950))

    def test_is_on_an_account_of_its_own(self, acme: Organization, now: datetime) -> None:
        expected = {"available": "50.00", "wallet": "50.00", "tax": "9.50", "cash": "-59.50"}
        assert (books(acme, now), open_issues()) == (expected, {})

    def test_goes_back_in_proportion(self, desk: Desk, acme: Organization, now: datetime) -> None:
        charge(acme, "30", now)
        deliver(desk, changed_event("refund.created", amount=2_975))
        assert books(acme, now) == {
            "available": "-5.00",
            "wallet": "-5.00",
            "tax": "4.75",
            "cash": "-29.75",
            "revenue": "30.00",
        }

    def test_goes_back_exactly_in_odd_parts(self, desk: Desk, acme: Organization, now: datetime) -> None:
        for number, cents in enumerate([1_001, 7, 3_333, 1_609]):
            deliver(desk, changed_event("refund.created", id=f"re_{number}", amount=cents))
        assert books(acme, now) == {}

    def test_is_put_back_with_a_refund_that_fails(self, desk: Desk, acme: Organization, now: datetime) -> None:
        deliver(desk, changed_event("refund.created", amount=1_000))
        assert books(acme, now) == {"available": "41.59", "wallet": "41.59", "tax": "7.91", "cash": "-49.50"}
        deliver(
            desk, changed_event("refund.failed", amount=1_000), changed_event("refund.created", id="re_2", amount=5_950)
        )
        assert books(acme, now) == {}

    def test_freezes_no_credit_in_a_dispute_and_is_lost_with_it(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        moved = [movement(-2_975)]
        deliver(desk, changed_event("charge.dispute.created", amount=2_975))
        assert books(acme, now) == {"available": "25.00", "wallet": "50.00", "tax": "9.50", "cash": "-59.50"}
        deliver(desk, changed_event("charge.dispute.closed", amount=2_975, balance_transactions=moved))
        assert books(acme, now) == {"available": "25.00", "wallet": "25.00", "tax": "4.75", "cash": "-29.75"}


def test_tax_inside_the_price_is_not_credit(desk: Desk, acme: Organization, now: datetime) -> None:
    requested_session(acme, now, "50")
    deliver(desk, paid_session(5_000, subtotal=5_000, tax=798))
    assert books(acme, now) == {"available": "42.02", "wallet": "42.02", "tax": "7.98", "cash": "-50.00"}
    assert open_issues() == {"underpaid": ("50.00", "42.02")}


class TestCoupon:
    def test_buys_what_was_paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        requested_session(acme, now, "100")
        deliver(desk, paid_session(8_000, subtotal=10_000, discount=2_000))
        assert books(acme, now) == {"available": "80.00", "wallet": "80.00", "cash": "-80.00"}
        assert open_issues() == {"underpaid": ("100.00", "80.00")}
        assert "A coupon took off 20.00 USD" in PaymentIssue.objects.get().detail

    def test_for_all_of_it_buys_nothing(self, desk: Desk, acme: Organization, now: datetime) -> None:
        requested_session(acme, now, "100")
        free = {"payment_status": "no_payment_required", "payment_intent": None}
        deliver(desk, paid_session(0, subtotal=10_000, discount=10_000, **free))
        assert (books(acme, now), open_issues()) == ({}, {"underpaid": ("100.00", "0.00")})

    def test_with_tax_on_what_is_left(self, desk: Desk, acme: Organization, now: datetime) -> None:
        requested_session(acme, now, "100")
        deliver(desk, paid_session(9_520, subtotal=10_000, tax=1_520, discount=2_000))
        assert books(acme, now) == {"available": "80.00", "wallet": "80.00", "tax": "15.20", "cash": "-95.20"}


def test_more_than_was_asked_for_waits_unapplied_until_it_goes_back(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    requested_session(acme, now, "25")
    deliver(desk, paid_session(3_000, subtotal=3_000))
    assert books(acme, now) == {"available": "25.00", "wallet": "25.00", "unapplied": "5.00", "cash": "-30.00"}
    assert open_issues() == {"unapplied": ("", "5.00")}
    deliver(desk, changed_event("refund.created", amount=500))
    assert books(acme, now) == {"available": "25.00", "wallet": "25.00", "cash": "-25.00"}
    assert open_issues() == {}


def test_a_refund_of_another_amount_than_staff_asked_for_is_booked_as_it_was_paid(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    requested_session(acme, now, "25")
    deliver(desk, paid_session(2_500, subtotal=2_500))
    asked = RefundRequest(
        payment_id=StripePayment.objects.get().pk,
        amount=Micros(to_micros("10")),
        reason="Asked",
        key="k",
        requested_by="ann",
    )
    wanted = request_refund(asked, now=now)
    deliver(desk, changed_event("refund.created", amount=500, metadata={"reference": wanted.reference}))
    assert books(acme, now) == {"available": "20.00", "wallet": "20.00", "cash": "-20.00"}
    assert open_issues() == {"refunds_differ": ("10.00", "5.00")}


def test_money_in_another_currency_waits_in_it(desk: Desk, acme: Organization, now: datetime) -> None:
    requested_session(acme, now, "25")
    deliver(desk, paid_session(2_500, subtotal=2_500, currency="eur"))
    assert books(acme, now) == {"unapplied EUR": "25.00", "cash EUR": "-25.00"}
    assert open_issues() == {"unapplied": ("", "25.00"), "underpaid": ("25.00", "0.00")}
    deliver(desk, changed_event("refund.created", amount=1_000, currency="eur"))
    assert books(acme, now) == {"unapplied EUR": "15.00", "cash EUR": "-15.00"}
    deliver(desk, changed_event("charge.dispute.closed", amount=1_500, currency="eur", balance_transactions=[]))
    deliver(
        desk, changed_event("charge.dispute.funds_withdrawn", amount=1_500, currency="eur", balance_transactions=[])
    )
    assert books(acme, now) == {}


@pytest.mark.parametrize("kind", ["checkout.session.completed", "checkout.session.async_payment_succeeded"])
def test_a_second_session_for_the_same_thing_is_kept_apart(
    desk: Desk, acme: Organization, now: datetime, kind: str
) -> None:
    requested_session(acme, now, "25")
    deliver(desk, paid_session(2_500, subtotal=2_500))
    again = paid_session(2_500, subtotal=2_500, id="cs_test_again", payment_intent="pi_again")
    deliver(desk, again | {"type": kind})
    assert books(acme, now) == {"available": "25.00", "wallet": "25.00", "unapplied": "25.00", "cash": "-50.00"}
    assert open_issues() == {"unapplied": ("", "25.00")}


class TestPartialCapture:
    captured = {"amount": 2_500, "amount_received": 1_500, "capture_method": "manual"}

    @pytest.fixture(autouse=True)
    def session(self, acme: Organization, now: datetime) -> None:
        requested_session(acme, now, "25")

    def test_after_the_session_brings_what_was_captured(self, desk: Desk, acme: Organization, now: datetime) -> None:
        deliver(desk, paid_session(2_500, subtotal=2_500, payment_status="unpaid"))
        assert books(acme, now) == {}
        put(desk, "checkout.session.completed", payment_status="unpaid")
        put(desk, "payment_intent.succeeded", **self.captured)
        deliver(desk, changed_event("payment_intent.succeeded", **self.captured))
        assert books(acme, now) == {"available": "15.00", "wallet": "15.00", "cash": "-15.00"}
        assert open_issues() == {"underpaid": ("25.00", "15.00")}

    @pytest.mark.parametrize("intent_first", [True, False])
    def test_of_a_session_that_counts_as_paid(
        self, desk: Desk, acme: Organization, now: datetime, intent_first: bool
    ) -> None:
        put(desk, "payment_intent.succeeded", **self.captured)
        put(desk, "checkout.session.completed", amount_subtotal=2_500)
        events = [changed_event("payment_intent.succeeded", **self.captured), paid_session(2_500, subtotal=2_500)]
        deliver(desk, *(events if intent_first else reversed(events)))
        assert books(acme, now) == {"available": "15.00", "wallet": "15.00", "cash": "-15.00"}

    def test_that_the_charge_told_first_brings_what_was_captured(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        charged = changed_event("charge.succeeded", amount=2_500, amount_captured=1_500)
        deliver(desk, charged, paid_session(2_500, subtotal=2_500))
        assert books(acme, now) == {"available": "15.00", "wallet": "15.00", "cash": "-15.00"}
        assert open_issues() == {"underpaid": ("25.00", "15.00")}

    def test_leaves_nothing_of_what_was_never_captured_to_refund(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        put(desk, "payment_intent.succeeded", **self.captured)
        released = changed_event("refund.created", id="re_rest", amount=1_000, reason="partial_capture")
        deliver(desk, paid_session(2_500, subtotal=2_500), released)
        assert books(acme, now) == {"available": "15.00", "wallet": "15.00", "cash": "-15.00"}


def test_a_session_that_stripe_makes_with_tax_is_what_was_asked_for() -> None:
    session = CheckoutSession(amount_micros=to_micros("50"), currency="USD")
    body = subject("checkout.session.completed", amount_subtotal=5_000, amount_total=5_950, url="https://pay.test/1")
    _refuse_unlike(session, CheckoutFacts.read(body))
    with pytest.raises(StripeUnknownOutcome):
        _refuse_unlike(session, CheckoutFacts.read(body | {"amount_subtotal": 5_950}))


def test_a_contract_s_session_whose_row_was_lost_is_kept_unapplied(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    about = {**subject("checkout.session.completed")["metadata"], "purpose": "installment"}
    deliver(desk, paid_session(2_500, subtotal=2_500, metadata=about))
    assert books(acme, now) == {"unapplied": "25.00", "cash": "-25.00"}
    assert open_issues() == {"unapplied": ("", "25.00")}
