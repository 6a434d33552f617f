"""Subscriptions: billing dates and amounts, ends, and the effect of a pause on invoices."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe
import time_machine

from local_stripe import billing_cycle
from local_stripe.server import LocalStripe
from local_stripe.subscriptions import turn_due
from tests.local_stripe.conftest import event_types, session_params

BEGIN = datetime(2026, 11, 18, 12, tzinfo=UTC)


def at(text: str) -> int:
    """Return a moment's Unix seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def days(anchor: str, interval: str, count: int, turns: int) -> list[str]:
    recurring = {"interval": interval, "interval_count": count}
    return [
        f"{datetime.fromtimestamp(billing_cycle.turn(at(anchor), recurring, number), UTC):%Y-%m-%d}"
        for number in range(1, turns + 1)
    ]


class TestRhythm:
    @pytest.mark.parametrize(
        ("anchor", "interval", "count", "expected"),
        [
            ("2027-01-31", "month", 1, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
            ("2027-11-30", "month", 3, ["2028-02-29", "2028-05-30", "2028-08-30", "2028-11-30"]),
            ("2028-02-29", "year", 1, ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
            ("2026-12-29", "month", 2, ["2027-02-28", "2027-04-29", "2027-06-29", "2027-08-29"]),
            ("2026-12-31", "week", 2, ["2027-01-14", "2027-01-28", "2027-02-11", "2027-02-25"]),
        ],
    )
    def test_follows_the_anchors_day(self, anchor: str, interval: str, count: int, expected: list[str]) -> None:
        assert days(anchor, interval, count, len(expected)) == expected

    def test_shares_a_period_by_the_second(self) -> None:
        quarterly = {"interval": "month", "interval_count": 3}
        anchor = at("2027-02-28")
        assert billing_cycle.share(10_000, anchor, quarterly, at("2028-02-28"), at("2028-02-29")) == 111
        assert billing_cycle.share(10_000, anchor, quarterly, at("2028-02-28"), at("2028-05-28")) == 10_000


@pytest.fixture
def traveler() -> Iterator[Any]:
    with time_machine.travel(BEGIN, tick=False) as traveler:
        yield traveler


@pytest.fixture
def clock(traveler: Any, local: LocalStripe) -> Any:
    """Move the clock to a day, and run what Stripe does until then."""

    def come_to(text: str) -> None:
        traveler.move_to(datetime.fromisoformat(text).replace(tzinfo=UTC))
        turn_due(local.account)

    return come_to


@pytest.fixture
def begin(traveler: Any, v1: Any, press: Any) -> Any:
    """Begin a subscription over 100 dollars, every so many months."""

    def start(months: int = 1, coupon: str = "", **data: Any) -> Any:
        product = v1.products.create({"name": "Contract"})
        recurring = {"interval": "month", "interval_count": months}
        price = v1.prices.create(
            {"product": product.id, "currency": "usd", "unit_amount": 10_000, "recurring": recurring}
        )
        params = session_params(mode="subscription", line_items=[{"price": price.id, "quantity": 1}])
        reduced = {"discounts": [{"coupon": coupon}]} if coupon else {}
        session = v1.checkout.sessions.create({**params, **reduced, "subscription_data": data})
        press(session.url, "pay")
        return v1.subscriptions.retrieve(v1.checkout.sessions.retrieve(session.id).subscription)

    return start


def billed(v1: Any) -> list[tuple[str, int]]:
    """Return the invoices' days and totals, oldest first."""
    rows = reversed(v1.invoices.list({"limit": 100}).data)
    return [(f"{datetime.fromtimestamp(row.lines.data[0].period.start, UTC):%Y-%m-%d}", row.total) for row in rows]


class TestTurns:
    def test_come_by_themselves_at_their_days(self, v1: Any, begin: Any, clock: Any) -> None:
        begin(trial_end=at("2027-01-31T00:00"))
        clock("2027-05-31")
        assert billed(v1) == [
            ("2026-11-18", 0),
            ("2027-01-31", 10_000),
            ("2027-02-28", 10_000),
            ("2027-03-31", 10_000),
            ("2027-04-30", 10_000),
            ("2027-05-31", 10_000),
        ]

    def test_begin_after_a_trial_counted_in_days(self, v1: Any, begin: Any, clock: Any) -> None:
        assert begin(trial_period_days=7).status == "trialing"
        clock("2026-11-25T12:00")
        assert billed(v1) == [("2026-11-18", 0), ("2026-11-25", 10_000)]

    def test_charge_the_saved_card(self, v1: Any, begin: Any, clock: Any, press: Any, local: LocalStripe) -> None:
        subscription = begin()
        press(f"{local.url}/do/{subscription.default_payment_method}", "declines")
        clock("2026-12-18T12:00")
        assert v1.subscriptions.retrieve(subscription.id).status == "past_due"
        assert v1.invoices.list().data[0].status == "open"

    def test_with_an_anchor_ahead_charge_the_part_before_it(self, v1: Any, begin: Any, clock: Any) -> None:
        begin(billing_cycle_anchor=at("2026-12-01T12:00"))
        clock("2026-12-01T12:00")
        assert billed(v1) == [("2026-11-18", 4_333), ("2026-12-01", 10_000)]

    def test_without_proration_begin_with_no_invoice(self, v1: Any, begin: Any, clock: Any) -> None:
        subscription = begin(billing_cycle_anchor=at("2026-12-01T12:00"), proration_behavior="none")
        assert (subscription.status, subscription.latest_invoice, billed(v1)) == ("active", None, [])
        assert v1.checkout.sessions.list().data[0].payment_status == "no_payment_required"
        clock("2026-12-01T12:00")
        assert billed(v1) == [("2026-12-01", 10_000)]


@pytest.mark.parametrize(("duration", "second"), [("once", 10_000), ("forever", 8_000)])
def test_a_coupon_lowers_the_first_invoice_or_all(v1: Any, begin: Any, clock: Any, duration: str, second: int) -> None:
    begin(coupon=v1.coupons.create({"percent_off": 20, "duration": duration}).id)
    clock("2026-12-18T12:00")
    assert billed(v1) == [("2026-11-18", 8_000), ("2026-12-18", second)]


class TestEnd:
    def test_within_a_later_period_shortens_it(self, v1: Any, begin: Any, clock: Any) -> None:
        subscription = begin(3)
        v1.subscriptions.update(subscription.id, {"cancel_at": at("2027-03-20T12:00")})
        clock("2027-12-31")
        assert billed(v1) == [("2026-11-18", 10_000), ("2027-02-18", 3_371)]
        assert v1.subscriptions.retrieve(subscription.id).status == "canceled"

    def test_at_a_turn_bills_no_more(self, v1: Any, begin: Any, clock: Any) -> None:
        subscription = begin()
        v1.subscriptions.update(subscription.id, {"cancel_at": at("2027-01-18T12:00")})
        clock("2027-12-31")
        assert billed(v1) == [("2026-11-18", 10_000), ("2026-12-18", 10_000)]
        assert "customer.subscription.deleted" in event_types(v1)

    @pytest.mark.parametrize(("proration", "back"), [("create_prorations", [-5_000]), ("none", [])])
    def test_within_the_running_period_gives_the_rest_back(
        self, v1: Any, begin: Any, proration: str, back: list[int]
    ) -> None:
        subscription = begin()
        end = {"cancel_at": at("2026-12-03T12:00"), "proration_behavior": proration}
        subscription = v1.subscriptions.update(subscription.id, end)
        assert [item.amount for item in v1.invoice_items.list().data] == back
        assert subscription["items"].data[0].current_period_end == at("2026-12-03T12:00")

    def test_within_a_trial_gives_nothing_back(self, v1: Any, begin: Any) -> None:
        subscription = begin(trial_period_days=7)
        v1.subscriptions.update(subscription.id, {"cancel_at": at("2026-11-20T12:00")})
        assert v1.invoice_items.list().data == []

    def test_that_is_given_up_bills_again_with_what_was_given_back(self, v1: Any, begin: Any, clock: Any) -> None:
        subscription = begin()
        v1.subscriptions.update(subscription.id, {"cancel_at": at("2026-12-03T12:00")})
        assert v1.subscriptions.update(subscription.id, {"cancel_at": ""}).cancel_at is None
        clock("2026-12-18T12:00")
        assert billed(v1) == [("2026-11-18", 10_000), ("2026-12-03", 0), ("2026-12-18", 10_000)]

    @pytest.mark.parametrize("moment", ["2026-11-18T11:59", "2031-12-18T12:00"])
    def test_lies_ahead_and_within_five_years(self, v1: Any, begin: Any, moment: str) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.subscriptions.update(begin().id, {"cancel_at": at(moment)})
        assert refused.value.param == "cancel_at"


class TestPause:
    @pytest.mark.parametrize(
        ("behavior", "status"), [("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible"), ("void", "void")]
    )
    def test_does_to_invoices_what_it_says(self, v1: Any, begin: Any, clock: Any, behavior: str, status: str) -> None:
        subscription = begin()
        paused = v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": behavior}})
        assert (paused.status, paused.pause_collection.behavior) == ("active", behavior)
        clock("2026-12-18T12:00")
        assert [invoice.status for invoice in v1.invoices.list().data] == [status, "paid"]
        v1.subscriptions.update(subscription.id, {"pause_collection": ""})
        clock("2027-01-18T12:00")
        assert v1.invoices.list().data[0].status == "paid"

    def test_ends_by_itself_where_it_says_when(self, v1: Any, begin: Any, clock: Any) -> None:
        subscription = begin()
        pause = {"behavior": "void", "resumes_at": at("2026-12-20")}
        v1.subscriptions.update(subscription.id, {"pause_collection": pause})
        clock("2026-12-18T12:00")
        clock("2027-01-18T12:00")
        assert [invoice.status for invoice in v1.invoices.list().data] == ["paid", "void", "paid"]
        assert v1.subscriptions.retrieve(subscription.id).pause_collection is None
