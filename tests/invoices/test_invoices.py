"""Invoices by hand from draft to paid: the transfers of each step, and a numbered one never changes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from apps.billing_profiles.errors import NoTaxRule, ProfileIncomplete, ValueDateAhead
from apps.billing_profiles.models import Seller, TaxRate
from apps.common.errors import BillingError
from apps.common.money import Micros, to_micros
from apps.common.periods import midnight
from apps.invoices import services
from apps.invoices.actions import CreditInvoice, LineCredit, ReopenInvoice, ReturnMoney
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import (
    AboveRemaining,
    ChangedMeanwhile,
    HasPayments,
    LineExceeded,
    NotADraft,
    NotPayable,
    StateForbids,
)
from apps.invoices.models import Application, Document, DocumentLine
from apps.invoices.selectors import overdue_invoices
from apps.ledger.errors import IdempotencyMismatch
from apps.payments.models import PaymentIssue
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances
from tests.causes import FAMILIES, dead_ends, posted_families
from tests.invoices import factories
from tests.invoices.factories import draft, finalize, invoice, pay

pytestmark = pytest.mark.django_db
State = Document.State


@pytest.fixture
def seller(now: datetime) -> Seller:
    return factories.create_seller(now)


@pytest.fixture
def acme(now: datetime, seller: Seller) -> Organization:
    return factories.create_customer(now, seller)


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert invoice_mismatches() == []


def books(organization: Organization) -> dict[str, str]:
    """The balances that are not zero, in whole units."""
    return {str(role): f"{micros / 1_000_000:.2f}" for role, micros in account_balances(organization).items() if micros}


def fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


class TestDraft:
    def test_shows_the_sums_and_posts_nothing(self, acme, now):
        made = draft(acme, now, "0.33", "0.33", "0.33")
        assert (made.net_micros, made.tax_micros) == (to_micros("0.99"), to_micros("0.19"))
        assert (made.number, made.state, books(acme)) == ("", State.DRAFT, {})

    def test_adds_up_to_what_can_be_stored(self, acme, now):
        with pytest.raises(NotPayable):
            draft(acme, now, "9000000000000", "9000000000000")

    def test_is_edited_and_discarded(self, acme, now):
        made = draft(acme, now, "10")
        edited = services.edit_draft(document_id=made.pk, terms=factories.terms("20", "5"), now=now)
        assert (edited.total_micros, edited.lines.count()) == (to_micros("29.75"), 2)
        services.discard_draft(document_id=made.pk, now=now)
        assert not Document.objects.exists()

    def test_needs_a_profile_a_tax_rate_and_payable_amounts(self, acme, now, seller):
        TaxRate.objects.filter(product="usage").delete()
        with pytest.raises(NoTaxRule):
            draft(acme, now, "10", product="usage")
        with pytest.raises(NotPayable) as refused:
            draft(acme, now, "10", "0.001")
        assert refused.value.field == "lines.1.amount"
        nobody = factories.create_customer(now, seller, "nobody", city="")
        with pytest.raises(ProfileIncomplete, match="city"):
            draft(nobody, now, "10")


class TestFinalizing:
    def test_numbers_and_posts_it(self, acme, now):
        made = invoice(acme, now, "1000")
        assert (made.number, made.issue_date, made.due_date) == (
            "TEST-INV-2026-00001",
            now.date(),
            now.date() + timedelta(days=30),
        )
        assert (made.state, made.left_micros) == (State.OPEN, to_micros("1190"))
        assert books(acme) == {"invoiced": "-1190.00", "revenue": "1000.00", "tax": "190.00"}
        assert invoice(acme, now, "1").number == "TEST-INV-2026-00002"

    def test_happens_once_and_at_the_total_that_was_shown(self, acme, now):
        made = draft(acme, now, "1000")
        with pytest.raises(ChangedMeanwhile):
            services.finalize_invoice(document_id=made.pk, total=Micros(1), created_by="staff:ann", now=now)
        finalize(made, now)
        for step in (finalize, lambda row, now: services.edit_draft(document_id=row.pk, terms=None, now=now)):
            with pytest.raises(NotADraft):
                step(made, now)

    def test_takes_the_tax_of_the_last_day_of_the_service(self, acme, now):
        made = draft(acme, now, "10", period_start=date(2019, 12, 1), period_end=date(2020, 1, 2))
        assert made.tax_date == date(2020, 1, 1)
        with pytest.raises(NoTaxRule):
            draft(acme, now, "10", period_start=date(2019, 12, 1), period_end=date(2020, 1, 1))

    def test_includes_the_tax_where_prices_do(self, now, seller):
        seller.prices_include_tax = True
        seller.save()
        made = invoice(factories.create_customer(now, seller), now, "50")
        assert (made.net_micros, made.tax_micros) == (to_micros("42.02"), to_micros("7.98"))

    def test_its_number_follows_the_seller_s_year(self, acme, now):
        last = datetime(2026, 12, 31, 23, 59, tzinfo=now.tzinfo)
        assert invoice(acme, last, "1").number == "TEST-INV-2026-00001"
        assert invoice(acme, last + timedelta(minutes=2), "1").number == "TEST-INV-2027-00001"
        assert invoice(acme, last, "1").issue_date == last.date()

    @pytest.mark.parametrize(
        "change",
        [
            lambda row: Document.objects.filter(pk=row.pk).update(total_micros=1, net_micros=1, tax_micros=0),
            lambda row: Document.objects.filter(pk=row.pk).update(note="other"),
            lambda row: Document.objects.filter(pk=row.pk).delete(),
            lambda row: row.lines.all().delete(),
            lambda row: row.lines.update(text="other"),
            lambda row: row.lines.update(document=draft(row.organization, row.created_at, "1")),
            lambda row: Document.objects.filter(pk=row.pk).update(id=uuid4()),
            lambda row: row.taxes.update(rate=0),
            lambda row: row.parties.update(legal_name="other"),
            lambda row: DocumentLine.objects.create(
                organization_id=row.organization_id, document=row, position=9, text="more", amount_micros=0
            ),
            lambda row: Document.objects.filter(pk=row.pk).update(paid_micros=row.total_micros + 1),
        ],
    )
    def test_fixes_it_for_good(self, acme, now, change):
        made = invoice(acme, now, "10")
        with pytest.raises(IntegrityError), transaction.atomic():
            change(made)


class TestPayment:
    def test_in_parts_and_more_than_is_due(self, acme, now):
        made = invoice(acme, now, "1000")
        pay(acme, "500", now)
        assert (fresh(made).state, fresh(made).left_micros) == (State.PART_PAID, to_micros("690"))
        pay(acme, "700", now, key="b2")
        paid = fresh(made)
        assert (paid.state, paid.paid_on, paid.left_micros) == (State.PAID, now.date(), 0)
        assert [(row.net_micros, row.tax_micros) for row in Application.objects.order_by("amount_micros")] == [
            (to_micros("420.17"), to_micros("79.83")),
            (to_micros("579.83"), to_micros("110.17")),
        ]
        assert books(acme) == {
            "manual_receipts": "-1200.00",
            "revenue": "1000.00",
            "tax": "190.00",
            "unapplied": "10.00",
        }

    def test_beyond_pays_the_next_invoice(self, acme, now):
        invoice(acme, now, "1000")
        pay(acme, "1200", now)
        following = invoice(acme, now, "500")
        assert (following.state, following.left_micros) == (State.PART_PAID, to_micros("585"))
        assert "unapplied" not in books(acme)

    def test_goes_to_the_oldest_due_invoices_or_the_one_it_names(self, acme, now):
        older, newer = invoice(acme, now, "10"), invoice(acme, now + timedelta(days=1), "10")
        pay(acme, "11.90", now, invoice_id=newer.pk)
        assert [fresh(each).state for each in (older, newer)] == [State.OPEN, State.PAID]
        pay(acme, "11.90", now, key="b2")
        assert fresh(older).state == State.PAID

    def test_is_booked_once(self, acme, now):
        invoice(acme, now, "10")
        assert pay(acme, "5", now).pk == pay(acme, "5", now).pk
        with pytest.raises(IdempotencyMismatch):
            pay(acme, "6", now)

    def test_counts_from_its_value_date_or_the_first_open_day(self, acme, now, seller):
        made = invoice(acme, now, "10")
        transfer = services.BankTransfer(
            organization=acme, amount=to_micros("5"), value_date=date(2026, 10, 29), reference="r", key="k"
        )
        seller.closed_through = date(2026, 10, 31)
        seller.save()
        services.record_bank_transfer(transfer, created_by="staff:ann", now=now)
        row = Application.objects.select_related("transfer").get(document=made)
        assert row.transfer.effective_at == datetime(2026, 11, 1, tzinfo=now.tzinfo)
        assert row.value_date == date(2026, 10, 29)
        ahead = services.BankTransfer(
            organization=acme, amount=to_micros("5"), value_date=date(2026, 11, 19), reference="r", key="k2"
        )
        with pytest.raises(ValueDateAhead):
            services.record_bank_transfer(ahead, created_by="staff:ann", now=now)

    def test_that_the_bank_takes_back_opens_the_invoices(self, acme, now):
        first, second = invoice(acme, now, "10"), invoice(acme, now, "10")
        money = pay(acme, "30", now)
        services.return_money(money_id=money.pk, created_by="staff:ann", now=now)
        assert [fresh(each).state for each in (first, second)] == [State.OPEN, State.OPEN]
        assert books(acme) == {"invoiced": "-23.80", "revenue": "20.00", "tax": "3.80"}
        with pytest.raises(StateForbids):
            services.return_money(money_id=money.pk, created_by="staff:ann", now=now)

    def test_money_refunded_before_the_bank_returned_it_is_our_loss_and_an_issue(self, acme, now, deliver_outbox):
        made = invoice(acme, now, "10")
        money = pay(acme, "30", now)
        services.pay_back_money(money_id=money.pk, amount=to_micros("8"), key="p", created_by="staff:ann", now=now)
        services.return_money(money_id=money.pk, created_by="staff:ann", now=now)
        assert fresh(made).state == State.OPEN
        owed = {"invoiced": "-11.90", "revenue": "10.00", "tax": "1.90"}
        assert books(acme) == owed | {"write_offs": "-8.00", "manual_receipts": "8.00"}
        assert posted_families() - FAMILIES == set()
        deliver_outbox(now)
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.organization, issue.actual_micros) == ("our_loss", acme, to_micros("8"))

    def test_unapplied_is_applied_by_hand_or_paid_back(self, acme, now, seller):
        money = pay(acme, "30", now)
        made = draft(acme, now, "10")
        services.pay_back_money(money_id=money.pk, amount=to_micros("25"), key="p1", created_by="staff:ann", now=now)
        finalize(made, now)
        assert (fresh(made).left_micros, books(acme).get("unapplied")) == (to_micros("6.90"), None)
        other = factories.create_customer(now, seller, "other")
        foreign = pay(other, "5", now)
        with pytest.raises(StateForbids):
            services.apply_money(
                money_id=foreign.pk, invoice_id=made.pk, amount=to_micros("5"), created_by="staff:ann", now=now
            )
        with pytest.raises(AboveRemaining):
            services.pay_back_money(
                money_id=foreign.pk, amount=to_micros("6"), key="p2", created_by="staff:ann", now=now
            )

    def test_makes_tax_owed_where_that_is_the_tax_point(self, now, seller):
        seller.tax_point = "payment"
        seller.save()
        acme = factories.create_customer(now, seller)
        invoice(acme, now, "1000")
        pay(acme, "500", now)
        assert (books(acme)["tax_pending"], books(acme)["tax"]) == ("110.17", "79.83")


def credit(document: Document, now: datetime, *, amount: str = "", **fields) -> Document:
    terms = services.CreditTerms(
        reason=fields.pop("reason", "Agreed"), amount=to_micros(amount) if amount else None, **fields
    )
    return services.credit_invoice(document_id=document.pk, terms=terms, created_by="staff:ann", now=now)


class TestCreditNotes:
    def test_in_thirds_add_up_to_the_tax(self, acme, now):
        made = invoice(acme, now, "10.01")
        notes = [credit(made, now, amount=each) for each in ("3.34", "3.34")] + [credit(made, now)]
        assert [note.tax_micros for note in notes] == [to_micros(each) for each in ("0.63", "0.64", "0.63")]
        assert [note.number for note in notes][::2] == ["TEST-CN-2026-00001", "TEST-CN-2026-00003"]
        assert (fresh(made).state, books(acme)) == (State.VOID, {})

    def test_lower_what_is_left_and_keep_what_was_paid_as_unapplied_money(self, acme, now):
        made = invoice(acme, now, "1000")
        pay(acme, "500", now)
        note = credit(made, now)
        assert (note.state, note.total_micros) == (State.FINAL, to_micros("1190"))
        assert (fresh(made).state, fresh(made).left_micros) == (State.PAID, 0)
        assert books(acme) == {"manual_receipts": "-500.00", "unapplied": "500.00"}
        following = invoice(acme, now, "100")
        assert following.state == State.PAID

    def test_pay_back_by_bank_if_told(self, acme, now):
        made = invoice(acme, now, "100")
        pay(acme, "119", now)
        credit(made, now, amount="50", destination=Role.MANUAL_RECEIPTS)
        assert books(acme) == {"manual_receipts": "-59.50", "revenue": "50.00", "tax": "9.50"}

    def test_by_line_take_at_most_what_is_left_of_it(self, acme, now):
        made = invoice(acme, now, "100", "50")
        first, second = made.lines.order_by("position")
        credit(made, now, lines={second.pk: to_micros("30")})
        with pytest.raises(LineExceeded, match=r"20.00 EUR of “Consulting 2”"):
            credit(made, now, lines={first.pk: to_micros("10"), second.pk: to_micros("21")})
        with pytest.raises(LineExceeded):
            credit(made, now, amount="121")
        assert fresh(made).left_micros == to_micros("142.80")

    def test_of_prices_that_include_tax_add_up(self, now, seller):
        seller.prices_include_tax = True
        seller.save()
        made = invoice(factories.create_customer(now, seller), now, "50")
        notes = [credit(made, now, amount="16.67"), credit(made, now, amount="16.67"), credit(made, now)]
        assert sum(note.net_micros for note in notes) == to_micros("42.02")
        assert sum(note.total_micros for note in notes) == to_micros("50")

    def test_need_a_reason_and_an_invoice(self, acme, now):
        with pytest.raises(StateForbids):
            credit(draft(acme, now, "1"), now)
        made = invoice(acme, now, "1")
        with pytest.raises(BillingError) as refused:
            credit(made, now, reason=" ")
        assert refused.value.field == "reason"

    def test_void_what_nobody_paid(self, acme, now):
        made = invoice(acme, now, "100")
        services.void_invoice(document_id=made.pk, reason="Wrong customer", created_by="staff:ann", now=now)
        assert (fresh(made).state, books(acme)) == (State.VOID, {})
        paid = invoice(acme, now, "100")
        pay(acme, "1", now)
        with pytest.raises(HasPayments):
            services.void_invoice(document_id=paid.pk, reason="r", created_by="staff:ann", now=now)

    def test_split_what_was_paid_anew(self, acme, now, seller):
        seller.tax_point = "payment"
        seller.save()
        made = invoice(acme, now, "100")
        pay(acme, "60", now)
        credit(made, now, amount="30")
        assert books(acme)["tax"] == f"{fresh(made).balance.paid_shares.tax / 1_000_000:.2f}"


class TestGivingUp:
    def test_marking_posts_nothing_and_is_undone(self, acme, now):
        made = invoice(acme, now, "100")
        before = books(acme)
        services.mark_uncollectible(document_id=made.pk, reason="r", created_by="staff:ann", now=now)
        assert (fresh(made).state, books(acme)) == (State.UNCOLLECTIBLE, before)
        services.reopen_invoice(document_id=made.pk, created_by="staff:ann", now=now)
        assert (fresh(made).state, books(acme)) == (State.OPEN, before)

    def test_writing_off_then_money_then_taking_it_up_again(self, acme, now):
        made = invoice(acme, now, "1000")
        pay(acme, "500", now)
        with pytest.raises(ChangedMeanwhile):
            services.write_off_invoice(document_id=made.pk, left=Micros(1), reason="r", created_by="staff:ann", now=now)
        services.write_off_invoice(
            document_id=made.pk, left=to_micros("690"), reason="r", created_by="staff:ann", now=now
        )
        assert (fresh(made).state, books(acme)["write_offs"]) == (State.UNCOLLECTIBLE, "-690.00")
        with pytest.raises(StateForbids):
            credit(made, now)
        pay(acme, "100", now, key="b2", invoice_id=made.pk)
        assert (fresh(made).written_off_micros, books(acme)["write_offs"]) == (to_micros("590"), "-590.00")
        services.reopen_invoice(document_id=made.pk, created_by="staff:ann", now=now)
        assert (fresh(made).state, fresh(made).left_micros) == (State.PART_PAID, to_micros("590"))
        assert "write_offs" not in books(acme)

    def test_again_after_money_that_recovered_all_of_it_went_back(self, acme, now):
        made = invoice(acme, now, "100")
        for place in range(2):
            services.write_off_invoice(
                document_id=made.pk, left=to_micros("119"), reason="r", created_by="staff:ann", now=now
            )
            money = pay(acme, "119", now, key=f"b{place}", invoice_id=made.pk)
            assert fresh(made).state == State.PAID
            services.return_money(money_id=money.pk, created_by="staff:ann", now=now)
        assert (fresh(made).state, fresh(made).left_micros) == (State.UNCOLLECTIBLE, to_micros("119"))

    def test_gives_the_tax_back_where_the_authority_does(self, now, seller):
        seller.bad_debt_relief = "at_write_off"
        seller.save()
        acme = factories.create_customer(now, seller)
        made = invoice(acme, now, "100")
        services.write_off_invoice(
            document_id=made.pk, left=to_micros("119"), reason="r", created_by="staff:ann", now=now
        )
        assert books(acme) == {"revenue": "100.00", "write_offs": "-100.00"}


def test_an_action_with_another_amount_than_it_has_now_is_refused(acme, now):
    """Otherwise one person could evade the limit by sending another amount."""
    made, lost = invoice(acme, now, "100"), invoice(acme, now, "1000")
    money = pay(acme, "119", now, invoice_id=made.pk)
    services.write_off_invoice(document_id=lost.pk, left=to_micros("1190"), reason="r", created_by="staff:ann", now=now)
    lines = (LineCredit(made.lines.get().pk, to_micros("100")),)
    stated = {"reason": "r", "key": "k"}
    for act, size in (
        (lambda size: ReopenInvoice.of(lost, amount_micros=size, **stated), "1190"),
        (lambda size: CreditInvoice.of(made, amount_micros=size, lines=lines, **stated), "119"),
        (lambda size: ReturnMoney.of(money, amount_micros=size, **stated), "119"),
    ):
        for other in (1, to_micros("100"), 10**30):
            with pytest.raises(ChangedMeanwhile), transaction.atomic():
                act(other).perform(by=User(username="ann"), now=now)
        act(to_micros(size)).perform(by=User(username="ann"), now=now)


def test_every_cause_is_registered_and_leads_to_a_page(acme, now):
    made = invoice(acme, now, "100")
    money = pay(acme, "200", now)
    credit(made, now, amount="10", destination=Role.MANUAL_RECEIPTS)
    services.return_money(money_id=money.pk, created_by="staff:ann", now=now)
    services.write_off_invoice(
        document_id=made.pk, left=Micros(fresh(made).left_micros), reason="r", created_by="staff:ann", now=now
    )
    pay(acme, "1", now, key="b2", invoice_id=made.pk)
    services.reopen_invoice(document_id=made.pk, created_by="staff:ann", now=now)
    assert posted_families() <= FAMILIES
    assert dead_ends() == []


def test_an_invoice_is_overdue_by_its_sellers_day_in_every_list(acme, seller, now):
    made = invoice(acme, now, "10")
    Seller.objects.update(time_zone="America/New_York")
    assert made.due_date is not None
    evening = midnight(made.due_date + timedelta(days=1))  # still the last day to pay in New York
    assert not overdue_invoices(evening).exists()
    assert not fresh(made).is_overdue(evening)
    next_day = evening + timedelta(hours=5)
    assert overdue_invoices(next_day).get() == made
    assert fresh(made).is_overdue(next_day)
