"""Invoices taxed by Stripe Tax: asked by the outbox, booked as answered, reported, and taken back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.api.invoices.presenter import details
from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.money import to_micros
from apps.common.periods import parse_month
from apps.contracts import services as contracts
from apps.invoices import services
from apps.invoices.e_invoice import facturx_data, facturx_xml
from apps.invoices.errors import TaxAwaited, TaxRefused
from apps.invoices.models import Document, TaxCalculation
from apps.invoices.paper_content import letter_of
from apps.invoices.selectors import find_document
from apps.invoices.services.tax_answers import refresh_dated_drafts, refresh_drafts_of
from apps.invoices.tax_jurisdictions import placed_taxes
from apps.invoices.tax_report import TaxPeriod, tax_by_month
from apps.payments.models import PaymentIssue
from apps.pricing.services import list_price_book
from apps.tenants.models import Organization
from apps.usage.actions import CloseMonth
from apps.usage.services import close_month
from apps.usage.services.usage_invoices import invoice_closed_month
from apps.wallets.accounts import Role
from apps.wallets.selectors import balance_of
from apps.wallets.services import Source, undo_transfer
from local_stripe import tax_calculations
from local_stripe.tax_calculations import lines_of
from tests.contracts.factories import agreement, offer
from tests.factories import cause_of, charge, create_grant
from tests.invoices.factories import create_customer, create_seller, draft, finalize, pay, terms
from tests.invoices.schematron import broken_rules
from tests.payments.desk import Desk
from tests.payments.test_automatic_top_ups import switch_on
from tests.payments.test_top_ups import buy
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send

NEW_YORK = {"country": "US", "region": "NY", "postal_code": "10001", "city": "New York", "street": "5 Side Street"}


@pytest.fixture
def seller(db: None, now: datetime) -> Seller:
    return create_seller(now, tax_engine="stripe", service_tax_code="txcd_20030000")


@pytest.fixture
def acme(seller: Seller, now: datetime) -> Organization:
    return create_customer(now, seller)


def fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def taxed(document: Document) -> list[tuple[str, int, int, int]]:
    """The tax rows: category, rate, and amounts in cents."""
    rows = document.taxes.order_by("position")
    return [(each.category, each.rate, each.base_micros // 10_000, each.tax_micros // 10_000) for each in rows]


def calculation_count(desk: Desk) -> int:
    return len(desk.account.store.all("tax.calculation"))


def reported(desk: Desk) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """The transactions at Stripe, oldest first: their type and lines."""
    made = reversed(desk.account.store.all("tax.transaction"))
    return [
        (
            each["type"],
            [
                (line["reference"].split()[0], line["amount"], line["amount_tax"])
                for line in lines_of(desk.account, each)
            ],
        )
        for each in made
    ]


def issue() -> PaymentIssue | None:
    return PaymentIssue.objects.filter(kind="tax", resolved_at=None).first()


class TestADraft:
    def test_waits_for_the_tax_and_has_it_then(self, desk: Desk, acme: Organization, now: datetime) -> None:
        made = draft(acme, now, "100", "50")
        assert (taxed(made), made.total_micros) == ([("", 0, 15_000, 0)], to_micros("150"))
        with pytest.raises(TaxAwaited):
            finalize(made, now)
        assert calculation_count(desk) == 0, "no request of staff calls Stripe"
        desk.run(now)
        made = fresh(made)
        assert (taxed(made), made.total_micros) == ([("S", 19_000, 15_000, 2_850)], to_micros("178.50"))
        assert fresh(finalize(made, now)).state == "open"
        assert balance_of(acme.pk, Role.TAX) == to_micros("28.50")

    def test_is_asked_about_once_while_it_is_the_same(self, desk: Desk, acme: Organization, now: datetime) -> None:
        made = draft(acme, now, "100")
        for _ in range(3):
            desk.run(now)
            services.refresh_tax(document_id=made.pk, now=now)
        assert calculation_count(desk) == 1
        services.edit_draft(document_id=made.pk, terms=terms("200"), now=now)
        assert taxed(fresh(made)) == [("", 0, 20_000, 0)]
        desk.run(now)
        assert (taxed(fresh(made)), calculation_count(desk)) == ([("S", 19_000, 20_000, 3_800)], 2)

    @pytest.mark.parametrize(
        ("profile", "row", "reason"),
        [
            ({"country": "FR", "vat_number": "FR40303265045"}, ("AE", 0, 10_000, 0), "Reverse charge"),
            ({"country": "FR"}, ("S", 20_000, 10_000, 2_000), ""),
            ({"country": "BR"}, ("O", 0, 10_000, 0), "Outside the scope of tax"),
            (NEW_YORK, ("S", 8_875, 10_000, 888), ""),
            (
                {"exemption_reason": "Diplomats", "exemption_certificate": "C-7", "exempt_from": date(2026, 1, 1)},
                ("E", 0, 10_000, 0),
                "Diplomats (C-7)",
            ),
        ],
    )
    def test_has_the_tax_of_the_customer_s_place(
        self, desk: Desk, acme: Organization, now: datetime, profile: Any, row: Any, reason: str
    ) -> None:
        BillingProfile.objects.update(**profile)
        made = draft(acme, now, "100")
        desk.run(now)
        made = fresh(made)
        assert taxed(made) == [row]
        assert made.taxes.get().reason.startswith(reason)
        finalize(made, now)

    def test_can_have_the_tax_inside(self, desk: Desk, acme: Organization, seller: Seller, now: datetime) -> None:
        Seller.objects.update(prices_include_tax=True)
        made = draft(acme, now, "50")
        desk.run(now)
        assert taxed(fresh(made)) == [("S", 19_000, 4_202, 798)]
        note = services.credit_invoice(
            document_id=finalize(fresh(made), now).pk,
            terms=services.CreditTerms(reason="r", amount=to_micros("10")),
            created_by="staff:ann",
            now=now,
        )
        desk.run(now)
        assert note.tax_micros == to_micros("1.60")
        assert reported(desk) == [("transaction", [("service", 5_000, 798)]), ("reversal", [("service", -1_000, -160)])]

    def test_of_the_day_before_is_taxed_anew_and_finalized_then(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        made = draft(acme, now, "100")
        desk.run(now)
        tomorrow = now + timedelta(days=1)
        desk.clock.move_to(tomorrow)
        with pytest.raises(TaxAwaited):
            finalize(fresh(made), tomorrow)
        assert refresh_dated_drafts(now=tomorrow) == 1
        desk.run(tomorrow)
        assert refresh_dated_drafts(now=tomorrow) == 0
        assert finalize(fresh(made), tomorrow).tax_date == tomorrow.date()


class TestARefusal:
    def test_is_an_issue_with_the_reason_until_the_address_is_right(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        BillingProfile.objects.update(**NEW_YORK | {"postal_code": ""})
        made = draft(acme, now, "100")
        desk.run(now)
        found = issue()
        assert found is not None
        assert (found.organization, found.actual_micros) == (acme, to_micros("100"))
        assert "could not determine the customer's tax location" in found.detail
        with pytest.raises(TaxRefused, match="tax location"):
            finalize(fresh(made), now)
        services.refresh_tax(document_id=made.pk, is_again=True, now=now)
        desk.run(now)
        assert issue() == found, "asking again changes nothing while the address is the same"
        BillingProfile.objects.update(postal_code="10001")
        services.refresh_tax(document_id=made.pk, is_again=True, now=now)
        desk.run(now)
        assert issue() is None
        assert taxed(fresh(made)) == [("S", 8_875, 10_000, 888)]

    def test_ends_with_its_draft(self, desk: Desk, acme: Organization, now: datetime) -> None:
        BillingProfile.objects.update(postal_code="00000")
        made = draft(acme, now, "100")
        desk.run(now)
        assert issue() is not None
        services.discard_draft(document_id=made.pk, now=now)
        desk.run(now)
        assert issue() is None

    def test_of_an_answer_about_something_else_is_an_issue(
        self, desk: Desk, acme: Organization, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = tax_calculations._line
        monkeypatch.setattr(tax_calculations, "_line", lambda item, *rest: real({**item, "amount": 1}, *rest))
        made = draft(acme, now, "100")
        desk.run(now)
        found = issue()
        assert found is not None
        assert "other amounts" in found.detail
        assert taxed(fresh(made)) == [("", 0, 10_000, 0)], "nothing of it is booked"


class TestStripeTaxReports:
    def test_an_invoice_and_what_notes_credit_of_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        made = draft(acme, now, "100")
        desk.run(now)
        final = finalize(fresh(made), now)
        pay(acme, "50", now)

        def credit(amount: str) -> None:
            terms = services.CreditTerms(reason="r", amount=to_micros(amount))
            services.credit_invoice(document_id=final.pk, terms=terms, created_by="staff:ann", now=now)

        credit("33.33")
        credit("66.67")
        desk.run(now)
        desk.run(now)
        assert reported(desk) == [
            ("transaction", [("service", 10_000, 1_900)]),
            ("reversal", [("service", -3_333, -633)]),
            ("reversal", [("service", -6_667, -1_267)]),
        ]
        period = TaxPeriod(seller=final.seller, first=date(2026, 11, 1), last=date(2026, 11, 30))
        assert [(row.base_micros, row.tax_micros) for row in tax_by_month(period)] == [(0, 0)]
        assert balance_of(acme.pk, Role.TAX) == 0

    def test_what_it_refuses_is_an_issue_with_the_tax(self, desk: Desk, acme: Organization, now: datetime) -> None:
        made = draft(acme, now, "100")
        desk.run(now)
        final = finalize(fresh(made), now)
        row = TaxCalculation.objects.get()
        TaxCalculation.objects.update(stripe_id="taxcalc_gone")
        desk.run(now)
        found = issue()
        assert found is not None
        assert (found.actual_micros, f"invoice {final.number}" in found.detail) == (to_micros("19"), True)
        assert row.stripe_id


class TestWhatIsFinalizedByItself:
    def test_a_late_fee_is_not_asked_about(self, desk: Desk, acme: Organization, now: datetime) -> None:
        made = services.draft_invoice(
            organization=acme,
            terms=services.DraftTerms(lines=[services.LineTerms(text="Fee", amount=to_micros("5"), product="fee")]),
            kind=Document.Kind.FEE,
            created_by="system:dunning",
            now=now,
        )
        assert finalize(made, now).state == "open"
        desk.run(now)
        assert (calculation_count(desk), reported(desk)) == (0, [])

    def test_a_service_agreement_is_invoiced_once_the_tax_is_there(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        BillingProfile.objects.update(postal_code="00000")
        made = agreement(acme, now, bill_by="invoice")
        contracts.bill_agreement(agreement_id=made.pk, now=now)
        desk.run(now)
        document = Document.objects.get()
        assert (document.state, bool(issue())) == ("draft", True)
        BillingProfile.objects.update(postal_code="80331")
        services.refresh_tax(document_id=document.pk, is_again=True, now=now)
        desk.run(now)
        document = Document.objects.get()
        assert (document.state, taxed(document), issue()) == ("open", [("S", 19_000, 5_000, 950)], None)
        assert reported(desk) == [("transaction", [("service", 5_000, 950)])]

    def test_an_installment_is_invoiced_with_what_it_asks_for_by_then(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now, months=2, credit="120", service="80")
        BillingProfile.objects.update(postal_code="00000")
        first = contract.installments.order_by("due_date")[0]
        services.invoice_installment(installment_id=first.pk, now=now)
        desk.run(now)
        (waiting,) = Document.objects.all()
        assert (waiting.state, waiting.total_micros) == ("draft", to_micros("100"))
        BillingProfile.objects.update(postal_code="80331")
        for _ in range(2):
            services.invoice_installment(installment_id=first.pk, now=now)
            desk.run(now)
        (document,) = Document.objects.all()
        assert (document.pk, document.state) == (waiting.pk, "open")
        assert taxed(document) == [("S", 19_000, 10_000, 1_900)]
        desk.run(now)
        assert reported(desk) == [("transaction", [("credit", 6_000, 1_140), ("service", 4_000, 760)])]

    def test_the_draft_of_an_installment_goes_with_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now, months=2, credit="120", service="80")
        first = contract.installments.order_by("due_date")[0]
        services.invoice_installment(installment_id=first.pk, now=now)
        assert Document.objects.count() == 1
        contracts.void_installment(installment_id=first.pk, now=now)
        desk.run(now)
        assert not Document.objects.filter(installment=first).exists()

    def test_usage_waits_for_its_tax_and_is_held_if_stripe_refuses(
        self, desk: Desk, acme: Organization, seller: Seller, now: datetime
    ) -> None:
        Seller.objects.update(review_days=0)
        customer = create_customer(
            now - timedelta(days=90),
            Seller.objects.get(),
            "globex",
            billing_mode="postpaid",
            postpaid_limit_micros=to_micros("1000"),
        )
        price(make_meter(), book=list_price_book(currency="EUR", now=EARLY), micros_per_million=10**12)
        send(customer, now, event("a", quantity=10, time="2026-10-20T12:00:00Z"))
        closing = CloseMonth.of(customer, month="2026-10", hold_reason="", reason="r", key="k")
        assert closing.figures(now)["Invoice to come"] == "10.00 EUR before tax"
        close_month(month=parse_month("2026-10"), closed_by="system:test", now=now)
        invoice_closed_month(organization=customer, month=date(2026, 10, 1), hold_reason="", now=now)
        assert Document.objects.get().state == "draft"
        desk.run(now)
        document = Document.objects.get()
        assert (document.state, taxed(document)) == ("open", [("S", 19_000, 1_000, 190)])
        send(customer, now, event("b", quantity=20, time="2026-11-10T12:00:00Z"))
        BillingProfile.objects.update(postal_code="00000")
        december = now + timedelta(days=15)
        desk.clock.move_to(december)
        close_month(month=parse_month("2026-11"), closed_by="system:test", now=december)
        desk.run(december)
        services.finalize_due(now=december)
        held = Document.objects.exclude(pk=document.pk).get()
        assert (held.is_held, "tax location" in held.hold_reason) == (True, True)


class TestBoughtCredit:
    def test_is_taxed_by_stripe_at_checkout_and_reported_with_its_invoice(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        for _ in range(2):
            url = buy(acme, now)
        assert calculation_count(desk) == 1
        assert desk.take("checkout.session")["amount_total"] == 2_975
        desk.press(url)
        desk.settle_all()
        (document,) = Document.objects.all()
        assert (document.state, taxed(document)) == ("paid", [("S", 19_000, 2_500, 475)])
        assert balance_of(acme.pk, Role.TAX) == to_micros("4.75")
        desk.refund()
        desk.settle_all()
        assert reported(desk) == [("transaction", [("credit", 2_500, 475)]), ("reversal", [("credit", -2_500, -475)])]

    def test_is_not_sold_while_stripe_refuses(self, desk: Desk, acme: Organization, now: datetime) -> None:
        BillingProfile.objects.update(postal_code="00000")
        with pytest.raises(TaxRefused):
            buy(acme, now)
        found = issue()
        assert found is not None
        assert found.actual_micros == to_micros("25")

    def test_is_taxed_before_a_saved_card_is_charged(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        desk.settle_all()
        assert desk.take("payment_intent")["amount"] == 5_950
        assert taxed(Document.objects.get()) == [("S", 19_000, 5_000, 950)]
        assert reported(desk) == [("transaction", [("credit", 5_000, 950)])]


def test_drafts_follow_their_seller_to_stripe_and_back(
    desk: Desk, acme: Organization, seller: Seller, now: datetime
) -> None:
    Seller.objects.update(tax_engine="table")
    made = draft(acme, now, "100")
    assert taxed(made) == [("S", 19_000, 10_000, 1_900)]
    for engine, at in (("stripe", now), ("table", now + timedelta(minutes=1))):
        Seller.objects.update(tax_engine=engine)
        refresh_drafts_of(seller_id=seller.pk, now=at)
        desk.run(at)
        assert (taxed(fresh(made)), calculation_count(desk)) == ([("S", 19_000, 10_000, 1_900)], 1)
        assert bool(fresh(made).tax_calculation_id) == (engine == "stripe")


def test_usage_that_untaxed_credit_paid_is_taxed_and_reported_and_taken_back_if_it_is_given_back(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    Seller.objects.update(prices_include_tax=True, review_days=0)
    create_grant(acme, "119", now, source=Source.TOP_UP, paid_micros=to_micros("119"))
    spent = charge(acme, "59.50", now)
    invoice_closed_month(organization=acme, month=now.date().replace(day=1), hold_reason="", now=now)
    desk.run(now)
    made = Document.objects.get()
    assert (made.state, made.is_of_month, taxed(made)) == ("paid", True, [("S", 19_000, 5_000, 950)])
    undo_transfer(
        organization=acme, transfer_id=spent.pk, cause=cause_of(acme), reason="Wrong", created_by="staff:ann", now=now
    )
    invoice_closed_month(organization=acme, month=now.date().replace(day=1), hold_reason="", now=now)
    desk.run(now)
    note = Document.objects.get(type="credit_note")
    assert (note.credited, note.net_micros, note.tax_micros) == (made, to_micros("50"), to_micros("9.50"))
    assert reported(desk) == [("transaction", [("usage", 5_950, 950)]), ("reversal", [("usage", -5_950, -950)])]


class TestSeveralPlaces:
    """New York taxes 4 %, New York City 4.5 % and the commuters' district 0.375 %."""

    PLACES = (
        "New York 4\N{NO-BREAK SPACE}%: {0}, New York City 4.5\N{NO-BREAK SPACE}%: {1}, "
        "Commuters 0.375\N{NO-BREAK SPACE}%: {2}"
    )

    def test_are_shown_with_the_exact_rate_and_their_amounts(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        BillingProfile.objects.update(**NEW_YORK)
        made = draft(acme, now, "100")
        desk.run(now)
        final = finalize(fresh(made), now)
        note = services.credit_invoice(
            document_id=final.pk,
            terms=services.CreditTerms(reason="r", amount=to_micros("50")),
            created_by="staff:ann",
            now=now,
        )
        sums = ("4.00", "4.50", "0.38"), ("2.00", "2.25", "0.19")
        texts = (self.PLACES.format(*(f"{each}\N{NO-BREAK SPACE}EUR" for each in places)) for places in sums)
        for document, places in zip((final, note), texts, strict=True):
            letter = letter_of(fresh(document))
            (lines, *remarks) = letter.sections
            assert lines.rows[0][1] == "8.875\N{NO-BREAK SPACE}%"
            assert any(places in section.text for section in remarks), [section.text for section in remarks]
            assert any(places in each["BT-22"] for each in facturx_data(fresh(document))["BG-1"])
            assert broken_rules(facturx_xml(fresh(document))) == []
        (told,) = details(find_document(acme, final.pk), acme, now, {})["taxes"]
        assert [(each["name"], float(each["rate"]), float(each["tax"])) for each in told["places"]] == [
            ("New York", 4, 4),
            ("New York City", 4.5, 4.5),
            ("Commuters", 0.375, 0.38),
        ]

    def test_finer_than_a_thousandth_of_a_percent_are_not_rounded(
        self, desk: Desk, acme: Organization, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        finer = (("state", "Kansas", "6.5"), ("district", "Transit", "1.1125"))
        monkeypatch.setitem(tax_calculations.STATES, "KS", finer)
        BillingProfile.objects.update(**NEW_YORK | {"region": "KS"})
        made = draft(acme, now, "100")
        desk.run(now)
        final = fresh(finalize(fresh(made), now))
        (placed,) = placed_taxes(final, final.taxes.all()).values()
        assert (taxed(final), placed.rate) == ([("S", 7_613, 10_000, 761)], Decimal("7.6125"))
