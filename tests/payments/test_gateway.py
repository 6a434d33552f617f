"""Failing calls to Stripe: one effect, and a clear error to the caller."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from celery import current_app
from django.db import connection, transaction
from django.test import Client

from apps.api.problems import billing_problem
from apps.common.money import to_micros
from apps.outbox.models import Heartbeat, OutboxMessage
from apps.payments import services, stripe_gateway
from apps.payments.errors import (
    CustomerDeleted,
    StripeKeyRefused,
    StripePermissionMissing,
    StripeUnavailable,
    StripeUnknownOutcome,
)
from apps.payments.handlers import event_backfill
from apps.payments.models import CheckoutSession, PaymentIssue, StripeCustomer, StripeEvent, StripeRequest
from apps.payments.services.customers import ensure_customer
from apps.payments.services.reconciliation import enqueue_reconciliations
from apps.payments.services.sessions import expire_session
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from local_stripe.faults import Fault
from tests.api.callers import as_bearer, session_of
from tests.contracts.factories import discount, offer, rows
from tests.payments.desk import Desk
from tests.payments.test_contracts import subscribe
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


class TestPermissionMissing:
    """A restricted key that lacks one permission works for the other calls."""

    LACKING = "rak_checkout_session_write"
    READING = "rak_payment_intent_read"

    def test_concerns_the_one_call_and_names_the_permission(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.local.faults.add(Fault("403", path=SESSIONS, body=self.LACKING, times=2))
        for _ in range(2):
            with pytest.raises(StripePermissionMissing) as caught:
                buy(acme, now)
        assert "rak_" not in caught.value.detail
        assert ensure_customer(organization=acme, now=now) == desk.take("customer")["id"]
        issue = PaymentIssue.objects.get(kind="key_refused", resolved_at=None)
        assert (issue.subject, issue.detail) == (
            "checkout.create",
            f"Our key lacks the permission {self.LACKING} at Stripe: checkout.create failed.",
        )
        assert buy(acme, now)
        issue.refresh_from_db()
        assert issue.resolved_at == now

    def test_of_another_call_stays_shown(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("403", path=SESSIONS, body=self.LACKING))
        with pytest.raises(StripePermissionMissing):
            buy(acme, now)
        services.open_portal(organization=acme, request_key="k", now=now)
        assert PaymentIssue.objects.get(kind="key_refused").resolved_at is None

    def test_that_stripe_does_not_name_is_shown_without_our_key(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.local.faults.add(Fault("403", path=SESSIONS, body="x"))
        with pytest.raises(StripePermissionMissing):
            buy(acme, now)
        assert "rk_" not in PaymentIssue.objects.get().detail

    def test_lets_an_event_wait_that_needs_a_look(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        desk.refund(1_000)
        desk.local.faults.add(Fault("403", method="GET", path="/v1/payment_intents", body=self.READING))
        for event in desk.events("refund.created"):
            desk.post(event)
        desk.run(now)
        event = StripeEvent.objects.get()
        wanted = f"StripePermissionMissing: Our key lacks the permission {self.READING} at Stripe"
        assert (event.state, event.error) == ("received", wanted)
        assert PaymentIssue.objects.get(kind="key_refused", resolved_at=None).subject == "refund.created"
        desk.deliver(at=now + timedelta(minutes=1))
        desk.run(now + timedelta(minutes=2))
        assert wallet_figures(acme, now).balance_micros == to_micros("15")
        assert not PaymentIssue.objects.filter(kind="key_refused", resolved_at=None).exists()

    @pytest.mark.parametrize(("what", "path"), [("events.list", "/v1/events"), ("reconciliation", "/v1/invoices")])
    def test_of_what_runs_by_the_clock_is_shown_until_it_runs(
        self, desk: Desk, acme: Organization, now: datetime, what: str, path: str
    ) -> None:
        ensure_customer(organization=acme, now=now)

        def run() -> None:
            if what == "events.list":
                event_backfill.sweep_events(now=now)
            else:
                services.reconcile_organization(organization=acme, now=now)

        desk.local.faults.add(Fault("403", method="GET", path=path, body="rak_x_read"))
        with pytest.raises(StripePermissionMissing):
            run()
        assert PaymentIssue.objects.get(kind="key_refused", resolved_at=None).subject == what
        run()
        assert not PaymentIssue.objects.filter(resolved_at=None).exists()

    def test_of_a_look_in_a_task_is_shown_until_the_task_works(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now)
        desk.run(now)
        subscribe(contract, now)
        discount(acme, "10", now)
        desk.local.faults.add(Fault("403", method="GET", path=SESSIONS, body="rak_checkout_session_read"))
        desk.run(now)
        issue = PaymentIssue.objects.get(kind="key_refused")
        wanted = "Our key lacks the permission rak_checkout_session_read at Stripe: payments.arrange_contract failed."
        assert (issue.detail, issue.resolved_at) == (wanted, None)
        later = now + timedelta(minutes=1)
        desk.run(later)
        issue.refresh_from_db()
        assert issue.resolved_at == later

    def test_of_a_call_in_a_task_is_shown_once(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now)
        desk.run(now)
        subscribe(contract, now)
        discount(acme, "10", now)
        desk.local.faults.add(Fault("403", method="POST", path=SESSIONS, body="rak_checkout_session_write"))
        desk.run(now)
        assert PaymentIssue.objects.get(kind="key_refused").subject == "checkout.expire"

    @pytest.mark.django_db(transaction=True)
    def test_of_a_look_in_a_customer_s_request_is_shown_at_once(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now)
        desk.run(now)
        subscribe(contract, now)
        discount(acme, "10", now)
        desk.local.faults.add(Fault("403", method="GET", path=SESSIONS, body="rak_checkout_session_read"))
        person = Client(headers=as_bearer(session_of(acme)))
        asked = {"path": "/api/v1/org/contract/subscribe", "data": {"contractId": str(contract.pk)}}
        refused = person.post(**asked, content_type="application/json")
        assert (refused.status_code, "rak_" in refused.text) == (503, False)
        issue = PaymentIssue.objects.get(kind="key_refused", resolved_at=None)
        assert issue.detail == (
            "Our key lacks the permission rak_checkout_session_read at Stripe: payments.subscribe failed."
        )
        assert person.post(**asked, content_type="application/json").status_code == 200
        issue.refresh_from_db()
        assert issue.resolved_at is not None

    def test_of_a_look_after_a_lost_answer_is_shown_at_once(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        for kind, method in (("500_after", "POST"), ("403", "GET")):
            desk.local.faults.add(Fault(kind, method=method, path=SESSIONS, body="rak_checkout_session_read", times=3))
        for error in (StripeUnknownOutcome, StripePermissionMissing):
            with pytest.raises(error):
                buy(acme, now)
        assert PaymentIssue.objects.get(kind="key_refused").subject == "payments.start_top_up"

    def test_of_a_look_for_staff_is_shown_at_once(self, desk: Desk, acme: Organization, now: datetime) -> None:
        row = rows(offer(acme, now))[0]
        services.create_payment_link(installment=row, created_by="staff:ann", now=now)
        discount(acme, "10", now)
        row.refresh_from_db()
        desk.local.faults.add(Fault("403", method="GET", path=SESSIONS, body="rak_checkout_session_read"))
        with pytest.raises(StripePermissionMissing):
            services.create_payment_link(installment=row, created_by="staff:ann", now=now)
        assert PaymentIssue.objects.get(kind="key_refused").subject == "payments.create_payment_link"


class TestRetryAfter:
    def test_is_told_to_whoever_asked(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.local.faults.add(Fault("429", path=SESSIONS, seconds=37))
        with pytest.raises(StripeUnavailable) as caught:
            buy(acme, now)
        assert billing_problem(caught.value).headers == {"Retry-After": "37"}

    @pytest.mark.parametrize("seconds", [1, 3_600])
    def test_is_kept_by_an_event(self, desk: Desk, acme: Organization, now: datetime, seconds: int) -> None:
        desk.press(buy(acme, now))
        desk.refund(1_000)
        desk.local.faults.add(Fault("429", method="GET", path="/v1/payment_intents", seconds=seconds))
        for event in desk.events("refund.created"):
            desk.post(event)
        desk.run(now)
        assert StripeEvent.objects.get().next_attempt_at == now + timedelta(seconds=max(seconds, 5))

    def test_is_kept_by_a_task(self, desk: Desk, acme: Organization, now: datetime) -> None:
        ensure_customer(organization=acme, now=now)
        enqueue_reconciliations(now=now)
        desk.local.faults.add(Fault("429", method="GET", path="/v1/payment_intents", seconds=7_200))
        desk.run(now)
        assert OutboxMessage.objects.get(task="payments.reconcile_organization").available_at == now + timedelta(
            hours=2
        )


class TestLookUp:
    """After a lost answer, only the customer's lists since our row are searched, never the whole account."""

    def asked(self, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> list[str]:
        """Return a list that collects the addresses of all later GET requests."""
        seen: list[str] = []
        answer = desk.local.answer

        def noting(request: Any) -> Any:
            if request.method == "GET":
                seen.append(f"{request.path}?{unquote(request.query)}")
            return answer(request)

        monkeypatch.setattr(desk.local, "answer", noting)
        return seen

    def test_of_a_customer_is_since_our_row(
        self, desk: Desk, acme: Organization, now: datetime, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock.move_to(now - timedelta(days=1))
        with desk.account.store.transaction():
            for _ in range(250):
                desk.account.create("customer", metadata={})
        clock.move_to(now)
        desk.local.faults.add(Fault("500_after", path="/v1/customers"))
        with pytest.raises(StripeUnavailable):
            ensure_customer(organization=acme, now=now)
        seen = self.asked(monkeypatch, desk)
        assert ensure_customer(organization=acme, now=now) == desk.take("customer")["id"]
        since = int((now - timedelta(minutes=10)).timestamp())
        assert seen == [f"/v1/customers?created[gte]={since}&limit=100"]

    def test_of_a_session_is_of_its_customer_since_our_row(
        self, desk: Desk, acme: Organization, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        customer = ensure_customer(organization=acme, now=now)
        desk.local.faults.add(Fault("500_after", path=SESSIONS))
        with pytest.raises(StripeUnavailable):
            buy(acme, now)
        seen = self.asked(monkeypatch, desk)
        buy(acme, now)
        since = int((now - timedelta(minutes=10)).timestamp())
        assert seen == [f"{SESSIONS}?customer={customer}&created[gte]={since}&limit=100"]

    def test_lists_nothing_for_a_payment_link(
        self, desk: Desk, acme: Organization, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = rows(offer(acme, now, frequency="annual", credit="1000", service="200"))[0]
        desk.local.faults.add(Fault("500_after", path="/v1/payment_links"))
        with pytest.raises(StripeUnavailable):
            services.create_payment_link(installment=row, created_by="staff:ann", now=now)
        seen = self.asked(monkeypatch, desk)
        link = services.create_payment_link(installment=row, created_by="staff:ann", now=now)
        assert (seen, link.stripe_id) == ([], desk.take("payment_link")["id"])

    def test_makes_nothing_anew_where_there_is_more_than_it_can_read(
        self, desk: Desk, acme: Organization, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stripe_gateway, "_PAGE", 1)
        with desk.account.store.transaction():
            for _ in range(3):
                desk.account.create("customer", metadata={})
        listed = stripe_gateway.pages(lambda v1, page: v1.customers.list({**page}), most=2)
        with pytest.raises(StripeUnknownOutcome):
            list(listed)


class TestExpiry:
    @pytest.fixture
    def row(self, desk: Desk, acme: Organization, now: datetime) -> CheckoutSession:
        buy(acme, now)
        return CheckoutSession.objects.get()

    def expiries(self) -> int:
        return StripeRequest.objects.filter(operation="checkout.expire").count()

    def test_is_not_asked_for_of_a_completed_session(
        self, desk: Desk, acme: Organization, now: datetime, row: CheckoutSession
    ) -> None:
        desk.press(row.url)
        assert expire_session(row, now=now) is False
        row.refresh_from_db()
        assert (row.state, self.expiries()) == ("open", 0)
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == to_micros("25")

    def test_of_a_session_that_ran_out_is_noted(self, desk: Desk, now: datetime, row: CheckoutSession) -> None:
        desk.account.change(desk.take("checkout.session"), status="expired")
        assert expire_session(row, now=now) is True
        row.refresh_from_db()
        assert (row.state, self.expiries()) == ("expired", 0)

    def test_closes_an_open_session(self, desk: Desk, now: datetime, row: CheckoutSession) -> None:
        assert expire_session(row, now=now) is True
        row.refresh_from_db()
        assert (row.state, desk.take("checkout.session")["status"]) == ("expired", "expired")


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
        """Another process creates the customer between our two look-ups: the first finds none, the second finds one."""
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
