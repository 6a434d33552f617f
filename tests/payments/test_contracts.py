"""Contracts at Stripe: one payment address, collection by the schedule, each installment settled once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.errors import AlreadyRunning, ContractNotFound, NothingToPay
from apps.contracts.models import Contract
from apps.invoices.errors import NothingToInvoice
from apps.invoices.models import Document
from apps.payments import services
from apps.payments.errors import PaymentInProgress
from apps.payments.models import (
    CheckoutSession,
    Mandate,
    PaymentIssue,
    StripeEvent,
    StripeInvoice,
)
from apps.payments.services.installment_invoices import invoice_installment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from local_stripe.faults import Fault
from tests.contracts.factories import discount, draft, offer, pay, rows
from tests.factories import create_organization
from tests.payments.desk import Desk
from tests.payments.postpaid import collect_usage
from tests.payments.standing import Standing


def subscribe(contract: Contract, now: datetime) -> str:
    return services.subscribe(
        organization=contract.organization, contract_id=contract.pk, created_by="user:u1", now=now
    )


def states(contract: Contract) -> list[str]:
    return [row.state for row in rows(contract)]


def healthy() -> bool:
    return not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()


def open_totals(desk: Desk) -> list[int]:
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


def sign_and_promise(desk: Desk) -> Contract:
    acme = create_organization(desk.now)
    contract = offer(acme, desk.now, credit="1000", service="240", onetime_credit="100", bonus="5")
    desk.run(desk.now)
    desk.press(subscribe(contract, desk.now), "later")
    desk.deliver()
    return contract


class TestAPromisedPayment:
    """The amount due at checkout is paid by a bank debit that takes some days."""

    begins_with = staticmethod(sign_and_promise)

    def test_brings_nothing_yet_and_is_not_asked_for_again(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        assert (contract.status, states(contract)[:3]) == ("pending_payment", ["processing", "processing", "due"])
        assert (wallet_figures(acme, now).balance_micros, CheckoutSession.objects.get().state) == (0, "processing")
        with pytest.raises(NothingToPay):
            subscribe(contract, now)
        services.arrange_contract(contract_id=contract.pk, now=now)
        desk.deliver()
        assert (open_totals(desk), Mandate.objects.count()) == ([], 0)
        assert healthy()

    def test_is_settled_once_when_the_money_arrives(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.settle_later(arrives=True)
        desk.settle_all()
        contract.refresh_from_db()
        assert (contract.status, states(contract)[:3]) == ("active", ["paid", "paid", "due"])
        assert (CheckoutSession.objects.get().state, open_totals(desk)) == ("paid", [])
        desk.come_to("2026-12-18")
        assert states(contract)[:4] == ["paid", "paid", "paid", "due"]
        assert compare_clearing(acme, now)
        assert healthy()

    def test_that_fails_is_shown_and_paid_at_checkout_again(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.settle_later(arrives=False)
        desk.deliver()
        assert states(contract)[:3] == ["due", "due", "due"]
        assert CheckoutSession.objects.get().state == "failed"
        assert PaymentIssue.objects.get(resolved_at=None).kind == "payment_failed"
        assert (wallet_figures(acme, now).balance_micros, open_totals(desk)) == (0, [])
        desk.press(subscribe(contract, now))
        desk.deliver()
        contract.refresh_from_db()
        assert (contract.status, states(contract)[:3]) == ("active", ["paid", "paid", "due"])
        assert compare_clearing(acme, now)
        assert healthy()


@pytest.fixture
def contract(db: None, standing: Standing) -> Contract:
    """The contract that the tests of a class are about."""
    return standing.reread(Contract)


def sign_and_pay(desk: Desk) -> Contract:
    contract = offer(create_organization(desk.now), desk.now, credit="1000", service="240", onetime_credit="100")
    desk.run(desk.now)
    desk.press(subscribe(contract, desk.now))
    desk.settle_all()
    return contract


class TestCharged:
    """A year paid monthly: the first at checkout, where the card is saved, and each later one when it is due."""

    begins_with = staticmethod(sign_and_pay)

    def test_what_is_due_is_paid_at_checkout(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        assert (contract.status, states(contract)[:3]) == ("active", ["paid", "paid", "due"])
        assert desk.charges() == [("2026-11-18", 19_500)]
        assert Mandate.objects.get().payment_method_id == desk.take("payment_method")["id"]
        assert desk.take("payment_method")["customer"] == desk.take("customer")["id"]
        assert (open_totals(desk), healthy()) == ([], True)
        assert compare_clearing(acme, now)

    def test_each_is_charged_on_its_due_date_and_settled(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        for day in ("2026-12-17", "2026-12-18", "2026-12-19", "2027-01-17", "2027-01-18"):
            desk.come_to(day)
        assert desk.charges()[1:] == [("2026-12-18", 9_500), ("2027-01-18", 9_500)]
        assert states(contract)[:5] == ["paid", "paid", "paid", "paid", "due"]
        assert healthy()
        assert compare_clearing(acme, now)

    def test_says_at_stripe_what_it_is_for(self, desk: Desk, contract: Contract) -> None:
        desk.come_to("2026-12-18")
        invoice = desk.take("invoice")
        assert invoice["description"] == "Contract installment: 18 Dec 2026 \N{EN DASH} 17 Jan 2027"
        assert (invoice["collection_method"], invoice["due_date"]) == ("charge_automatically", None)
        assert invoice["default_payment_method"] == Mandate.objects.get().payment_method_id

    def test_charges_told_backwards_come_out_the_same(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        for row in rows(contract)[2:4]:
            method = desk.take("payment_method")["id"]
            invoice_installment(installment_id=row.pk, charged_to=method, now=now)
        for event in reversed(desk.events()):
            desk.post(event)
            desk.run(now)
        desk.deliver()
        assert states(contract)[:5] == ["paid", "paid", "paid", "paid", "due"]
        assert healthy()

    def test_asked_for_again_and_again_is_charged_once(self, desk: Desk, now: datetime, contract: Contract) -> None:
        for _ in range(3):
            desk.come_to("2026-12-18")
            services.arrange_contract(contract_id=contract.pk, now=desk.now)
        assert len(desk.charges()) == 2

    @pytest.mark.parametrize("path", ["/v1/invoices", "/v1/invoiceitems", "/v1/invoices/"])
    @pytest.mark.parametrize("kind", ["drop_after", "500_after", "drop_before"])
    def test_answers_that_are_lost_charge_once(
        self, desk: Desk, acme: Organization, contract: Contract, path: str, kind: str
    ) -> None:
        desk.local.faults.add(Fault(kind, path=path, times=9))
        desk.come_to("2026-12-18")
        desk.local.faults.clear()
        desk.run(desk.now + timedelta(hours=1))
        desk.settle_all()
        desk.come_to("2026-12-19")
        assert [amount for _, amount in desk.charges()] == [19_500, 9_500]
        assert states(contract)[:4] == ["paid", "paid", "paid", "due"]
        assert compare_clearing(acme, desk.now)

    def test_a_declined_one_is_shown_and_paid_at_its_page(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.let_decline()
        desk.come_to("2026-12-18")
        contract.refresh_from_db()
        issue = PaymentIssue.objects.get(resolved_at=None)
        assert (contract.status, issue.kind, issue.expected_micros) == ("past_due", "payment_failed", to_micros("95"))
        assert StripeInvoice.objects.get().hosted_url == contract.payment_link_url
        assert contract.payment_link_url in issue.detail
        desk.press(contract.payment_link_url)
        desk.settle_all()
        contract.refresh_from_db()
        assert (contract.status, contract.payment_link_url) == ("active", "")
        assert not PaymentIssue.objects.filter(resolved_at=None).exists()
        assert (states(contract)[:4], healthy()) == (["paid", "paid", "paid", "due"], True)

    def test_one_that_the_payer_has_to_confirm_counts_as_declined(self, desk: Desk, contract: Contract) -> None:
        desk.let_decline()
        desk.come_to("2026-12-18")
        PaymentIssue.objects.update(resolved_at=desk.now)
        with desk.account.store.transaction():
            desk.account.emit("invoice.payment_action_required", desk.take("invoice"))
        desk.settle_all()
        assert PaymentIssue.objects.get(resolved_at=None).kind == "payment_failed"

    def test_canceling_takes_back_what_was_declined(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.let_decline()
        desk.come_to("2026-12-18")
        contracts.cancel_contract(contract_id=contract.pk, reason="Agreed", now=now)
        desk.settle_all()
        assert desk.take("invoice")["status"] == "void"
        assert not PaymentIssue.objects.filter(resolved_at=None).exists()
        desk.let_decline(declines=False)
        desk.come_to("2027-01-18")
        assert len(desk.charges()) == 1
        assert healthy()

    def test_a_discount_lowers_the_next_charge(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        discount(acme, "10", now)
        desk.run(now)
        desk.come_to("2026-12-18")
        desk.come_to("2027-01-18")
        assert [amount for _, amount in desk.charges()] == [19_500, 8_500, 9_500]
        assert states(contract)[2:4] == ["paid", "paid"]
        assert healthy()
        assert compare_clearing(acme, now)

    def test_what_is_too_small_for_an_invoice_is_shown_until_it_is_settled(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        discount(acme, "94.01", now)
        desk.come_to("2026-12-18")
        issue = PaymentIssue.objects.get(resolved_at=None)
        assert (issue.kind, issue.expected_micros, len(desk.charges())) == ("too_small", to_micros("0.99"), 1)
        pay(rows(contract)[2], desk.now, received_in=Role.MANUAL_RECEIPTS)
        desk.run(desk.now)
        assert not PaymentIssue.objects.filter(resolved_at=None).exists()

    def test_a_bank_transfer_before_the_due_date_is_not_charged(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        pay(rows(contract)[2], now, received_in=Role.MANUAL_RECEIPTS)
        desk.come_to("2026-12-18")
        assert len(desk.charges()) == 1
        desk.come_to("2027-01-18")
        assert desk.charges()[1:] == [("2027-01-18", 9_500)]

    @pytest.mark.parametrize(("amount", "asks"), [(None, []), ("20", [7_500])])
    def test_a_bank_transfer_beside_an_open_invoice_replaces_it(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract, amount: str | None, asks: list[int]
    ) -> None:
        desk.let_decline()
        desk.come_to("2026-12-18")
        pay(rows(contract)[2], desk.now, amount, received_in=Role.MANUAL_RECEIPTS)
        desk.run(desk.now)
        desk.settle_all()
        assert open_totals(desk) == asks
        assert (healthy(), compare_clearing(acme, desk.now)) == (True, True)

    def test_a_refund_takes_from_the_last_installment_first(
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

    def test_a_method_taken_back_is_charged_no_more_until_another_is_chosen(
        self, desk: Desk, acme: Organization, contract: Contract
    ) -> None:
        desk.detach()
        desk.settle_all()
        assert PaymentIssue.objects.get(resolved_at=None).kind == "method_removed"
        desk.come_to("2026-12-18")
        assert (open_totals(desk), desk.take("invoice")["collection_method"]) == ([9_500], "send_invoice")
        chosen = desk.choose_another()
        desk.come_to("2027-01-18")
        assert not PaymentIssue.objects.filter(resolved_at=None, kind="method_removed").exists()
        assert (desk.charges()[1:], desk.take("invoice")["default_payment_method"]) == ([("2027-01-18", 9_500)], chosen)

    def test_a_method_taken_back_a_moment_ago_is_not_waited_for(self, desk: Desk, contract: Contract) -> None:
        desk.detach()
        desk.clock.move_to(datetime(2026, 12, 18, 3, tzinfo=UTC))
        services.arrange_contract(contract_id=contract.pk, now=datetime(2026, 12, 18, 3, tzinfo=UTC))
        assert (open_totals(desk), desk.take("invoice")["collection_method"]) == ([9_500], "send_invoice")
        assert PaymentIssue.objects.get(resolved_at=None).kind == "method_removed"

    def test_a_default_chosen_in_the_portal_is_charged_instead(self, desk: Desk, contract: Contract) -> None:
        chosen = desk.choose_another()
        desk.come_to("2026-12-18")
        assert desk.take("invoice")["default_payment_method"] == chosen


class TestChargedOnOtherTerms:
    """Terms that begin later, a renewal, and installments of different amounts."""

    def test_starting_later_saves_the_method_and_takes_nothing_now(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now, "2026-12-18")
        desk.press(subscribe(contract, now))
        desk.settle_all()
        assert (states(contract)[0], desk.charges()) == ("due", [])
        with pytest.raises(PaymentInProgress):
            subscribe(contract, now)
        desk.come_to("2026-12-17")
        assert desk.charges() == []
        desk.come_to("2026-12-18")
        contract.refresh_from_db()
        assert (contract.status, states(contract)[0], desk.charges()) == ("active", "paid", [("2026-12-18", 10_000)])
        assert healthy()

    @pytest.mark.parametrize("takes_it_back", [False, True])
    def test_starting_later_and_declined_is_paid_at_the_page_that_subscribing_leads_to(
        self, desk: Desk, acme: Organization, now: datetime, takes_it_back: bool
    ) -> None:
        contract = offer(acme, now, "2026-12-18")
        desk.press(subscribe(contract, now))
        desk.let_decline()
        desk.settle_all()
        desk.come_to("2026-12-18")
        if takes_it_back:
            desk.detach()
            desk.settle_all()
        desk.press(subscribe(contract, desk.now))
        desk.settle_all()
        contract.refresh_from_db()
        assert (contract.status, states(contract)[0]) == ("active", "paid")
        assert [one["mode"] for one in desk.account.store.all("checkout.session")] == ["setup"]

    def test_starting_later_and_taking_the_method_back_leads_to_checkout_again(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now, "2026-12-18")
        desk.press(subscribe(contract, now))
        desk.settle_all()
        desk.detach()
        desk.settle_all()
        desk.press(subscribe(contract, now))
        desk.settle_all()
        desk.come_to("2026-12-18")
        assert (states(contract)[0], PaymentIssue.objects.filter(resolved_at=None).count()) == ("paid", 0)

    def test_a_renewal_is_charged_when_its_term_begins(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now, frequency="annual", auto_renew=True)
        desk.press(subscribe(contract, now))
        desk.settle_all()
        desk.clock.move_to(datetime(2027, 11, 18, 1, tzinfo=UTC))
        contracts.end_term(contract_id=contract.pk, now=datetime(2027, 11, 18, 1, tzinfo=UTC))
        desk.come_to("2027-11-18")
        assert desk.charges() == [("2026-11-18", 120_000), ("2027-11-18", 120_000)]
        assert states(contract) == ["paid", "paid"]

    def test_uneven_installments_are_charged_alike(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now, frequency="quarterly", credit="900", service="400", credit_limit=3)
        desk.press(subscribe(contract, now))
        desk.settle_all()
        for row in rows(contract)[1:]:
            desk.come_to(row.due_date)
        assert [amount for _, amount in desk.charges()] == [40_000, 40_000, 40_000, 10_000]
        assert states(contract) == ["paid"] * 4


def be_sent_the_second(desk: Desk) -> Contract:
    """Credit over three quarters, service over all four; the first came by bank transfer, the second is sent."""
    acme = create_organization(desk.now)
    contract = offer(acme, desk.now, frequency="quarterly", credit="900", service="400", credit_limit=3)
    pay(rows(contract)[0], desk.now, received_in=Role.MANUAL_RECEIPTS)
    desk.come_to("2027-02-03")
    assert open_totals(desk) == []
    desk.come_to("2027-02-04")
    return contract


class TestSent:
    """Without a saved payment method, the invoice is sent to the payer before it is due."""

    begins_with = staticmethod(be_sent_the_second)

    def test_are_made_per_installment_and_due_on_its_day(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        assert StripeInvoice.objects.get().hosted_url == contract.payment_link_url
        due = datetime.fromtimestamp(desk.take("invoice")["due_date"], UTC)
        assert (due.date(), open_totals(desk)) == (rows(contract)[1].due_date, [40_000])
        desk.press(contract.payment_link_url)
        desk.deliver()
        assert states(contract)[1] == "paid"
        assert healthy()
        assert compare_clearing(acme, now)

    def test_paid_in_parts_settle_once(self, desk: Desk, acme: Organization, now: datetime, contract: Contract) -> None:
        desk.press(contract.payment_link_url, "part")
        desk.deliver()
        assert states(contract)[1] == "partially_paid"
        desk.press(contract.payment_link_url)
        for event in reversed(desk.events()):
            desk.post(event)
        desk.run(desk.now)
        desk.deliver()
        assert states(contract)[1] == "paid"
        assert StripeInvoice.objects.get().state == "paid"
        assert compare_clearing(acme, now)

    def test_paid_elsewhere_are_no_money_at_stripe(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        desk.pay_invoice_elsewhere()
        desk.deliver()
        assert states(contract)[1] == "paid"
        assert rows(contract)[1].payments.get().received_in == "manual_receipts"
        assert compare_clearing(acme, now)

    @pytest.mark.parametrize(("status", "state"), [("void", "void"), ("uncollectible", "written_off")])
    def test_ended_at_stripe_end_the_installment(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract, status: str, state: str
    ) -> None:
        desk.end_invoice(status)
        desk.deliver()
        assert states(contract)[1] == state
        assert healthy()

    def test_a_bank_transfer_withdraws_the_invoice(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        pay(rows(contract)[1], now, received_in=Role.MANUAL_RECEIPTS)
        services.reconcile_organization(organization=acme, now=now)
        desk.deliver()
        assert desk.account.store.all("invoice")[-1]["status"] == "void"
        assert states(contract)[1] == "paid"
        assert healthy()


class TestPaymentLink:
    def test_settles_its_installment_whoever_pays(
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
        collect_usage(organization, "2026-11", later)
        with pytest.raises(NothingToInvoice):
            collect_usage(organization, "2026-11", later)
        assert [invoice["total"] for invoice in desk.account.store.all("invoice")] == [12_345]
        desk.press(StripeInvoice.objects.get().hosted_url)
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("0.006789")
        assert compare_clearing(organization, now)
        assert healthy()

    def test_what_is_invoiced_already_is_not_asked_for_again(self, desk: Desk, now: datetime, db: None) -> None:
        from tests.factories import charge

        organization = self.owing(now)
        collect_usage(organization, "2026-11", now + timedelta(days=14))
        charge(organization, "10", now + timedelta(days=15), key="c2")
        collect_usage(organization, "2026-12", now + timedelta(days=45))
        assert [invoice["total"] for invoice in desk.account.store.all("invoice")] == [1_000, 12_345]

    def test_given_up_at_stripe_and_paid_after_all(self, desk: Desk, now: datetime, db: None) -> None:
        organization = self.owing(now)
        collect_usage(organization, "2026-11", now + timedelta(days=14))
        desk.end_invoice("uncollectible")
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("123.456789")
        issue = PaymentIssue.objects.get(resolved_at=None)
        assert (issue.kind, issue.expected_micros) == ("schedule", to_micros("123.45"))
        from local_stripe import invoice_payments

        with desk.account.store.transaction():
            invoice_payments.pay(desk.account, desk.take("invoice"))
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("0.006789")
        assert not PaymentIssue.objects.filter(resolved_at=None).exists()
        assert compare_clearing(organization, now)
        assert healthy()

    def test_a_refund_is_owed_again(self, desk: Desk, now: datetime, db: None) -> None:
        organization = self.owing(now)
        collect_usage(organization, "2026-11", now + timedelta(days=14))
        desk.press(StripeInvoice.objects.get().hosted_url)
        desk.deliver()
        desk.refund(2_345)
        desk.deliver()
        assert wallet_figures(organization, now).outstanding_micros == to_micros("23.456789")
        again = Document.objects.get()
        assert (again.state, again.left_micros) == ("part_paid", to_micros("23.45"))
        assert compare_clearing(organization, now)
