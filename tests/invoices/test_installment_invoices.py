"""Invoices for installments: what they ask for and post, and how they and their installments follow each other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.backoffice.home.receivables import overdue
from apps.billing_profiles.errors import NoTaxRule
from apps.billing_profiles.models import BillingProfile, Seller, TaxRate
from apps.common.money import Micros, to_micros
from apps.contracts import services as contracts
from apps.contracts.consistency import contract_mismatches
from apps.contracts.errors import InstallmentOnInvoice
from apps.contracts.models import Contract, Installment
from apps.contracts.selectors import overdue_installments
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import InstallmentDecides
from apps.invoices.models import Document, Money
from apps.invoices.services.credit_notes import credit_locked
from apps.invoices.services.locks import lock_document
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances
from tests.contracts.factories import active, discount, draft_fields, offer, pay, refund, rows
from tests.invoices import factories
from tests.invoices.test_invoices import books, fresh

pytestmark = pytest.mark.django_db
State, Row = Document.State, Installment.State


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert [str(each) for each in (*invoice_mismatches(), *contract_mismatches())] == []
    for acme in Organization.objects.all():
        assert account_balances(acme).get(Role.BILLED, 0) == left_net(acme)


def left_net(acme: Organization) -> int:
    """What is left of all invoices for installments, without tax."""
    documents = Document.objects.filter(organization=acme, kind="installment", type="invoice").exclude(number="")
    return sum(each.balance.left_shares.net for each in documents)


@pytest.fixture
def seller(now: datetime) -> Seller:
    return factories.create_seller_with_one_rate(now)


@pytest.fixture
def acme(now: datetime, seller: Seller) -> Organization:
    return factories.create_customer(now, seller)


@pytest.fixture
def contract(acme: Organization, now: datetime) -> Contract:
    """A quarter with 600 of credit and 400 of service, paid at once."""
    return offer(acme, now, months=3, frequency="quarterly", credit="600", service="400")


@pytest.mark.parametrize("product", ["credit", "service"])
def test_no_contract_is_offered_whose_installments_could_not_be_taxed(
    acme: Organization, product: str, now: datetime
) -> None:
    TaxRate.objects.filter(product=product).delete()
    with pytest.raises(NoTaxRule):
        offer(acme, now, months=3, credit="600", service="400")
    Seller.objects.update(street="")
    assert offer(acme, now, months=3, credit="600", service="400").status == "pending_payment"


@pytest.fixture
def made(contract: Contract, now: datetime) -> Document:
    return invoice(contract, now)


def invoice(contract: Contract, now: datetime) -> Document:
    found = services.invoice_installment(installment_id=rows(contract)[0].pk, now=now)
    assert found is not None
    return found


def receive(acme: Organization, amount: str, now: datetime, key: str = "b1") -> Money:
    return factories.pay(acme, amount, now, key=key)


def row(contract: Contract) -> Installment:
    return rows(contract)[0]


def follow(contract: Contract, now: datetime) -> None:
    services.follow_installments(contract_id=contract.pk, now=now)


def credit(document: Document, now: datetime, amount: str | None = None, **given: Any) -> Document:
    terms = services.CreditTerms(reason="r", amount=to_micros(amount) if amount else None, **given)
    return services.credit_invoice(document_id=document.pk, terms=terms, created_by="staff:ann", now=now)


class TestPaid:
    def test_example_one_is_billed_then_paid_by_bank(self, acme, contract, made, now):
        assert books(acme) == {"invoiced": "-1190.00", "billed": "1000.00", "tax": "190.00"}
        lines = [(line.product, line.amount_micros // 10**6, line.last_day) for line in made.lines.order_by("position")]
        last = made.last_day
        assert (lines, made.due_date) == (
            [("credit", 600, last), ("service", 400, last)],
            made.issue_date + timedelta(days=1),
        )
        receive(acme, "1190", now)
        assert books(acme) == {"manual_receipts": "-1190.00", "wallet": "600.00", "deferred": "400.00", "tax": "190.00"}
        assert (fresh(made).state, row(contract).state) == (State.PAID, Row.PAID)

    @pytest.mark.parametrize("tax_point", ["invoice", "payment"])
    def test_example_two_in_parts(self, acme, contract, seller, now, tax_point):
        seller.tax_point = tax_point
        seller.save()
        made = invoice(contract, now)
        receive(acme, "500", now)
        tax = {"tax": "190.00"} if tax_point == "invoice" else {"tax": "79.83", "tax_pending": "110.17"}
        found = {"invoiced": "-690.00", "billed": "579.83", "installments": "420.17", "manual_receipts": "-500.00"}
        assert books(acme) == found | tax
        assert (fresh(made).state, row(contract).state) == (State.PART_PAID, Row.PARTIALLY_PAID)
        receive(acme, "700", now, "b2")
        assert books(acme) == {
            "manual_receipts": "-1200.00", "wallet": "600.00", "deferred": "400.00", "tax": "190.00",
            "unapplied": "10.00",
        }  # fmt: skip

    def test_by_unapplied_money_when_it_is_finalized(self, acme, contract, now):
        receive(acme, "1190", now)
        assert (invoice(contract, now).state, row(contract).state) == (State.PAID, Row.PAID)
        assert books(acme)["wallet"] == "600.00"

    def test_asks_once_and_only_for_the_rest(self, acme, contract, now):
        pay(row(contract), now, "250")
        made = invoice(contract, now)
        assert (made.net_micros, services.invoice_installment(installment_id=row(contract).pk, now=now)) == (
            to_micros("750"),
            None,
        )
        receive(acme, "892.50", now)
        assert (row(contract).state, books(acme)["wallet"]) == (Row.PAID, "600.00")

    def test_money_and_refunds_go_through_the_invoice(self, acme, contract, made, now):
        with pytest.raises(InstallmentOnInvoice):
            pay(row(contract), now)
        receive(acme, "1190", now)
        with pytest.raises(InstallmentOnInvoice):
            refund(row(contract), "10", now)


class TestFollows:
    def test_a_discount_is_credited_and_comes_out_of_promotions(self, acme, contract, made, now):
        discount(acme, "100", now)
        follow(contract, now)
        assert books(acme) == {"invoiced": "-1071.00", "billed": "900.00", "tax": "171.00"}
        receive(acme, "1071", now)
        assert books(acme) == {
            "manual_receipts": "-1071.00", "wallet": "600.00", "deferred": "400.00", "tax": "171.00",
            "promotions": "-100.00",
        }  # fmt: skip

    def test_a_credit_note_gives_the_reason_in_the_customers_language(self, acme, contract, now):
        BillingProfile.objects.update(language="de")
        invoice(contract, now)
        discount(acme, "100", now)
        follow(contract, now)
        assert Document.objects.get(type="credit_note").note == "Der fällige Betrag wurde gesenkt."

    def test_a_discount_before_it_is_a_reduction(self, acme, contract, now):
        discount(acme, "100", now)
        made = invoice(contract, now)
        lowered = [line.amount_micros // 10**6 for line in made.lines.filter(is_reduction=True).order_by("position")]
        assert (made.net_micros, lowered) == (to_micros("900"), [60, 40])

    def test_a_withdrawn_discount_is_asked_for_anew(self, acme, contract, now):
        discount(acme, "100", now)
        made = invoice(contract, now)
        contracts.withdraw_discount(organization=acme, key="redemption:1", now=now)
        rest = invoice(contract, now)
        receive(acme, "1190", now)
        assert (rest.net_micros, fresh(made).state, row(contract).state) == (to_micros("100"), State.PAID, Row.PAID)

    def test_a_void_installment_takes_the_rest_of_it_back(self, acme, contract, made, now):
        receive(acme, "500", now)
        contracts.void_installment(installment_id=row(contract).pk, now=now)
        follow(contract, now)
        assert books(acme) == {"installments": "420.17", "tax": "79.83", "manual_receipts": "-500.00"}
        credit(made, now, destination=Role.MANUAL_RECEIPTS)
        assert books(acme) == {}

    def test_void_takes_the_installment_with_it(self, acme, contract, made, now):
        with pytest.raises(InstallmentDecides):
            credit(made, now)
        services.void_invoice(document_id=made.pk, reason="r", created_by="staff:ann", now=now)
        follow(contract, now)
        assert (books(acme), row(contract).state, fresh(made).state) == ({}, Row.VOID, State.VOID)

    def test_money_for_a_void_installment_waits_to_be_returned(self, acme, contract, made, now):
        contracts.void_installment(installment_id=row(contract).pk, now=now)
        receive(acme, "1190", now)
        credit(made, now)
        assert books(acme) == {"manual_receipts": "-1190.00", "unapplied": "1190.00"}

    @pytest.mark.parametrize("by", ["installment", "invoice"])
    def test_example_eleven_written_off_and_paid_after_all(self, acme, contract, made, now, by):
        receive(acme, "500", now)
        if by == "invoice":
            services.write_off_invoice(
                document_id=made.pk, left=Micros(690_000_000), reason="r", created_by="staff:ann", now=now
            )
        else:
            contracts.write_off_installment(installment_id=row(contract).pk, now=now)
        follow(contract, now)
        written_off = {
            "installments": "420.17", "tax": "190.00", "manual_receipts": "-500.00", "write_offs": "-110.17",
        }  # fmt: skip
        assert books(acme) == written_off
        factories.pay(acme, "100", now, key="b2", invoice_id=made.pk)
        assert books(acme) == {
            "installments": "504.21", "tax": "190.00", "manual_receipts": "-600.00", "write_offs": "-94.21",
        }  # fmt: skip
        assert (fresh(made).state, row(contract).state) == (State.UNCOLLECTIBLE, Row.PARTIALLY_PAID)

    def test_marked_uncollectible_it_posts_nothing_and_can_still_be_paid(self, acme, contract, made, now):
        owed = books(acme)
        services.mark_uncollectible(document_id=made.pk, reason="r", created_by="staff:ann", now=now)
        follow(contract, now)
        assert (books(acme), fresh(made).state, row(contract).state) == (owed, State.UNCOLLECTIBLE, Row.DUE)
        services.reopen_invoice(document_id=made.pk, created_by="staff:ann", now=now)
        assert (books(acme), fresh(made).state) == (owed, State.OPEN)
        services.mark_uncollectible(document_id=made.pk, reason="r", created_by="staff:ann", now=now)
        factories.pay(acme, "500", now, invoice_id=made.pk)
        assert (fresh(made).state, row(contract).state) == (State.UNCOLLECTIBLE, Row.PARTIALLY_PAID)
        factories.pay(acme, "690", now, key="b2", invoice_id=made.pk)
        assert (fresh(made).state, row(contract).state) == (State.PAID, Row.PAID)
        assert books(acme) == {"manual_receipts": "-1190.00", "wallet": "600.00", "deferred": "400.00", "tax": "190.00"}

    def test_taken_up_again(self, acme, contract, made, now):
        contracts.write_off_installment(installment_id=row(contract).pk, now=now)
        follow(contract, now)
        services.reopen_invoice(document_id=made.pk, created_by="staff:ann", now=now)
        follow(contract, now)
        assert (fresh(made).state, row(contract).state) == (State.OPEN, Row.DUE)
        assert books(acme) == {"invoiced": "-1190.00", "billed": "1000.00", "tax": "190.00"}


class TestGoesBack:
    @pytest.fixture
    def paid(self, acme: Organization, made: Document, now: datetime) -> Document:
        receive(acme, "1190", now)
        return fresh(made)

    def test_example_ten_credited_after_it_was_paid(self, acme, paid, now):
        credit(paid, now, "500", destination=Role.MANUAL_RECEIPTS)
        assert books(acme) == {
            "manual_receipts": "-595.00", "wallet": "300.00", "deferred": "200.00", "tax": "95.00",
        }  # fmt: skip
        credit(paid, now)
        assert books(acme) == {"manual_receipts": "-595.00", "unapplied": "595.00"}

    def test_a_returned_transfer_opens_it_and_a_new_one_restores_all(self, acme, contract, paid, now):
        services.return_money(money_id=Money.objects.get().pk, created_by="staff:ann", now=now)
        assert books(acme) == {"invoiced": "-1190.00", "billed": "1000.00", "tax": "190.00"}
        assert (fresh(paid).state, row(contract).state) == (State.OPEN, Row.REVERSED)
        follow(contract, now)
        receive(acme, "190", now, "b2")
        assert "wallet" not in books(acme)
        receive(acme, "1000", now, "b3")
        assert books(acme) == {"manual_receipts": "-1190.00", "wallet": "600.00", "deferred": "400.00", "tax": "190.00"}
        assert (fresh(paid).state, row(contract).state) == (State.PAID, Row.PAID)


def test_an_agreed_discount_is_a_line_of_its_own_and_lowers_what_is_asked(acme, now):
    terms = draft_fields(months=3, frequency="quarterly", credit="600", service="400")
    agreed = replace(terms.agreed, discount_percent_micros=to_micros("12.5"))
    contract = contracts.draft_contract(
        organization=acme, draft=replace(terms, agreed=agreed), created_by="staff:ann", now=now
    )
    contracts.offer_contract(contract_id=contract.pk, seen_revision=contract.revision, now=now)
    made = invoice(contract, now)
    lines = [(line.product, line.amount_micros, line.is_reduction) for line in made.lines.order_by("position")]
    assert lines == [
        ("credit", to_micros("600"), False),
        ("service", to_micros("400"), False),
        ("credit", to_micros("75"), True),
        ("service", to_micros("50"), True),
    ]
    assert made.net_micros == row(contract).payable_micros == to_micros("875")


class TestWhenItIsOverdue:
    """An installment on an invoice is overdue by the due date of the invoice, on every page."""

    @pytest.fixture
    def late(self, acme, now):
        """An installment that was overdue when its invoice was made, which is due on the next day."""
        contract = offer(acme, now, start="2026-11-01", months=3, frequency="quarterly", credit="600")
        contracts.mark_overdue(contract_id=contract.pk, now=now)
        assert row(contract).overdue_at is not None
        return contract

    def test_an_invoice_with_a_later_due_date_ends_it(self, late, acme, now):
        made = invoice(late, now)
        found = row(late)
        assert (found.overdue_at, found.pay_by) == (None, made.due_date)
        assert made.due_date > now.date()
        assert found.shown_state(now.date()) == ("scheduled", "Scheduled")
        assert overdue("EUR", now) == []
        assert not overdue_installments(Installment.objects.all()).exists()
        assert contracts.mark_overdue(contract_id=late.pk, now=now) == 0
        contracts.mark_installment_overdue(installment_id=found.pk, now=now)  # an attempt to charge it failed
        assert row(late).overdue_at is None

    def test_an_invoice_credited_as_a_whole_leaves_it_due_by_the_contract(self, late, acme, now):
        made = invoice(late, now)
        with transaction.atomic():  # as a credit note at Stripe does
            terms = services.CreditTerms(reason="Credited at Stripe")
            credit_locked(lock_document(made.pk, now=now), terms, "system:stripe", now)
        found = row(late)
        assert (found.is_open, found.pay_by) == (True, found.due_date)
        assert contracts.mark_overdue(contract_id=late.pk, now=now) == 1
        again = invoice(late, now)
        assert (row(late).pay_by, row(late).overdue_at) == (again.due_date, None)

    def test_it_is_again_once_the_invoice_is(self, late, acme, now):
        made = invoice(late, now)
        later = now + timedelta(days=3)
        assert contracts.mark_overdue(contract_id=late.pk, now=later) == 1
        assert made.is_overdue(later)
        assert [each.due for each in overdue("EUR", later)] == [made.due_date]
        assert row(late).shown_state(later.date())[0] == "overdue"

    def test_a_running_contract_is_not_past_due_before(self, acme, now):
        contract = active(acme, now, start="2026-10-01", months=3, frequency="monthly", credit="600")
        contracts.mark_overdue(contract_id=contract.pk, now=now)
        contract.refresh_from_db()
        assert contract.status == "past_due"
        services.invoice_installment(installment_id=rows(contract)[1].pk, now=now)
        contract.refresh_from_db()
        assert contract.status == "active"
