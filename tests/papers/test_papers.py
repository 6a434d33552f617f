"""Order forms, receipts and statements: what they say, their numbers, and that they are made and drawn once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from apps.billing_profiles.errors import ProfileIncomplete
from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.money import to_micros
from apps.common.periods import parse_month
from apps.contracts import services as contracts
from apps.contracts.agreed_prices import AgreedPrice
from apps.invoices import services as invoices
from apps.invoices.models import Money
from apps.papers import services
from apps.papers.errors import NoReceipt
from apps.papers.models import Paper
from apps.pricing.rating import Scheme
from apps.pricing.services import list_price_book
from apps.wallets import services as wallets
from tests.contracts.factories import discount, draft, draft_fields, offer
from tests.factories import cause_of, charge, create_grant, create_organization
from tests.invoices import factories
from tests.papers.read_papers import text_of
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now):
    return factories.create_customer(now, factories.create_seller(now), purchase_order="PO 7")


def order_form(contract, now):
    return services.order_form_of(contract, created_by="staff:ann", now=now)


def statement(acme, now, month="2026-11"):
    return text_of(bytes(services.statement_of(acme, parse_month(month), created_by="staff:ann", now=now).pdf))


class TestOrderForm:
    def test_names_both_sides_terms_tax_and_places_to_sign(self, acme, now):
        contract = draft(acme, now, credit="1200", onetime_service="100", service="100", bonus="50", auto_renew=True)
        said = text_of(bytes(order_form(contract, now).pdf))
        for text in (
            "Order form TEST-OF-2026-00001",
            "Example GmbH, Hauptstraße 1, 10115 Berlin, Germany",
            "Acme AG",
            "80331 München",
            "18 Nov 2026 \N{EN DASH} 17 Nov 2027",
            "Renews for the same term",
            "Monthly",
            "PO 7",
            "Once",
            "100.00 EUR",
            "Net 1,300.00 EUR",
            "Tax 7 % 84.00 EUR",
            "Tax 19 % 19.00 EUR",
            "Total 1,403.00 EUR",
            "50.00 EUR of bonus credit",
            "signature for Example GmbH",
            "signature for Acme AG",
            "VAT number DE136695976",
        ):
            assert text in said, text
        assert str(contract.pk)[:8] not in said

    def test_shows_a_discount(self, acme, now):
        contract = offer(acme, now)
        discount(acme, "30", now)
        said = text_of(bytes(order_form(contract, now).pdf))
        for text in ("Discount", "-30.00 EUR", "70.00 EUR", "Net 1,170.00 EUR"):
            assert text in said, text

    def test_shows_an_agreed_discount_and_own_prices_in_the_customers_language(self, acme, now):
        make_meter("gpu-hours", kind="other", name="GPU hours", unit="hour")
        make_meter("chat", name="Chat")
        terms = draft_fields(credit="1200")
        prices = (
            AgreedPrice(meter="gpu-hours", micros_per_million=1_250_000_000_000),
            AgreedPrice(meter="chat", model="opus", scheme=Scheme.PER_TOKEN, output_micros_per_million=7_500_000),
        )
        agreed = replace(terms.agreed, discount_percent_micros=12_500_000, discount_periods=2, prices=prices)
        contract = contracts.draft_contract(
            organization=acme, draft=replace(terms, agreed=agreed), created_by="staff:ann", now=now
        )
        said = text_of(bytes(order_form(contract, now).pdf))
        for text in (
            "Discount",
            "-12.50 EUR",
            "87.50 EUR",
            "Net 1,175.00 EUR",
            "Total 1,257.26 EUR",
            "During the term of the contract, usage costs:",
            "GPU hours any model 1.25 EUR per hour",
            "Chat opus 7.50 EUR per million output tokens",
        ):
            assert text in said, text
        BillingProfile.objects.filter(organization=acme).update(language="de")
        german = text_of(bytes(order_form(contract, now).pdf))
        for text in ("Rabatt", "1,25 EUR je hour", "7,50 EUR je Million Ausgabetokens", "jedes Modell"):
            assert text in german, text

    def test_is_the_same_paper_until_the_terms_change(self, acme, now):
        contract = draft(acme, now)
        first = order_form(contract, now)
        later = order_form(contract, now + timedelta(days=3))
        assert (later.pk, bytes(later.pdf), later.sha256) == (first.pk, bytes(first.pdf), first.sha256)
        contract.notes = "Support on weekdays."
        contract.save()
        changed = order_form(contract, now)
        assert changed.number == "TEST-OF-2026-00002"
        assert "Support on weekdays." in text_of(bytes(changed.pdf))

    @pytest.mark.parametrize(
        ("currency", "month", "total"), [("JPY", "100 JPY", "1,200 JPY"), ("KWD", "100.000 KWD", "1,200.000 KWD")]
    )
    def test_writes_amounts_as_the_currency_does(self, now, currency, month, total):
        customer = create_organization(now, "one", currency=currency)
        factories.bill(customer, now)
        said = text_of(bytes(order_form(draft(customer, now), now).pdf))
        assert said.count(month) >= 12
        assert f"Total {total}" in said

    def test_needs_a_seller(self, now):
        contract = draft(create_organization(now, "bare"), now)
        with pytest.raises(ProfileIncomplete):
            order_form(contract, now)
        assert not Paper.objects.exists()


class TestReceipt:
    def test_says_what_came_and_which_invoices_it_paid(self, acme, now):
        BillingProfile.objects.update(language="de")
        invoice = factories.invoice(acme, now, "1000")
        money = factories.pay(acme, "1200", now)
        paper = services.receipt_of(money, created_by="staff:ann", now=now)
        said = text_of(bytes(paper.pdf))
        for text in (
            "Zahlungsbestätigung TEST-REC-2026-00001",
            "18.11.2026",
            "Überweisung",
            "Transfer b1",
            invoice.number,
            "1.190,00 EUR",
            "Guthaben für Ihre nächsten Rechnungen 10,00 EUR",
            "Zahlung eingegangen 1.200,00 EUR",
        ):
            assert text in said, text

    def test_there_is_none_for_money_that_the_bank_took_back_or_a_credit_note_gave(self, acme, now):
        factories.invoice(acme, now, "1000")
        money = factories.pay(acme, "1190", now)
        invoices.return_money(money_id=money.pk, created_by="staff:ann", now=now)
        given = factories.invoice(acme, now, "100")
        factories.pay(acme, "119", now, key="b2", invoice_id=given.pk)
        terms = invoices.CreditTerms(reason="Agreed")
        note = invoices.credit_invoice(document_id=given.pk, terms=terms, created_by="staff:ann", now=now)
        for row in (Money.objects.get(pk=money.pk), Money.objects.get(credit_note=note)):
            with pytest.raises(NoReceipt):
                services.receipt_of(row, created_by="staff:ann", now=now)


class TestStatement:
    def test_goes_by_value_dates_and_shows_open_invoices_and_unapplied_money(self, acme, now):
        october = now - timedelta(days=30)
        first = factories.invoice(acme, october, "1000")
        second = factories.invoice(acme, now, "100")
        transfer = invoices.BankTransfer(
            organization=acme,
            amount=to_micros("1200"),
            value_date=date(2026, 11, 2),
            reference="SEPA 4713",
            key="b1",
            invoice_ids=(first.pk,),
        )
        invoices.record_bank_transfer(transfer, created_by="staff:ann", now=now)
        said = statement(acme, now)
        for text in (
            "Statement of account",
            "01 Nov 2026 \N{EN DASH} 30 Nov 2026",
            "Opening balance 1,190.00 EUR",
            "02 Nov 2026 Payment received SEPA 4713 -1,200.00 EUR -10.00 EUR",
            f"18 Nov 2026 Invoice {second.number} 119.00 EUR 109.00 EUR",
            f"{second.number} 18 Nov 2026 18 Dec 2026 119.00 EUR 119.00 EUR",
            "Received and not used for an invoice -10.00 EUR",
            "Closing balance 109.00 EUR",
        ):
            assert text in said, text
        assert "Other changes" not in said
        october_said = statement(acme, now, "2026-10")
        assert f"{first.number} 19 Oct 2026 18 Nov 2026 1,190.00 EUR 1,190.00 EUR" in october_said
        assert "SEPA" not in october_said

    def test_credit_notes_refunds_returns_and_write_offs_add_up(self, acme, now):
        paid = factories.invoice(acme, now, "100")
        factories.pay(acme, "119", now, invoice_id=paid.pk)
        terms = invoices.CreditTerms(reason="Agreed", amount=to_micros("10"))
        invoices.credit_invoice(document_id=paid.pk, terms=terms, created_by="staff:ann", now=now)
        money = factories.pay(acme, "50", now, key="b2", invoice_id=None)
        invoices.pay_back_money(
            money_id=money.pk, amount=to_micros("5"), key="p", created_by="staff:ann", now=now, value_date=now.date()
        )
        lost = factories.invoice(acme, now, "200")
        invoices.write_off_invoice(
            document_id=lost.pk, left=lost.left_micros, reason="Insolvent", created_by="staff:ann", now=now
        )
        said = statement(acme, now)
        for text in ("Credit note TEST-CN-2026-00001 -11.90 EUR", "Paid back 5.00 EUR", "Written off"):
            assert text in said, text
        assert "Other changes" not in said

    def test_a_write_off_counts_on_the_sellers_day(self, acme, now):
        Seller.objects.update(time_zone="America/New_York")
        lost = factories.invoice(acme, now, "200")
        evening = now.replace(month=12, day=1, hour=2)  # on 30 November in New York
        invoices.write_off_invoice(
            document_id=lost.pk, left=lost.left_micros, reason="Insolvent", created_by="staff:ann", now=evening
        )
        said = statement(acme, now)
        assert "Written off" in said
        assert "Other changes" not in said

    def test_prepaid_credit_and_what_was_used_are_in_payable_amounts_and_words(self, acme, now):
        create_grant(acme, "100", now)
        charge(acme, "12.345678", now)
        said = statement(acme, now)
        assert "Credit added 100.00 EUR Usage -12.35 EUR Closing balance 87.65 EUR" in said
        assert "345678" not in said
        for code in ("grant", "wallet", "org:", "usage:"):
            assert code not in said

    def test_usage_that_no_credit_paid_is_named_apart_from_corrections_of_credit(self, now):
        postpaid = {"billing_mode": "postpaid", "postpaid_limit_micros": to_micros("9000")}
        bolt = factories.create_customer(now, factories.create_seller(now), "bolt", **postpaid)
        create_grant(bolt, "30", now)
        charge(bolt, "152.32", now)
        said = statement(bolt, now)
        assert (
            "Credit added 30.00 EUR Usage -152.32 EUR Usage to pay by invoice 122.32 EUR Closing balance 0.00" in said
        )
        assert "Credit corrected" not in said
        create_grant(bolt, "20", now, key="g2")
        order = wallets.Instruction(key="d1", cause=cause_of(bolt), created_by="staff:ann", description="Given twice")
        wallets.deduct(organization=bolt, amount=to_micros("5"), order=order, now=now)
        said = statement(bolt, now)
        assert "Usage to pay by invoice 122.32 EUR Credit corrected -5.00 EUR Closing balance 15.00 EUR" in said

    def test_says_what_was_used_in_words(self, acme, now):
        book = list_price_book(currency="EUR", now=EARLY)
        price(make_meter("api", "other", name="API calls", unit="call"), book=book, micros_per_million=2_345_678)
        create_grant(acme, "100", now)
        send(acme, now, event("e1", "api", quantity="1204331", time="2026-11-17T12:00:00Z", model="Model X"))
        said = statement(acme, now)
        assert "Description Quantity Amount API calls, model x 1,204,331 calls 2.82 EUR Total 2.82 EUR" in said
        assert "Usage -2.82 EUR Closing balance 97.18 EUR" in said

    def test_what_was_used_adds_up_to_what_prepaid_credit_lost(self, acme, now):
        book = list_price_book(currency="EUR", now=EARLY)
        for slug in ("api", "disk"):
            price(make_meter(slug, "other", name=slug.title(), unit="call"), book=book, micros_per_million=10**9)
        create_grant(acme, "100", now)
        for slug in ("api", "disk"):
            send(acme, now, event(slug, slug, quantity="4.004", time="2026-11-17T12:00:00Z"))
        said = statement(acme, now)
        assert "Usage -0.01 EUR Closing balance 99.99 EUR" in said
        assert "Api 4.004 calls 0.01 EUR Disk 4.004 calls 0.00 EUR Total 0.01 EUR" in said

    def test_is_made_anew_only_when_it_says_something_else(self, acme, now):
        one, other = (
            services.statement_of(acme, parse_month("2026-11"), created_by="staff:ann", now=now) for _ in range(2)
        )
        assert (one.pk, one.number) == (other.pk, "")
        factories.invoice(acme, now, "1")
        third = services.statement_of(acme, parse_month("2026-11"), created_by="staff:ann", now=now)
        assert (third.pk != one.pk, third.amount_micros) == (True, to_micros("1.19"))
