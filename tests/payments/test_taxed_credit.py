"""Tax on top of bought credit, at the rate of the seller's table for credit: 7 % in Germany."""

from datetime import datetime
from decimal import Decimal

import pytest

from apps.billing_profiles.errors import NoTaxRule
from apps.billing_profiles.models import Seller, TaxRate
from apps.common.money import from_micros, to_micros
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import PaymentDecides
from apps.invoices.models import Document
from apps.invoices.paper_content import letter_of
from apps.payments.consistency import payment_mismatches
from apps.payments.models import CheckoutSession, PaymentIssue, StripePayment
from apps.payments.services.top_up_sessions import confirm_top_up
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp, TopUpAttempt
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, wallet_figures
from local_stripe.methods import BankAnswer
from tests.backoffice.people import client_of, create_staff
from tests.factories import charge, create_grant
from tests.invoices.factories import create_customer, create_seller
from tests.papers.read_papers import text_of
from tests.payments.desk import Desk
from tests.payments.test_automatic_top_ups import let_cards_end, switch_on
from tests.payments.test_top_ups import buy


@pytest.fixture
def acme(db: None, now: datetime) -> Organization:
    """A German customer of a German seller, billed in euros."""
    return create_customer(now, create_seller(now))


def run_low(organization: Organization, now: datetime) -> None:
    create_grant(organization, "30", now)
    charge(organization, "10", now)


def booked(organization: Organization) -> tuple[int, int]:
    """Return what Stripe holds for us, and the tax in it."""
    balances = account_balances(organization)
    return -balances[Role.CASH], balances[Role.TAX]


def papers(organization: Organization) -> list[tuple[str, str, Decimal, Decimal]]:
    """Return the customer's invoices and credit notes: type, state, net and tax."""
    rows = Document.objects.filter(organization=organization).order_by("-type", "sequence")
    return [(row.type, row.state, from_micros(row.net_micros), from_micros(row.tax_micros)) for row in rows]


def agrees() -> bool:
    """Whether invoices and payments agree with the ledger."""
    found = [str(each) for each in (*invoice_mismatches(), *payment_mismatches())]
    assert found == []
    return True


class TestAutomatic:
    def test_is_charged_beyond_the_caps_and_booked_apart(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now, most_per_charge="50", most_per_day="50")
        run_low(acme, now)
        desk.settle_all()
        assert desk.take("payment_intent")["amount"] == 5_350
        assert wallet_figures(acme, now).balance_micros == to_micros("70")
        assert booked(acme) == (to_micros("53.5"), to_micros("3.5"))
        (invoice,) = Document.objects.all()
        assert (invoice.kind, invoice.state, invoice.number) == ("top_up", "paid", "TEST-INV-2026-00001")
        assert [(tax.category, tax.rate) for tax in invoice.taxes.all()] == [("S", 7_000)]
        desk.refund()
        desk.settle_all()
        assert wallet_figures(acme, now).balance_micros == to_micros("20")
        assert booked(acme) == (0, 0)
        assert papers(acme) == [
            ("invoice", "paid", Decimal(50), Decimal("3.5")),
            ("credit_note", "final", Decimal(50), Decimal("3.5")),
        ]
        assert agrees()

    def test_is_in_the_payment_that_the_customer_confirms(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        let_cards_end(desk, BankAnswer.ASKS)
        run_low(acme, now)
        desk.settle_all()
        url = confirm_top_up(attempt_id=TopUpAttempt.objects.get().pk, now=now)
        assert desk.take("checkout.session")["amount_total"] == 5_350
        desk.press(url)
        desk.settle_all()
        assert TopUpAttempt.objects.get().state == "succeeded"
        assert booked(acme) == (to_micros("53.5"), to_micros("3.5"))

    def test_that_no_rate_covers_charges_nothing_and_is_told_to_staff(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        TaxRate.objects.all().delete()
        switch_on(desk, acme, now)
        run_low(acme, now)
        desk.settle_all()
        assert desk.account.store.all("payment_intent") == []
        attempt = TopUpAttempt.objects.get()
        assert (attempt.state, attempt.reason) == ("failed", "no_tax_rule")
        assert TopUp.objects.get().retry_at is not None
        assert PaymentIssue.objects.get(subject=attempt.reference).resolved_at is None


class TestPurchase:
    def test_is_a_line_of_the_session_and_booked_apart(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        assert desk.take("checkout.session")["amount_total"] == 2_675
        desk.deliver()
        assert wallet_figures(acme, now).top_up_micros == to_micros("25")
        assert booked(acme) == (to_micros("26.75"), to_micros("1.75"))
        assert not PaymentIssue.objects.exists()
        assert StripePayment.objects.get().unapplied_micros == 0
        assert papers(acme) == [("invoice", "paid", Decimal(25), Decimal("1.75"))]
        assert agrees()

    def test_is_credited_with_what_is_refunded_and_invoiced_again_if_that_fails(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.press(buy(acme, now))
        desk.deliver()
        refund = desk.refund(amount=1_070)
        desk.deliver()
        invoice, partly = Document.objects.order_by("-type")
        assert papers(acme)[1] == ("credit_note", "final", Decimal(10), Decimal("0.7"))
        assert (partly.credited, partly.returned_to) == (invoice, "cash")
        with pytest.raises(PaymentDecides):
            services.credit_invoice(
                document_id=invoice.pk, terms=services.CreditTerms(reason="r"), created_by="staff:ann", now=now
            )
        desk.fail_refund(refund)
        desk.deliver()
        assert papers(acme)[1] == ("invoice", "paid", Decimal(10), Decimal("0.7"))
        desk.refund()
        desk.deliver()
        assert sum(net if type == "invoice" else -net for type, _, net, _ in papers(acme)) == 0
        assert booked(acme) == (0, 0)
        assert agrees()

    def test_is_none_where_prices_include_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        Seller.objects.update(prices_include_tax=True)
        buy(acme, now)
        assert desk.take("checkout.session")["amount_total"] == 2_500
        desk.press(CheckoutSession.objects.get().url)
        desk.deliver()
        assert papers(acme) == [], "the tax is in what the credit pays for"
        page = client_of(create_staff("bo", "Billing"))
        payment = StripePayment.objects.get()
        assert "Receipt" in page.get(f"/admin/payments/stripepayment/{payment.pk}/change/").content.decode()
        said = text_of(page.get(f"/admin/payments/stripepayment/{payment.pk}/receipt/", follow=True).content)
        for text in ("Receipt TEST-REC-2026-00001", "Prepaid credit 25.00 EUR", "Tax is included in what the credit"):
            assert text in said, text

    def test_that_no_rate_covers_sells_nothing(self, desk: Desk, acme: Organization, now: datetime) -> None:
        TaxRate.objects.all().delete()
        with pytest.raises(NoTaxRule):
            buy(acme, now)
        assert desk.account.store.all("checkout.session") == []


class TestADispute:
    """Credit of 25.00 with 1.75 of tax, bought at checkout."""

    @pytest.fixture
    def bought(self, desk: Desk, acme: Organization, now: datetime) -> Document:
        desk.press(buy(acme, now))
        desk.settle_all()
        return Document.objects.get()

    @pytest.mark.parametrize(("spent", "balance"), [("0", "0"), ("10", "-10")])
    def test_that_is_lost_credits_the_invoice_and_takes_credit_and_tax(
        self, desk: Desk, acme: Organization, bought: Document, now: datetime, spent: str, balance: str
    ) -> None:
        if spent != "0":
            charge(acme, spent, now)
        dispute = desk.dispute()
        desk.settle_all()
        assert wallet_figures(acme, now).available_micros <= 0, "what is disputed cannot be spent"
        desk.close_dispute(dispute, "lost")
        desk.settle_all()
        invoice, note = Document.objects.order_by("-type")
        assert (invoice.state, invoice.left_micros, note.returned_to) == ("paid", 0, "disputes")
        assert papers(acme)[1] == ("credit_note", "final", Decimal(25), Decimal("1.75"))
        assert (booked(acme), from_micros(wallet_figures(acme, now).balance_micros)) == ((0, 0), Decimal(balance))
        assert account_balances(acme)[Role.DISPUTES] == 0
        sums = [each for section in letter_of(note).sections for each in section.sums]
        assert [each.name for each in sums][-1] == "Taken back by your bank"
        assert agrees()

    def test_that_is_won_leaves_invoice_and_credit(
        self, desk: Desk, acme: Organization, bought: Document, now: datetime
    ) -> None:
        dispute = desk.dispute()
        desk.settle_all()
        desk.close_dispute(dispute, "won")
        desk.settle_all()
        assert papers(acme) == [("invoice", "paid", Decimal(25), Decimal("1.75"))]
        assert wallet_figures(acme, now).available_micros == to_micros("25")
        assert booked(acme) == (to_micros("26.75"), to_micros("1.75"))
        assert agrees()
