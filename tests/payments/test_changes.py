"""Schedules that change while they are collected: nothing asks for another sum than is owed, nothing is left out."""

import http.client
from datetime import datetime, timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.models import Contract
from apps.contracts.selectors import surplus_left
from apps.payments import services
from apps.payments.models import CheckoutSession, PaymentLink, StripeEvent, StripeSubscription
from apps.payments.services.lowering import lower_next
from apps.payments.services.reconciling import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from local_stripe.faults import Fault
from tests.contracts.factories import agreed, discount, offer, pay, rows
from tests.payments.desk import Desk
from tests.payments.test_contracts import healthy, states, subscribe
from tests.payments.test_ending import QUARTERLY, issues, live


def amend(contract: Contract, now: datetime, effective: str, **terms: str) -> None:
    contract.refresh_from_db()
    contracts.amend_contract(
        contract_id=contract.pk,
        seen_revision=contract.revision,
        effective_date=datetime.fromisoformat(effective).date(),
        agreed=agreed(**terms),
        reason="Agreed",
        created_by="staff:ann",
        now=now,
    )


@pytest.fixture
def yearly(desk: Desk, acme: Organization, now: datetime) -> Contract:
    """A year paid at once, offered."""
    contract = offer(acme, now, frequency="annual", credit="1000", service="200")
    desk.run(now)
    return contract


@pytest.fixture
def monthly(desk: Desk, acme: Organization, now: datetime) -> Contract:
    """A year paid monthly, subscribed to and paid for the first time."""
    contract = offer(acme, now)
    desk.run(now)
    desk.press(subscribe(contract, now))
    desk.deliver()
    contract.refresh_from_db()
    return contract


def visit(desk: Desk, link: PaymentLink) -> str:
    """Open the page that a visitor to a link gets; return its address."""
    connection = http.client.HTTPConnection(desk.local.url.removeprefix("http://"), timeout=5)
    connection.request("GET", f"/b/{link.stripe_id}")
    return desk.local.url + (connection.getresponse().headers["Location"] or "")


class TestASession:
    def test_at_the_old_price_is_expired_before_anybody_comes_back(
        self, desk: Desk, yearly: Contract, now: datetime
    ) -> None:
        subscribe(yearly, now)
        discount(yearly.organization, "200", now)
        desk.run(now)
        assert CheckoutSession.objects.get().state == "expired"
        assert live(desk) == []

    def test_of_an_amended_contract_is_expired(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        subscribe(yearly, now)
        amend(yearly, now, "2026-11-18", frequency="annual", credit="700")
        desk.run(now)
        assert live(desk) == []
        desk.press(subscribe(yearly, now))
        desk.deliver()
        assert states(yearly) == ["superseded", "paid"]

    def test_of_what_was_paid_by_bank_is_expired(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        subscribe(yearly, now)
        pay(rows(yearly)[0], now, received_in=Role.MANUAL_RECEIPTS)
        desk.run(now)
        assert live(desk) == []

    def test_that_still_fits_stays(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        url = subscribe(yearly, now)
        services.arrange_contract(contract_id=yearly.pk, now=now)
        assert subscribe(yearly, now) == url

    def test_paid_at_the_old_price_is_there_to_be_refunded(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        desk.press(subscribe(yearly, now))
        amend(yearly, now, "2026-11-18", frequency="annual", credit="700")
        desk.run(now)
        desk.deliver()
        assert healthy()
        assert compare_clearing(yearly.organization, now)
        assert states(yearly) == ["superseded", "due"]
        assert rows(yearly)[0].paid_micros == to_micros("1200")


class TestALink:
    def test_at_another_sum_is_made_anew(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        old = services.create_payment_link(installment=rows(yearly)[0], created_by="staff:ann", now=now)
        visit(desk, old)
        discount(yearly.organization, "200", now)
        desk.run(now)
        new = PaymentLink.objects.get(is_active=True)
        assert (new.pk != old.pk, new.amount_micros, new.created_by) == (True, to_micros("1000"), "staff:ann")
        assert live(desk) == ["payment_link"]
        desk.press(visit(desk, new))
        desk.deliver()
        assert states(yearly) == ["paid"]
        assert healthy()
        assert live(desk) == []

    def test_of_an_amended_instalment_is_stopped(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        services.create_payment_link(installment=rows(yearly)[0], created_by="staff:ann", now=now)
        amend(yearly, now, "2026-11-18", frequency="annual", credit="700")
        desk.run(now)
        assert live(desk) == []

    def test_is_stopped_when_its_instalment_is_paid_by_session(
        self, desk: Desk, yearly: Contract, now: datetime
    ) -> None:
        services.create_payment_link(installment=rows(yearly)[0], created_by="staff:ann", now=now)
        desk.press(subscribe(yearly, now))
        desk.deliver()
        assert states(yearly) == ["paid"]
        assert live(desk) == []


class TestAnInvoice:
    def test_paid_in_part_and_given_back_is_asked_for_in_full_again(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now, **QUARTERLY)
        desk.run(now)
        desk.press(subscribe(contract, now), "part")
        desk.deliver()
        assert states(contract)[0] == "partially_paid"
        made = desk.refund()
        desk.deliver()
        assert (states(contract)[0], self.asked(desk)) == ("due", rows(contract)[0].payable_micros // 10_000)
        desk.fail_refund(made)
        desk.deliver()
        row = rows(contract)[0]
        assert (row.state, self.asked(desk)) == ("partially_paid", row.remaining_micros // 10_000)

    def asked(self, desk: Desk) -> int:
        """Return what open invoices ask for, in cents."""
        return sum(one["amount_remaining"] for one in desk.account.store.all("invoice") if one["status"] == "open")


class TestASubscription:
    def test_a_discount_given_taken_and_given_again_counts_each_time(
        self, desk: Desk, monthly: Contract, now: datetime
    ) -> None:
        for number in range(3):
            discount(monthly.organization, "10", now, key=f"redemption:{number}")
            desk.run(now)
            if number < 2:
                contracts.withdraw_discount(key=f"redemption:{number}", now=now)
                desk.run(now)
        items = [item["amount"] for item in reversed(desk.account.store.all("invoiceitem"))]
        assert items == [-1_000, 1_000, -1_000, 1_000, -1_000]
        assert desk.next_period()["total"] == 9_000
        desk.deliver()
        assert states(monthly)[1] == "paid"
        assert healthy()

    def test_a_discount_whose_answer_was_lost_counts_once(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        desk.local.faults.add(Fault("drop_after", path="/v1/invoiceitems", times=3))
        discount(monthly.organization, "10", now)
        desk.run(now)
        discount(monthly.organization, "5", now, key="redemption:2")
        desk.run(now + timedelta(hours=1))
        assert sorted(item["amount"] for item in desk.account.store.all("invoiceitem")) == [-1_000, -500]

    def test_a_discount_on_an_unpaid_invoice_replaces_it(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        later = now + timedelta(days=31)
        desk.next_period(pays=False)
        desk.deliver()
        discount(monthly.organization, "10", later)
        desk.run(later)
        asked = [one["total"] for one in desk.account.store.all("invoice") if one["status"] == "open"]
        assert asked == [9_000]
        assert live(desk) == ["subscription", "invoice"]

    @pytest.mark.parametrize("days", [0, 31])
    def test_a_discount_after_its_invoice_was_made_comes_off_the_next(
        self, desk: Desk, monthly: Contract, now: datetime, days: int
    ) -> None:
        """Whether Stripe has been asked to take it off by then, or its day had come and it was not."""
        later = now + timedelta(days=days)
        assert desk.next_period()["total"] == 10_000
        discount(monthly.organization, "10", later)
        desk.run(later)
        desk.deliver(at=later)
        assert states(monthly)[1:3] == ["paid", "due"]
        assert [row.discount_micros for row in rows(monthly)[1:3]] == [0, to_micros("10")]
        assert desk.next_period()["total"] == 9_000
        desk.deliver(at=later)
        assert desk.next_period()["total"] == 10_000
        desk.deliver(at=later)
        assert states(monthly)[1:5] == ["paid", "paid", "paid", "due"]
        assert wallet_figures(monthly.organization, later).balance_micros == to_micros("400")
        assert (healthy(), issues("unasked")) == (True, 0)
        assert compare_clearing(monthly.organization, now)

    @pytest.mark.parametrize("days", [0, 31])
    def test_of_two_discounts_the_one_that_came_too_late_is_moved(
        self, desk: Desk, monthly: Contract, now: datetime, days: int
    ) -> None:
        later = now + timedelta(days=days)
        discount(monthly.organization, "10", now)
        desk.run(now)
        assert desk.next_period()["total"] == 9_000
        discount(monthly.organization, "5", later, key="redemption:2")
        desk.run(later)
        desk.deliver(at=later)
        assert [row.discount_micros for row in rows(monthly)[1:3]] == [to_micros("10"), to_micros("5")]
        assert desk.next_period()["total"] == 9_500
        desk.deliver(at=later)
        assert desk.next_period()["total"] == 10_000
        desk.deliver(at=later)
        assert (states(monthly)[1:5], healthy()) == (["paid", "paid", "paid", "due"], True)
        assert contracts.withdraw_discount(key="redemption:2", now=later) == 0

    def test_a_discount_that_its_invoice_knew_stays_where_it_is(
        self, desk: Desk, monthly: Contract, now: datetime
    ) -> None:
        discount(monthly.organization, "10", now)
        desk.run(now)
        assert desk.next_period()["total"] == 9_000
        pay(rows(monthly)[1], now, "6", key="bank", received_in=Role.MANUAL_RECEIPTS)
        desk.deliver()
        row = rows(monthly)[1]
        assert (row.state, row.discount_micros, surplus_left(row.pk)) == ("paid", to_micros("10"), to_micros("6"))
        assert (healthy(), issues("unasked")) == (True, 1)

    def test_nothing_is_taken_off_for_what_is_billed_already(
        self, desk: Desk, monthly: Contract, now: datetime
    ) -> None:
        """Whoever was about to ask for it saw the schedule as it was before the invoice came."""
        desk.next_period()
        desk.deliver()
        billed, subscription = rows(monthly)[1], StripeSubscription.objects.get()
        lower_next(monthly, subscription, billed.pk, wanted=to_micros("10"), now=now)
        assert desk.account.store.all("invoiceitem") == []
        lower_next(monthly, subscription, rows(monthly)[2].pk, wanted=to_micros("10"), now=now)
        assert [item["amount"] for item in desk.account.store.all("invoiceitem")] == [-1_000]

    def test_a_discount_after_the_last_invoice_was_made_leaves_money_to_refund(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now, months=2, credit="200")
        desk.run(now)
        desk.press(subscribe(contract, now))
        desk.deliver()
        desk.next_period()
        discount(acme, "10", now + timedelta(days=31))
        desk.deliver(at=now + timedelta(days=31))
        assert (states(contract), healthy(), issues("unasked")) == (["paid", "paid"], True, 1)
        assert surplus_left(rows(contract)[1].pk) == to_micros("10")
        assert compare_clearing(acme, now)

    def test_what_its_session_bills_is_not_billed_again_before_it_is_told(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now, "2026-11-19", credit="1300", onetime_credit="100")
        desk.run(now)
        desk.press(subscribe(contract, now))
        for event in desk.events("customer.subscription.created", "checkout.session.completed"):
            desk.post(event)
            desk.run(now)
        assert live(desk) == ["subscription"]
        desk.deliver()
        assert states(contract)[:3] == ["paid", "paid", "due"]
        assert live(desk) == ["subscription"]
        assert not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()
