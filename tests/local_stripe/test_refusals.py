"""Sessions that Stripe refuses, with its published messages, and the nearest accepted ones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
import time_machine

from local_stripe.server import LocalStripe
from tests.local_stripe.conftest import session_params

NOW = datetime(2026, 11, 28, 15, 30, tzinfo=UTC)
ONCE = {"price_data": {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Setup"}}, "quantity": 1}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def subscribe(v1: Any) -> Any:
    """Make a session that begins a subscription of a number of months, with one-time lines."""
    product = v1.products.create({"name": "Contract"})

    def make(*once: dict[str, Any], months: int = 1, **data: Any) -> Any:
        recurring = {"interval": "month", "interval_count": months}
        price = v1.prices.create(
            {"product": product.id, "currency": "usd", "unit_amount": 10_000, "recurring": recurring}
        )
        lines = [{"price": price.id, "quantity": 1}, *once]
        params = session_params(mode="subscription", line_items=lines)
        return v1.checkout.sessions.create({**params, "subscription_data": data})

    return make


def ahead(**parts: int) -> int:
    return int((NOW + timedelta(**parts)).timestamp())


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


class TestOneTimePrices:
    def test_do_not_stand_beside_no_proration(self, subscribe: Any, local: LocalStripe) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            subscribe(ONCE, billing_cycle_anchor=ahead(days=10), proration_behavior="none")
        assert refused.value.param == "subscription_data[proration_behavior]"
        assert local.account.store.all("checkout.session") == []

    def test_stand_beside_a_proration(self, subscribe: Any) -> None:
        session = subscribe(ONCE, billing_cycle_anchor=ahead(days=10), proration_behavior="create_prorations")
        assert session.amount_total == 500 + 3_333

    def test_stand_beside_a_trial_and_are_taken_today(self, subscribe: Any) -> None:
        assert subscribe(ONCE, trial_end=ahead(days=10)).amount_total == 500


class TestAnchor:
    @pytest.mark.parametrize(
        ("months", "anchor"),
        [(1, "2026-12-30T00:00"), (1, "2026-12-28T15:31"), (3, "2027-02-28T15:31"), (12, "2027-11-28T15:31")],
    )
    def test_after_the_next_natural_date_is_refused(self, subscribe: Any, months: int, anchor: str) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="cannot be later than next natural billing date"):
            subscribe(months=months, billing_cycle_anchor=moment(anchor), proration_behavior="none")

    @pytest.mark.parametrize(("months", "anchor"), [(1, "2026-12-28T15:30"), (3, "2027-02-28T15:30")])
    def test_at_the_next_natural_date_is_taken(self, subscribe: Any, months: int, anchor: str) -> None:
        session = subscribe(months=months, billing_cycle_anchor=moment(anchor), proration_behavior="none")
        assert (session.amount_total, session.payment_status) == (0, "no_payment_required")

    def test_lies_ahead(self, subscribe: Any) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            subscribe(billing_cycle_anchor=ahead(seconds=0))
        assert refused.value.param == "subscription_data[billing_cycle_anchor]"

    @pytest.mark.parametrize("trial", [{"trial_end": ahead(days=10)}, {"trial_period_days": 10}])
    def test_does_not_stand_beside_a_trial(self, subscribe: Any, trial: dict[str, int]) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            subscribe(billing_cycle_anchor=ahead(days=20), **trial)
        assert refused.value.param == "subscription_data[billing_cycle_anchor]"


class TestTrial:
    @pytest.mark.parametrize(
        ("end", "words"),
        [
            (ahead(hours=47, minutes=59), "at least 2 days in the future"),
            (ahead(days=731), "maximum number of trial period days is 730"),
            (ahead(days=1_828), "no more than five years in the future"),
        ],
    )
    def test_is_of_two_days_to_two_years(self, subscribe: Any, end: int, words: str) -> None:
        with pytest.raises(stripe.InvalidRequestError, match=words) as refused:
            subscribe(trial_end=end)
        assert (refused.value.http_status, refused.value.param) == (400, "subscription_data[trial_end]")

    @pytest.mark.parametrize(
        "data", [{"trial_period_days": 0}, {"trial_period_days": 731}, {"trial_period_days": 1, "trial_end": 2**31}]
    )
    def test_counted_in_days_is_bounded_too(self, subscribe: Any, data: dict[str, Any]) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            subscribe(**data)
        assert refused.value.param == "subscription_data[trial_period_days]"

    @pytest.mark.parametrize("end", [ahead(days=2), ahead(days=730)])
    def test_at_its_bounds_is_taken(self, subscribe: Any, end: int) -> None:
        assert subscribe(trial_end=end).payment_status == "no_payment_required"


class TestMode:
    @pytest.mark.parametrize(
        ("changes", "param"),
        [
            ({"subscription_data": {"metadata": {"a": "b"}}}, "subscription_data"),
            ({"setup_intent_data": {"metadata": {"a": "b"}}}, "setup_intent_data"),
            ({"mode": "subscription", "payment_intent_data": {"metadata": {"a": "b"}}}, "payment_intent_data"),
            ({"discounts": [{"coupon": "X"}], "allow_promotion_codes": True}, "allow_promotion_codes"),
        ],
    )
    def test_takes_its_own_parameters_alone(self, v1: Any, changes: dict[str, Any], param: str) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.checkout.sessions.create(session_params(**changes))
        assert refused.value.param == param

    def test_takes_lines_of_one_currency(self, v1: Any) -> None:
        euros = {"price_data": {**ONCE["price_data"], "currency": "eur"}, "quantity": 1}  # type: ignore[dict-item]
        with pytest.raises(stripe.InvalidRequestError, match="same currency"):
            v1.checkout.sessions.create(session_params(line_items=[ONCE, euros]))
