"""Credit of a seller whose prices include tax: bought without tax, and taxed in the month in which it is spent."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from apps.billing_profiles.models import Seller
from apps.common.money import to_micros
from apps.common.periods import month_of
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import ChargesDecide, NothingToInvoice
from apps.invoices.models import Document
from apps.invoices.paper_content import draw_document, paid_at_issue
from apps.invoices.selectors import receivables
from apps.ledger.models import Transfer
from apps.outbox.models import OutboxMessage
from apps.tenants.models import Organization
from apps.usage.services import close_month, invoice_closed_month
from apps.wallets import services as wallets
from apps.wallets.models import Grant
from tests.factories import cause_of, charge, create_grant, create_organization
from tests.invoices import factories
from tests.invoices.test_invoices import books
from tests.invoices.test_usage_invoices import lines
from tests.papers.read_papers import text_of

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert invoice_mismatches() == []


@pytest.fixture
def seller(now: datetime) -> Seller:
    return factories.create_seller(now, prices_include_tax=True, review_days=0, tax_point="payment")


@pytest.fixture
def acme(now: datetime, seller: Seller) -> Organization:
    return factories.create_customer(now, seller)


def buy(acme: Organization, amount: str, now: datetime, key: str = "g1") -> Grant:
    return create_grant(acme, amount, now, key, source=wallets.Source.TOP_UP, paid_micros=to_micros(amount))


def invoiced(acme: Organization, month: date, now: datetime) -> Document:
    invoice_closed_month(organization=acme, month=month, hold_reason="", now=now)
    return Document.objects.filter(organization=acme, kind="credit_used").latest("created_at", "book_number")


def newest_but_one(acme: Organization) -> Document:
    return Document.objects.filter(organization=acme, type="invoice").order_by("-sequence")[1]


def undo(acme: Organization, spent: Transfer, now: datetime) -> None:
    wallets.undo_transfer(
        organization=acme,
        transfer_id=spent.pk,
        cause=cause_of(acme),
        reason="Wrong",
        created_by="staff:ann",
        now=now,
    )


class TestSpentCredit:
    def test_is_on_a_paid_invoice_with_the_tax_inside(self, acme: Organization, seller: Seller, now: datetime) -> None:
        buy(acme, "119", now)
        charge(acme, "59.50", now)
        invoice = invoiced(acme, NOVEMBER, now)
        assert (invoice.state, invoice.net_micros, invoice.tax_micros) == ("paid", to_micros("50"), to_micros("9.50"))
        assert (invoice.left_micros, paid_at_issue(invoice)) == (0, to_micros("59.50"))
        assert "Due date" not in text_of(draw_document(invoice))
        assert lines(invoice) == [("59.50", "Other usage")]
        assert books(acme) == {"cash": "-119.00", "wallet": "59.50", "revenue": "50.00", "tax": "9.50"}
        assert receivables(seller, now.date()) == []

    def test_is_invoiced_once_and_a_charge_given_back_lowers_the_next_one(
        self, acme: Organization, now: datetime
    ) -> None:
        buy(acme, "119", now)
        spent = charge(acme, "59.50", now)
        invoiced(acme, NOVEMBER, now)
        with pytest.raises(NothingToInvoice):
            services.draft_credit_usage(
                organization=acme, month=NOVEMBER, metered=lambda *_: [], created_by="t", now=now
            )
        later = now + timedelta(days=20)
        undo(acme, spent, later)
        charge(acme, "71.40", later, key="c2")
        second = invoiced(acme, DECEMBER, later)
        assert (second.total_micros, second.tax_micros) == (to_micros("11.90"), to_micros("1.90"))

    def test_that_is_given_back_for_good_has_credit_notes_on_the_newest_invoices(
        self, acme: Organization, now: datetime
    ) -> None:
        buy(acme, "200", now)
        first, later = charge(acme, "59.50", now), now + timedelta(days=20)
        invoiced(acme, NOVEMBER, now)
        second = charge(acme, "11.905", later, key="c2")
        newest = invoiced(acme, DECEMBER, later)
        in_january = later + timedelta(days=30)
        for spent in (first, second):
            undo(acme, spent, in_january)
        charge(acme, "0.001", in_january, key="c3")
        invoice_closed_month(organization=acme, month=date(2027, 1, 1), hold_reason="", now=in_january)
        invoice_closed_month(organization=acme, month=date(2027, 1, 1), hold_reason="", now=in_january)
        notes = Document.objects.filter(type="credit_note").order_by("sequence")
        assert [(note.credited, note.total_micros, note.tax_micros, note.returned_to) for note in notes] == [
            (newest, to_micros("11.90"), to_micros("1.90"), "wallet"),
            (newest_but_one(acme), to_micros("59.50"), to_micros("9.50"), "wallet"),
        ]
        assert books(acme) == {"cash": "-200.00", "wallet": "200.00", "revenue": "0.00"}
        charge(acme, "2.384", in_january + timedelta(days=30), key="c4")
        again = invoiced(acme, date(2027, 2, 1), in_january + timedelta(days=30))
        assert (again.total_micros, again.carried_out_micros) == (to_micros("2.38"), to_micros("0.005"))

    def test_counts_when_credit_covers_earlier_usage_and_once_if_its_payment_is_refunded(
        self, acme: Organization, now: datetime
    ) -> None:
        charge(acme, "59.50", now)
        bought = buy(acme, "59.50", now)
        assert invoiced(acme, NOVEMBER, now).total_micros == to_micros("59.50")
        later = now + timedelta(days=20)
        order = wallets.Instruction(cause=cause_of(acme), key="refund", created_by="staff:ann")
        wallets.refund_grant(grant=bought, amount=to_micros("59.50"), order=order, now=later)
        buy(acme, "60", later, "again")
        invoice_closed_month(organization=acme, month=DECEMBER, hold_reason="", now=later)
        assert Document.objects.count() == 1

    def test_leaves_given_and_taxed_credit_out(self, acme: Organization, now: datetime) -> None:
        create_grant(acme, "10", now, "given")
        buy(acme, "50", now)
        charge(acme, "21.90", now)
        invoice = invoiced(acme, NOVEMBER, now)
        assert invoice.total_micros == to_micros("11.90")
        assert lines(invoice) == [("21.90", "Other usage"), ("-10.00", "Invoiced or paid with other credit")]

    def test_cannot_be_credited_by_hand(self, acme: Organization, now: datetime) -> None:
        buy(acme, "20", now)
        charge(acme, "11.90", now)
        invoice = invoiced(acme, NOVEMBER, now)
        with pytest.raises(ChargesDecide):
            services.credit_invoice(
                document_id=invoice.pk, terms=services.CreditTerms(reason="No"), created_by="t", now=now
            )

    def test_is_asked_for_when_the_month_closes(self, acme: Organization, now: datetime) -> None:
        create_organization(now, "other")
        close_month(month=month_of(now), closed_by="t", now=now + timedelta(days=40))
        asked = OutboxMessage.objects.get(task="usage.draft_invoice")
        assert asked.arguments["organization_id"] == str(acme.pk)
