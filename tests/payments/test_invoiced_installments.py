"""Installments of customers with a billing profile: invoices of ours ask for them, and Stripe collects these."""

from datetime import datetime

import pytest
from django.test import Client

from apps.billing_profiles.models import TaxRate
from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.models import Contract, Installment
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document, Money
from apps.payments import services
from apps.payments.errors import PaymentInProgress
from apps.payments.models import PaymentIssue, StripeEvent, StripeInvoice
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from tests.api.callers import as_bearer, key_of
from tests.contracts.factories import offer, rows
from tests.invoices import factories
from tests.invoices.test_invoices import books
from tests.payments.desk import Desk
from tests.payments.standing import Standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> object:
    yield
    assert [str(each) for each in invoice_mismatches()] == []
    assert not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()


@pytest.fixture
def acme(db: None, now: datetime, standing: Standing | None) -> Organization:
    return Organization.objects.get(slug="acme") if standing else create_taxed(now)


def create_taxed(now: datetime) -> Organization:
    """A customer in euros, with 19 % of tax on all that it buys."""
    seller = factories.create_seller(now)
    TaxRate.objects.update(rate_thousandths=19_000)
    return factories.create_customer(now, seller)


@pytest.fixture
def contract(acme: Organization, now: datetime) -> Contract:
    return offer_two(acme, now)


def offer_two(acme: Organization, now: datetime) -> Contract:
    """Two monthly installments with 60 of credit and 40 of service each."""
    return offer(acme, now, months=2, credit="120", service="80")


def subscribe(contract: Contract, now: datetime) -> str:
    return services.subscribe(
        organization=contract.organization, contract_id=contract.pk, created_by="user:u1", now=now
    )


def invoiced() -> list[tuple[str, int]]:
    """The state and the total of our invoices, oldest first, in cents."""
    found = Document.objects.filter(type="invoice").order_by("finalized_at", "sequence")
    return [(each.state, each.total_micros // 10_000) for each in found]


def states(contract: Contract) -> list[str]:
    return [row.state for row in rows(contract)]


def save_the_method(desk: Desk) -> Contract:
    """Let the payer save a payment method, to which the first installment is charged."""
    contract = offer_two(create_taxed(desk.now), desk.now)
    desk.run(desk.now)
    desk.press(subscribe(contract, desk.now))
    desk.settle_all()
    return contract


@pytest.fixture
def charged(db: None, standing: Standing) -> Contract:
    return standing.reread(Contract)


class TestCharged:
    begins_with = staticmethod(save_the_method)

    def test_checkout_saves_the_method_and_the_invoice_is_charged_with_tax(self, desk, acme, charged, now):
        assert (invoiced(), states(charged)) == ([("paid", 11_900)], ["paid", "due"])
        assert [amount for _, amount in desk.charges()] == [11_900]
        assert books(acme) == {"cash": "-119.00", "wallet": "60.00", "deferred": "40.00", "tax": "19.00"}
        charged.refresh_from_db()
        assert charged.status == "active"
        desk.come_to("2026-12-05")
        assert (invoiced(), len(desk.charges())) == ([("paid", 11_900), ("open", 11_900)], 1)
        desk.come_to("2026-12-18")
        assert (states(charged), [amount for _, amount in desk.charges()]) == (["paid", "paid"], [11_900, 11_900])

    def test_a_refund_is_a_credit_note_and_takes_credit_service_and_tax_back(self, desk, acme, charged, now):
        desk.refund(5_950)
        desk.settle_all()
        assert books(acme) == {"cash": "-59.50", "wallet": "30.00", "deferred": "20.00", "tax": "9.50"}
        note = Document.objects.get(type="credit_note")
        assert (note.total_micros, note.returned_to, invoiced()) == (to_micros("59.50"), "cash", [("paid", 11_900)])
        assert note.note == "The payment was refunded."
        desk.refund()
        desk.settle_all()
        assert (books(acme), rows(charged)[0].state) == ({}, "reversed")

    def test_a_refund_that_fails_is_unapplied(self, desk, acme, charged, now):
        made = desk.refund(5_950)
        desk.settle_all()
        desk.fail_refund(made)
        desk.settle_all()
        assert books(acme) == {
            "cash": "-119.00", "wallet": "30.00", "deferred": "20.00", "tax": "9.50", "unapplied": "59.50",
        }  # fmt: skip
        assert Money.objects.order_by("received_at", "pk").filter(applied_micros=0).get().unapplied_micros == 59_500_000

    @pytest.mark.parametrize("outcome", ["lost", "won"])
    def test_a_dispute_freezes_the_credit_and_is_a_credit_note_when_it_is_lost(self, desk, acme, charged, now, outcome):
        made = desk.dispute()
        desk.settle_all()
        assert wallet_figures(acme, now).available_micros == 0
        desk.close_dispute(made, outcome)
        desk.settle_all()
        assert wallet_figures(acme, now).available_micros == (0 if outcome == "lost" else to_micros("60"))
        assert Document.objects.filter(type="credit_note", returned_to="disputes").exists() == (outcome == "lost")
        assert ("tax" in books(acme)) == (outcome == "won")


def test_without_a_saved_method_stripe_sends_it_and_it_is_paid_there_or_by_bank(desk, acme, contract, now):
    desk.run(now)
    sent = StripeInvoice.objects.get()
    (shown,) = Client(headers=as_bearer(key_of(acme))).get("/v1/billing/invoices").json()["data"]
    assert (shown["paymentUrl"], shown["contractId"]) == (sent.hosted_url, str(contract.pk))
    assert (sent.charged_to, sent.amount_micros, sent.document.state) == ("", to_micros("119"), "open")
    desk.press(sent.hosted_url)
    desk.settle_all()
    assert (states(contract), books(acme)["wallet"]) == (["paid", "due"], "60.00")
    desk.come_to("2026-12-05")
    factories.pay(acme, "119", desk.now)
    desk.settle_all()
    assert states(contract) == ["paid", "paid"]
    assert [one["status"] for one in desk.account.store.all("invoice")] == ["void", "paid"]


def test_a_void_installment_and_an_ended_contract_are_credited_and_withdrawn(desk, acme, contract, now):
    desk.run(now)
    contracts.void_installment(installment_id=rows(contract)[0].pk, now=now)
    desk.settle_all()
    assert (invoiced(), books(acme)) == ([("void", 11_900)], {})
    desk.come_to("2026-12-05")
    contract.refresh_from_db()
    contracts.cancel_contract(contract_id=contract.pk, reason="r", now=desk.now)
    desk.settle_all()
    assert (invoiced(), books(acme)) == ([("void", 11_900)] * 2, {})
    assert {one["status"] for one in desk.account.store.all("invoice")} == {"void"}


def test_has_no_payment_link(desk, contract, now):
    row = Installment.objects.select_related("contract__organization").filter(contract=contract).first()
    with pytest.raises(PaymentInProgress):
        services.create_payment_link(installment=row, created_by="staff:ann", now=now)


def test_what_is_ended_at_stripe_by_hand_is_an_issue_and_stays_open_here(desk, acme, contract, now):
    desk.run(now)
    desk.end_invoice("void")
    desk.settle_all()
    assert (invoiced(), states(contract)) == ([("open", 11_900)], ["due", "due"])
    assert PaymentIssue.objects.get(resolved_at=None).kind == "schedule"
