"""Contracts at Stripe: one address to pay at, collected as fits the schedule, each instalment settled once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.errors import AlreadyRunning, ContractNotFound, NothingToPay
from apps.contracts.models import Contract
from apps.payments import services
from apps.payments.errors import BeingPaid
from apps.payments.models import (
    CheckoutSession,
    ContractArrangement,
    PaymentIssue,
    StripeEvent,
    StripeInvoice,
    StripeSubscription,
)
from apps.payments.services.reconciling import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import discount, draft, offer, pay, rows
from tests.factories import create_organization
from tests.payments.desk import Desk


def subscribe(contract: Contract, now: datetime) -> str:
    return services.subscribe(
        organization=contract.organization, contract_id=contract.pk, created_by="user:u1", now=now
    )


def states(contract: Contract) -> list[str]:
    return [row.state for row in rows(contract)]


def healthy() -> bool:
    return not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()


def asked(desk: Desk) -> list[int]:
    """Return what the open invoices ask for."""
    return [one["total"] for one in desk.account.store.all("invoice") if one["status"] == "open"]


class TestOnePayment:
    def test_is_settled_by_its_session(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now, frequency="annual", credit="1000", service="200")
        desk.run(now)
        url = subscribe(contract, now)
        assert subscribe(contract, now) == url
        desk.press(url)
        desk.deliver()
        contract.refresh_from_db()
        assert (contract.status, states(contract)) == ("active", ["paid"])
        assert wallet_figures(acme, now).balance_micros == to_micros("1000")
        assert healthy()
        assert compare_clearing(acme, now)
        with pytest.raises(AlreadyRunning):
            subscribe(contract, now)

    def test_a_discount_makes_a_new_session(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now, frequency="annual")
        first = subscribe(contract, now)
        discount(acme, "200", now)
        desk.run(now)
        second = subscribe(contract, now)
        assert first != second
        desk.press(second)
        desk.deliver()
        assert states(contract) == ["paid"]
        assert compare_clearing(acme, now)

    def test_promised_money_is_under_way(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now, frequency="annual")
        desk.press(subscribe(contract, now), "later")
        desk.deliver()
        assert states(contract) == ["processing"]
        desk.settle_later(arrives=False)
        desk.deliver()
        assert states(contract) == ["due"]
        desk.press(subscribe(contract, now))
        desk.deliver()
        assert states(contract) == ["paid"]

    def test_what_is_not_yours_is_not_there(self, desk: Desk, acme: Organization, now: datetime) -> None:
        other = offer(create_organization(now, "globex"), now)
        for contract in (draft(acme, now), other):
            with pytest.raises(ContractNotFound):
                services.subscribe(organization=acme, contract_id=contract.pk, created_by="user:u1", now=now)


class TestAPromisedSubscription:
    """The first invoice of a subscription is paid by a bank that answers in some days."""

    @pytest.fixture
    def contract(self, desk: Desk, acme: Organization, now: datetime) -> Contract:
        contract = offer(acme, now, credit="1000", service="240", onetime_credit="100", bonus="5")
        desk.run(now)
        desk.press(subscribe(contract, now), "later")
        desk.deliver()
        contract.refresh_from_db()
        return contract

    def test_brings_nothing_yet_and_is_not_asked_for_again(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        assert (contract.status, states(contract)[:3]) == ("pending_payment", ["processing", "processing", "due"])
        assert (wallet_figures(acme, now).balance_micros, CheckoutSession.objects.get().state) == (0, "processing")
        with pytest.raises(NothingToPay):
            subscribe(contract, now)
        services.arrange_contract(contract_id=contract.pk, now=now)
        desk.deliver()
        assert asked(desk) == [19_500]
        assert healthy()

    def test_is_settled_once_when_the_money_arrives(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.settle_later(arrives=True)
        desk.deliver()
        contract.refresh_from_db()
        assert (contract.status, states(contract)[:3]) == ("active", ["paid", "paid", "due"])
        assert CheckoutSession.objects.get().state == "paid"
        assert compare_clearing(acme, now)
        assert healthy()

    def test_that_fails_is_shown_and_paid_at_its_invoice(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.settle_later(arrives=False)
        desk.deliver()
        assert states(contract)[:3] == ["due", "due", "due"]
        assert CheckoutSession.objects.get().state == "failed"
        assert PaymentIssue.objects.get(resolved_at=None).kind == "payment_failed"
        assert wallet_figures(acme, now).balance_micros == 0
        invoice = StripeInvoice.objects.get()
        assert (invoice.state, contract.installments.filter(overdue_at__isnull=False).count()) == ("open", 2)
        desk.press(invoice.hosted_url)
        desk.deliver()
        contract.refresh_from_db()
        assert (contract.status, states(contract)[:3]) == ("active", ["paid", "paid", "due"])
        assert compare_clearing(acme, now)
        assert healthy()

    def test_stays_known_as_arranged_when_it_failed(self, desk: Desk, now: datetime, contract: Contract) -> None:
        desk.settle_later(arrives=False)
        desk.deliver()
        services.arrange_contract(contract_id=contract.pk, now=now)
        desk.deliver()
        assert asked(desk) == [19_500]


class TestSubscription:
    @pytest.fixture
    def contract(self, desk: Desk, acme: Organization, now: datetime) -> Contract:
        """A year paid monthly, subscribed to and paid for the first time."""
        contract = offer(acme, now, credit="1000", service="240", onetime_credit="100")
        desk.run(now)
        desk.press(subscribe(contract, now))
        desk.deliver()
        contract.refresh_from_db()
        return contract

    def test_bills_what_is_due_at_once(self, desk: Desk, acme: Organization, now: datetime, contract: Contract) -> None:
        assert contract.status == "active"
        assert states(contract)[:3] == ["paid", "paid", "due"]
        assert contract.stripe_subscription_id.startswith("sub_")
        assert contract.stripe_price_id.startswith("price_")
        assert ContractArrangement.objects.get().kind == "subscription"
        assert StripeSubscription.objects.get().cancel_at is not None
        assert healthy()
        assert compare_clearing(acme, now)

    def test_each_period_settles_its_instalment(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.next_period()
        desk.next_period()
        desk.deliver()
        assert states(contract)[:5] == ["paid", "paid", "paid", "paid", "due"]
        assert healthy()
        assert compare_clearing(acme, now)

    def test_periods_told_backwards_come_out_the_same(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.next_period()
        desk.next_period()
        for event in reversed(desk.events()):
            desk.post(event)
            desk.run(now)
        desk.deliver()
        assert states(contract)[:5] == ["paid", "paid", "paid", "paid", "due"]
        assert healthy()

    def test_a_failed_period_is_past_due_until_paid(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        invoice = desk.next_period(pays=False)
        desk.deliver()
        contract.refresh_from_db()
        assert contract.status == "past_due"
        desk.press(invoice["hosted_invoice_url"])
        desk.deliver()
        contract.refresh_from_db()
        assert contract.status == "active"
        assert healthy()

    def test_its_end_at_stripe_cancels_the_contract_for_good(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.end_subscription()
        for event in reversed(desk.events()):
            desk.post(event)
            desk.run(now)
        desk.deliver()
        contract.refresh_from_db()
        assert contract.status == "cancelled"
        assert StripeSubscription.objects.get().status == "canceled"
        assert (contract.stripe_subscription_id, contract.stripe_price_id) == ("", "")

    def test_cancelling_here_ends_it_there(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        contracts.cancel_contract(contract_id=contract.pk, reason="Agreed", now=now)
        desk.deliver()
        assert desk.take("subscription")["status"] == "canceled"
        contract.refresh_from_db()
        assert (contract.stripe_subscription_id, contract.stripe_price_id) == ("", "")
        assert healthy()

    def test_another_ones_end_leaves_it_on_the_contract(self, now: datetime, contract: Contract) -> None:
        contracts.forget_subscription(contract_id=contract.pk, stripe_subscription_id="sub_other", now=now)
        contract.refresh_from_db()
        assert contract.stripe_subscription_id == StripeSubscription.objects.get().stripe_id

    def test_a_discount_lowers_the_next_invoice(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        discount(acme, "10", now)
        desk.run(now)
        invoice = desk.next_period()
        desk.deliver()
        assert invoice["total"] == 9_500 - 1_000
        assert states(contract)[2] == "paid"
        assert healthy()
        assert compare_clearing(acme, now)

    def test_a_refund_takes_from_the_last_instalment_first(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.refund(1_000)
        desk.deliver()
        assert healthy()
        assert compare_clearing(acme, now)
        assert wallet_figures(acme, now).balance_micros < to_micros("1000")

    def test_a_lost_dispute_takes_all(self, desk: Desk, acme: Organization, now: datetime, contract: Contract) -> None:
        desk.close_dispute(desk.dispute(), "lost")
        desk.deliver()
        assert healthy()
        assert compare_clearing(acme, now)
        assert wallet_figures(acme, now).balance_micros == 0
        assert states(contract)[:2] == ["reversed", "reversed"]

    def test_starting_later_takes_nothing_now(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now, "2026-12-18")
        desk.press(subscribe(contract, now))
        desk.deliver()
        assert states(contract)[0] == "due"
        with pytest.raises(BeingPaid):
            subscribe(contract, now)
        desk.next_period()
        desk.deliver()
        contract.refresh_from_db()
        assert states(contract)[0] == "paid"
        assert healthy()


class TestInvoices:
    @pytest.fixture
    def contract(self, desk: Desk, acme: Organization, now: datetime) -> Contract:
        """Credit over three quarters, service over all four: the instalments are uneven."""
        contract = offer(acme, now, frequency="quarterly", credit="900", service="400", credit_limit=3)
        desk.run(now)
        return contract

    def test_are_made_per_instalment(self, desk: Desk, acme: Organization, now: datetime, contract: Contract) -> None:
        url = subscribe(contract, now)
        assert StripeInvoice.objects.get().hosted_url == url == subscribe(contract, now)
        contract.refresh_from_db()
        assert contract.payment_link_url == url
        desk.press(url)
        desk.deliver()
        assert states(contract)[0] == "paid"
        assert healthy()
        assert compare_clearing(acme, now)

    def test_paid_in_parts_settle_once(self, desk: Desk, acme: Organization, now: datetime, contract: Contract) -> None:
        url = subscribe(contract, now)
        desk.press(url, "part")
        desk.deliver()
        assert states(contract)[0] == "partially_paid"
        desk.press(url)
        for event in reversed(desk.events()):
            desk.post(event)
        desk.run(now)
        desk.deliver()
        assert states(contract)[0] == "paid"
        assert StripeInvoice.objects.get().state == "paid"
        assert compare_clearing(acme, now)

    def test_paid_elsewhere_are_no_money_at_stripe(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        subscribe(contract, now)
        desk.pay_invoice_elsewhere()
        desk.deliver()
        assert states(contract)[0] == "paid"
        assert rows(contract)[0].payments.get().received_in == "manual_receipts"
        assert compare_clearing(acme, now)

    @pytest.mark.parametrize(("status", "state"), [("void", "void"), ("uncollectible", "written_off")])
    def test_ended_at_stripe_end_the_instalment(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract, status: str, state: str
    ) -> None:
        subscribe(contract, now)
        desk.end_invoice(status)
        desk.deliver()
        assert states(contract)[0] == state
        assert healthy()

    def test_a_bank_transfer_withdraws_the_invoice(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        from apps.wallets.accounts import Role

        subscribe(contract, now)
        pay(rows(contract)[0], now, received_in=Role.MANUAL_RECEIPTS)
        services.reconcile_organization(organization=acme, now=now)
        desk.deliver()
        assert desk.account.store.all("invoice")[-1]["status"] == "void"
        assert states(contract)[0] == "paid"
        assert healthy()


class TestPaymentLink:
    def test_settles_its_instalment_whoever_pays(
        self, desk: Desk, acme: Organization, now: datetime, client: Client
    ) -> None:
        contract = offer(acme, now, frequency="annual")
        link = services.create_payment_link(installment=rows(contract)[0], created_by="staff:ann", now=now)
        import http.client as web

        connection = web.HTTPConnection(desk.local.url.removeprefix("http://"))
        connection.request("GET", f"/b/{link.stripe_id}?client_reference_id=somebody-else")
        page = connection.getresponse().headers["Location"]
        desk.press(desk.local.url + page)
        desk.deliver()
        assert states(contract) == ["paid"]
        link.refresh_from_db()
        assert not link.is_active
        assert CheckoutSession.objects.get().organization == acme
        assert compare_clearing(acme, now)


class TestPostpaid:
    def owing(self, now: datetime, **fields: Any) -> Organization:
        from tests.factories import charge

        organization = create_organization(
            now, "later", billing_mode="postpaid", postpaid_limit_micros=to_micros("1000"), **fields
        )
        charge(organization, "123.456789", now)
        return organization

    def test_a_closed_month_is_invoiced_once_in_whole_cents(self, desk: Desk, now: datetime, db: None) -> None:
        organization, later = self.owing(now), now + timedelta(days=14)
        for _ in range(2):
            services.invoice_outstanding(organization=organization, month="2026-11", now=later)
        assert [invoice["total"] for invoice in desk.account.store.all("invoice")] == [12_345]
        desk.press(StripeInvoice.objects.get().hosted_url)
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("0.006789")
        assert compare_clearing(organization, now)
        assert healthy()

    def test_what_is_invoiced_already_is_not_asked_for_again(self, desk: Desk, now: datetime, db: None) -> None:
        from tests.factories import charge

        organization = self.owing(now)
        services.invoice_outstanding(organization=organization, month="2026-11", now=now + timedelta(days=14))
        charge(organization, "10", now + timedelta(days=15), key="c2")
        services.invoice_outstanding(organization=organization, month="2026-12", now=now + timedelta(days=45))
        assert [invoice["total"] for invoice in desk.account.store.all("invoice")] == [1_000, 12_345]

    def test_given_up_and_paid_after_all(self, desk: Desk, now: datetime, db: None) -> None:
        organization = self.owing(now)
        services.invoice_outstanding(organization=organization, month="2026-11", now=now + timedelta(days=14))
        desk.end_invoice("uncollectible")
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("0.006789")
        from local_stripe import invoice_payments

        with desk.account.store.transaction():
            invoice_payments.pay(desk.account, desk.take("invoice"))
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("0.006789")
        assert compare_clearing(organization, now)
        assert healthy()

    def test_a_refund_is_owed_again(self, desk: Desk, now: datetime, db: None) -> None:
        organization = self.owing(now)
        services.invoice_outstanding(organization=organization, month="2026-11", now=now + timedelta(days=14))
        desk.press(StripeInvoice.objects.get().hosted_url)
        desk.deliver()
        desk.refund(2_345)
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("23.456789")
        assert compare_clearing(organization, now)
