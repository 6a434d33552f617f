"""Calls to Stripe that go wrong: one effect all the same, and a clear answer to whoever asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection, transaction

from apps.common.money import to_micros
from apps.outbox.models import Heartbeat
from apps.payments import services, stripe_gateway
from apps.payments.errors import CustomerDeleted, StripeKeyRefused, StripeUnavailable, StripeUnknownOutcome
from apps.payments.models import CheckoutSession, PaymentIssue, StripeCustomer, StripeRequest
from apps.payments.services.customers import ensure_customer
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from local_stripe.faults import Fault
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy

SESSIONS = "/v1/checkout/sessions"


def sessions(desk: Desk) -> int:
    return len(desk.account.store.all("checkout.session"))


class TestFault:
    @pytest.mark.parametrize("kind", ["drop_before", "drop_after", "500_before", "409"])
    def test_that_passes_is_not_noticed(self, desk: Desk, acme: Organization, now: datetime, kind: str) -> None:
        desk.local.faults.add(Fault(kind, path=SESSIONS, times=2))
        assert buy(acme, now).startswith(desk.local.url)
        assert sessions(desk) == 1

    @pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
    def test_answer_lost_for_good_is_found_by_the_same_key(
        self, desk: Desk, acme: Organization, now: datetime, kind: str
    ) -> None:
        desk.local.faults.add(Fault(kind, path=SESSIONS, times=3))
        with pytest.raises(StripeUnknownOutcome):
            buy(acme, now)
        assert StripeRequest.objects.get(operation="checkout.create").state == "unknown"
        assert buy(acme, now).startswith(desk.local.url)
        assert (sessions(desk), StripeRequest.objects.get(operation="checkout.create").attempt) == (1, 1)

    def test_lost_answer_is_found_out_by_a_worker(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("drop_after", path=SESSIONS, times=3))
        with pytest.raises(StripeUnavailable):
            buy(acme, now)
        desk.run(now + timedelta(minutes=2))
        assert (sessions(desk), CheckoutSession.objects.get().state) == (1, "open")

    def test_lost_answer_is_credited_when_it_is_paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("drop_after", path=SESSIONS, times=3))
        with pytest.raises(StripeUnavailable):
            buy(acme, now)
        desk.press(desk.take("checkout.session")["url"])
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == to_micros("25")

    def test_a_500_that_was_done_is_looked_up(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("500_after", path=SESSIONS))
        with pytest.raises(StripeUnavailable):
            buy(acme, now)
        assert buy(acme, now) == desk.take("checkout.session")["url"]
        assert sessions(desk) == 1

    def test_a_500_that_was_not_done_gets_a_new_key(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("500_before", path=SESSIONS, times=3))
        with pytest.raises(StripeUnavailable):
            buy(acme, now)
        buy(acme, now)
        assert (sessions(desk), StripeRequest.objects.get(operation="checkout.create").attempt) == (1, 2)

    def test_a_busy_stripe_is_asked_again_under_the_same_key(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.local.faults.add(Fault("429", path=SESSIONS, times=3))
        for _ in range(3):
            with pytest.raises(StripeUnavailable):
                buy(acme, now)
        buy(acme, now)
        assert (sessions(desk), StripeRequest.objects.get(operation="checkout.create").attempt) == (1, 1)

    def test_a_slow_stripe_is_a_clean_error(self, desk: Desk, acme: Organization, now: datetime, settings: Any) -> None:
        settings.STRIPE_READ_SECONDS, settings.STRIPE_RETRIES = 1, 0
        ensure_customer(organization=acme, now=now)
        desk.local.faults.add(Fault("latency", path=SESSIONS, seconds=2))
        with pytest.raises(StripeUnknownOutcome):
            buy(acme, now)

    def test_a_day_old_key_is_looked_up_first(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("drop_after", path="/v1/customers", times=3))
        with pytest.raises(StripeUnavailable):
            ensure_customer(organization=acme, now=now)
        desk.local.forget_keys()
        found = ensure_customer(organization=acme, now=now + timedelta(days=2))
        assert [body["id"] for body in desk.account.store.all("customer")] == [found]

    @pytest.mark.parametrize(
        "body",
        [
            "{}",
            "[]",
            "null",
            "not json",
            '{"id": NaN}',
            "[" * 5_000,
            '{"object": "checkout.session", "id": "cs_1"}',
            '{"object": "checkout.session", "id": "cs_1", "amount_total": 1, "currency": "usd", "expires_at": 1, '
            '"livemode": false, "url": "https://pay.example"}',
            '{"object": "checkout.session", "id": "cs_1", "amount_total": 2500, "currency": "eur", "expires_at": 1, '
            '"livemode": false, "url": "https://pay.example"}',
            '{"object": "checkout.session", "id": "cs_1", "amount_total": 2500, "currency": "usd", "expires_at": 1, '
            '"livemode": true, "url": "https://pay.example"}',
        ],
    )
    def test_an_answer_that_is_none_hands_out_nothing(
        self, desk: Desk, acme: Organization, now: datetime, body: str
    ) -> None:
        desk.local.faults.add(Fault("junk", path=SESSIONS, times=3, body=body))
        with pytest.raises(StripeUnavailable):
            buy(acme, now)
        assert CheckoutSession.objects.get().url == ""


class TestKeyRefused:
    def test_is_shown_and_not_tried_in_a_storm(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("401", path="/v1/"))
        for _ in range(5):
            with pytest.raises(StripeKeyRefused):
                buy(acme, now)
        assert PaymentIssue.objects.get(kind="key_refused").resolved_at is None
        assert desk.account.store.all("customer") == []

    def test_resumes_by_itself(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("401", path="/v1/"))
        with pytest.raises(StripeKeyRefused):
            buy(acme, now)
        stripe_gateway._breaker.close()
        assert buy(acme, now)
        assert PaymentIssue.objects.get(kind="key_refused").resolved_at == now


class TestCalls:
    @pytest.mark.django_db(transaction=True)
    def test_are_never_made_inside_a_transaction(self, desk: Desk, acme: Organization, now: datetime) -> None:
        with transaction.atomic(), pytest.raises(RuntimeError):
            ensure_customer(organization=acme, now=now)

    def test_carry_a_stored_key_and_the_pinned_version(self, desk: Desk, acme: Organization, now: datetime) -> None:
        buy(acme, now)
        sent = {row["key"] for row in StripeRequest.objects.values("key")}
        known = {key for (key,) in desk.account.store.query("SELECT key FROM keys")}
        assert sent == known
        assert stripe_gateway.API_VERSION == "2026-10-28.endive"


class TestCustomer:
    def test_that_is_made_while_it_is_looked_for_is_no_deleted_one(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        """Who looks twice sees none, then one: what the first statement did not find was made before the second."""
        statements = 0

        def another_makes_it(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal statements
            answer = execute(sql, params, many, context)
            if "payments_stripecustomer" in sql and (statements := statements + 1) == 1:
                StripeCustomer.objects.create(organization=acme, stripe_id="cus_1", livemode=False, created_at=now)
            return answer

        with connection.execute_wrapper(another_makes_it):
            assert ensure_customer(organization=acme, now=now) == "cus_1"

    def test_that_was_deleted_must_be_made_again_first(self, desk: Desk, acme: Organization, now: datetime) -> None:
        buy(acme, now)
        with desk.account.store.transaction():
            desk.account.emit("customer.deleted", desk.take("customer"))
        desk.deliver()
        with pytest.raises(CustomerDeleted):
            buy(acme, now, key="k2")
        made = services.recreate_customer(organization=acme, now=now)
        assert buy(acme, now, key="k2")
        assert made == desk.take("customer")["id"]


@pytest.mark.django_db
def test_without_a_payment_service_the_sweep_is_no_failure(settings: Any) -> None:
    settings.STRIPE_API_KEY = ""
    current_app.tasks["payments.sweep_stripe_events"].run()
    assert Heartbeat.objects.get(job="payments.sweep_stripe_events").last_error == ""
