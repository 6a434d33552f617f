"""Invoices by API: a customer sees its own documents, newest first, without drafts."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.money import to_micros
from apps.invoices import services
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.factories import cause_of
from tests.invoices import factories

URL = "/v1/billing/invoices"


@pytest.fixture
def acme(db, now):
    organization = factories.create_customer(now, factories.create_seller(now), vat_number="DE811569869")
    organization.usd_rate_micros = 1_100_000
    organization.save()
    return organization


@pytest.fixture
def client(acme):
    return Client(headers=as_bearer(key_of(acme)))


def test_lists_invoices_and_credit_notes_newest_first(client, acme, now, exact):
    factories.draft(acme, now, "1")
    older = factories.invoice(acme, now - timedelta(days=40), "1000")
    newer = factories.invoice(acme, now, "10")
    factories.pay(acme, "500", now, invoice_id=older.pk)
    terms = services.CreditTerms(reason="Agreed", amount=to_micros("100"))
    services.credit_invoice(document_id=older.pk, terms=terms, created_by="staff:ann", now=now + timedelta(minutes=1))
    answer = client.get(URL)
    note, second, first = exact(answer)["data"]
    assert [note["type"], second["invoiceId"], note["creditedInvoiceId"]] == [
        "credit_note",
        str(newer.pk),
        str(older.pk),
    ]
    assert first == {
        "invoiceId": str(older.pk),
        "number": "TEST-INV-2026-00001",
        "type": "invoice",
        "kind": "manual",
        "status": "part_paid",
        "isOverdue": True,
        "currency": "EUR",
        "net": Decimal(1000),
        "tax": Decimal(190),
        "total": Decimal(1190),
        "totalUsd": Decimal(1309),
        "amountPaid": Decimal(500),
        "amountCredited": Decimal(119),
        "amountDue": Decimal(571),
        "amountDueUsd": Decimal("628.1"),
        "issueDate": "2026-10-09",
        "dueDate": "2026-11-08",
        "pdfUrl": f"{URL}/{older.pk}/pdf",
        "createdAt": first["createdAt"],
        "updatedAt": first["updatedAt"],
    }
    page = client.get(f"{URL}?limit=2").json()
    rest = client.get(URL, {"limit": 2, "cursor": page["nextCursor"]}).json()
    assert [each["invoiceId"] for each in page["data"] + rest["data"]] == [
        note["invoiceId"],
        second["invoiceId"],
        first["invoiceId"],
    ]
    assert "nextCursor" not in rest
    assert_described("listInvoices", page)
    assert [each["invoiceId"] for each in client.get(f"{URL}?status=open&kind=manual").json()["data"]] == [
        str(newer.pk)
    ]


def test_shows_unapplied_money_by_currency_on_each_page_until_an_invoice_takes_it(client, acme, now, exact):
    factories.invoice(acme, now - timedelta(days=2), "1000")
    factories.invoice(acme, now - timedelta(days=1), "10")
    factories.pay(acme, "1301.90", now)
    wallets.post_transfer(
        organization=acme,
        booking=wallets.Booking(
            source=Role.CASH,
            destination=Role.UNAPPLIED,
            amount=to_micros("7.50"),
            kind="payment",
            key="p1",
            cause=cause_of(acme),
            created_by="system:test",
        ),
        currency="USD",
        now=now,
    )
    page = client.get(URL, {"limit": 1})
    assert exact(page)["unapplied"] == [
        {"currency": "EUR", "amount": Decimal(100)},
        {"currency": "USD", "amount": Decimal("7.5")},
    ]
    assert_described("listInvoices", page.json())
    rest = client.get(URL, {"cursor": page.json()["nextCursor"], "status": "paid"})
    assert rest.json()["unapplied"] == page.json()["unapplied"]
    factories.invoice(acme, now, "80")
    assert exact(client.get(URL))["unapplied"] == [
        {"currency": "EUR", "amount": Decimal("4.8")},
        {"currency": "USD", "amount": Decimal("7.5")},
    ]


def test_one_has_its_details_and_its_paper(client, acme, now, exact):
    made = factories.invoice(acme, now, "100", "50")
    factories.pay(acme, "178.50", now)
    answer = client.get(f"{URL}/{made.pk}")
    shown = exact(answer)
    assert_described("getInvoice", client.get(f"{URL}/{made.pk}").json())
    assert (shown["status"], shown["amountDue"], shown["paidAt"]) == ("paid", 0, "2026-11-18T00:00:00Z")
    assert [line["net"] for line in shown["lines"]] == [100, 50]
    assert shown["taxes"] == [{"category": "S", "rate": 19, "base": 150, "tax": Decimal("28.5")}]
    assert shown["payments"] == [{"amount": Decimal("178.5"), "valueDate": "2026-11-18", "method": "bank"}]
    assert (shown["seller"]["vatNumber"], shown["buyer"]["legalName"]) == ("DE136695976", "Acme AG")
    paper = client.get(f"{URL}/{made.pk}/pdf")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert paper["Content-Disposition"] == 'attachment; filename="TEST-INV-2026-00001.pdf"'
    assert paper.content == client.get(f"{URL}/{made.pk}/pdf").content
    assert paper.content.startswith(b"%PDF-")
    assert client.get(f"{URL}/{made.pk}/xml").json()["code"] == "no_e_invoice"


def test_an_invoice_is_overdue_by_the_sellers_day(client, acme, now):
    Seller.objects.update(time_zone="Pacific/Kiritimati")
    made = factories.invoice(acme, now, "10")
    due = datetime.combine(made.due_date, time(), tzinfo=UTC)
    for at, is_overdue in ((due + timedelta(hours=9), False), (due + timedelta(hours=11), True)):
        with time_machine.travel(at, tick=False):
            assert client.get(f"{URL}/{made.pk}").json()["isOverdue"] is is_overdue


def test_lines_are_without_tax_even_where_prices_include_it(client, acme, now, exact):
    Seller.objects.update(prices_include_tax=True)
    made = factories.invoice(acme, now, "50", "69")
    shown = exact(client.get(f"{URL}/{made.pk}"))
    assert [line["net"] for line in shown["lines"]] == [Decimal("42.02"), Decimal("57.98")]
    assert (shown["net"], shown["tax"], shown["total"]) == (100, 19, 119)


def test_an_electronic_invoice_is_a_file(client, acme, now):
    BillingProfile.objects.update(e_invoice="facturx")
    made = factories.invoice(acme, now, "100")
    answer = client.get(f"{URL}/{made.pk}/xml")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    assert answer["Content-Disposition"] == 'attachment; filename="TEST-INV-2026-00001.xml"'
    assert b"TEST-INV-2026-00001" in answer.content


def test_drafts_of_ones_own_and_invoices_of_others_are_not_found(client, acme, now):
    seller = acme.billing_profile.seller
    others = factories.invoice(factories.create_customer(now, seller, "other"), now, "1")
    for pk in (factories.draft(acme, now, "1").pk, others.pk, uuid4(), "x"):
        for path in ("", "/pdf", "/xml"):
            answer = client.get(f"{URL}/{pk}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "invoice_not_found")
    assert client.get(URL).json() == {"data": [], "unapplied": []}


@pytest.mark.parametrize(("query", "field"), [("status=draft", "query.status"), ("kind=x", "query.kind")])
def test_a_filter_that_is_none_is_named(client, query, field):
    answer = client.get(f"{URL}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, field)
