"""Contracts that end during a payment: collection at Stripe stops, and money received is booked."""

from datetime import datetime, timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.errors import ContractNotFound
from apps.contracts.models import Contract
from apps.payments import services
from apps.payments.errors import StripeUnknownOutcome
from apps.payments.models import CheckoutSession, Mandate, PaymentIssue
from apps.payments.services.installment_invoices import invoice_installment
from apps.payments.services.reconciliation import compare_clearing
from apps.payments.services.sessions import open_session
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from local_stripe.faults import Fault
from tests.contracts.factories import offer, pay, rows
from tests.payments.desk import Desk
from tests.payments.test_contracts import healthy, states, subscribe

QUARTERLY = {"frequency": "quarterly", "credit": "900", "service": "400", "credit_limit": 3}


def cancel(contract: Contract, now: datetime) -> None:
    contracts.cancel_contract(contract_id=contract.pk, reason="Agreed", now=now)


def live(desk: Desk) -> list[str]:
    """The objects at Stripe that may still take money, by kind."""
    store = desk.account.store
    open_ones = [one for kind in ("invoice", "checkout.session") for one in store.all(kind) if one["status"] == "open"]
    links = [one for one in store.all("payment_link") if one["active"]]
    return [one["object"] for one in [*open_ones, *links]]


def issues(kind: str) -> int:
    return PaymentIssue.objects.filter(kind=kind, resolved_at=None).count()


@pytest.fixture
def monthly(desk: Desk, acme: Organization, now: datetime) -> Contract:
    """A year paid monthly, offered."""
    contract = offer(acme, now)
    desk.run(now)
    return contract


class TestCanceledWhileSubscribing:
    @pytest.mark.parametrize("backwards", [False, True])
    def test_what_was_paid_is_refunded_and_nothing_more_is_charged(
        self, desk: Desk, monthly: Contract, now: datetime, backwards: bool
    ) -> None:
        desk.press(subscribe(monthly, now))
        cancel(monthly, now)
        desk.run(now)
        events = desk.events()
        for event in reversed(events) if backwards else events:
            desk.post(event)
            desk.run(now)
        desk.settle_all()
        assert (live(desk), Mandate.objects.count()) == ([], 0)
        assert states(monthly) == ["void"] * 12
        self.is_there_to_be_refunded(desk, monthly, now)

    def is_there_to_be_refunded(self, desk: Desk, contract: Contract, now: datetime) -> None:
        """The money is booked, gave no credit, is shown to staff, and is returned by an ordinary refund."""
        acme = contract.organization
        assert healthy()
        assert compare_clearing(acme, now)
        assert (rows(contract)[0].paid_micros, wallet_figures(acme, now).balance_micros) == (to_micros("100"), 0)
        assert issues("unasked") == 1
        desk.refund()
        desk.deliver()
        assert rows(contract)[0].paid_micros == 0
        assert issues("unasked") == 0
        assert compare_clearing(acme, now)
        assert healthy()

    def test_a_second_payment_of_the_first_installment_is_there_to_be_refunded(
        self, desk: Desk, monthly: Contract, now: datetime
    ) -> None:
        first = subscribe(monthly, now)
        CheckoutSession.objects.update(state="expired")  # as if it expired here just before it was paid at Stripe
        second = subscribe(monthly, now)
        desk.press(first)
        desk.press(second)
        desk.settle_all()
        assert (live(desk), Mandate.objects.count(), issues("unasked")) == ([], 1, 1)
        desk.come_to("2026-12-18")
        assert desk.charges()[2:] == [("2026-12-18", 10_000)]


class TestCanceledWhileASessionIsMade:
    def test_one_whose_answer_was_lost_is_expired_when_it_is_found(
        self, desk: Desk, monthly: Contract, now: datetime
    ) -> None:
        desk.local.faults.add(Fault("drop_after", path="/v1/checkout/sessions", times=9))
        with pytest.raises(StripeUnknownOutcome):
            subscribe(monthly, now)
        desk.local.faults.clear()
        cancel(monthly, now)
        desk.run(now)
        desk.run(now + timedelta(minutes=5))
        assert live(desk) == []
        assert CheckoutSession.objects.get().state == "expired"

    def test_its_address_is_not_handed_out(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        """The contract ends after the session's row is written and before Stripe answers."""
        subscribe(monthly, now)
        row = CheckoutSession.objects.get()
        CheckoutSession.objects.update(state="requested")
        cancel(monthly, now)
        with pytest.raises(ContractNotFound):
            open_session(row, now=now)
        assert live(desk) == []


class TestCanceledWithInvoices:
    @pytest.fixture
    def sent(self, desk: Desk, acme: Organization, now: datetime) -> Contract:
        """A contract whose first installment was paid by bank transfer, so that invoices are sent for the others."""
        contract = offer(acme, now, **QUARTERLY)
        pay(rows(contract)[0], now, received_in=Role.MANUAL_RECEIPTS)
        desk.run(now)
        return contract

    def test_one_that_stripe_keeps_does_not_stop_the_others(self, desk: Desk, sent: Contract, now: datetime) -> None:
        services.create_payment_link(installment=rows(sent)[3], created_by="staff:ann", now=now)
        first, _ = (invoice_installment(installment_id=row.pk, charged_to="", now=now) for row in rows(sent)[1:3])
        assert first is not None
        desk.press(first.hosted_url)  # paid at Stripe, but its event has not arrived
        cancel(sent, now)
        desk.run(now)
        assert live(desk) == []
        assert issues("schedule") == 1
        desk.deliver()
        assert (issues("schedule"), issues("unasked")) == (0, 1)
        assert healthy()

    def test_an_ending_that_was_broken_off_goes_on(self, desk: Desk, sent: Contract, now: datetime) -> None:
        invoice_installment(installment_id=rows(sent)[1].pk, charged_to="", now=now)
        desk.local.faults.add(Fault("drop_before", path="/v1/invoices/", times=9))
        cancel(sent, now)
        desk.run(now)
        assert live(desk) == ["invoice"]
        desk.local.faults.clear()
        desk.run(now + timedelta(hours=1))
        assert live(desk) == []

    def test_one_that_was_declined_is_withdrawn(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        desk.press(subscribe(monthly, now))
        desk.settle_all()
        desk.let_decline()
        desk.come_to("2026-12-18")
        assert live(desk) == ["invoice"]
        cancel(monthly, now)
        desk.settle_all()
        assert live(desk) == []
        assert issues("schedule") == 0

    def test_one_being_made_is_withdrawn_too(self, desk: Desk, sent: Contract, now: datetime) -> None:
        desk.local.faults.add(Fault("drop_after", path="/v1/invoices/", times=9))
        with pytest.raises(StripeUnknownOutcome):
            invoice_installment(installment_id=rows(sent)[1].pk, charged_to="", now=now)
        desk.local.faults.clear()
        assert live(desk) == ["invoice"]
        cancel(sent, now)
        desk.deliver()
        desk.deliver(at=now + timedelta(hours=1))
        assert live(desk) == []
