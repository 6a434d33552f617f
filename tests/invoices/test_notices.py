"""Notices about invoices to customers, by webhook and by email with the paper attached."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail

from apps.billing_profiles.models import BillingProfile
from apps.common.money import Micros
from apps.invoices import services
from apps.invoices.models import Document, DocumentPaper
from apps.mail.errors import NobodyToMail
from apps.mail.models import Contact, MailMessage
from apps.webhooks.models import WebhookEvent
from tests.invoices import factories
from tests.webhooks.factories import make_endpoint


@pytest.fixture
def acme(db, now):
    found = factories.create_customer(now, factories.create_seller(now))
    make_endpoint(found, now)
    return found


def add_contact(organization, now, email="ada@acme.test"):
    return Contact.objects.create(
        organization=organization, name="Ada", email=email, purposes=["billing"], created_at=now, updated_at=now
    )


def invoice_events():
    """Return the type, version, status and amount due of each event about an invoice, in order."""
    bodies = [json.loads(each.body, parse_float=Decimal) for each in WebhookEvent.objects.order_by("sequence")]
    return [
        (body["type"].removeprefix("invoice."), body["data"]["version"], body["data"]["status"], body["data"]["due"])
        for body in bodies
        if body["type"].startswith("invoice.")
    ]


def test_each_change_sends_one_event_with_a_higher_version(acme, now, deliver_outbox):
    first = factories.invoice(acme, now, "1000")
    deliver_outbox(now)
    factories.pay(acme, "190", now, key="1")
    terms = services.CreditTerms(reason="Agreed", amount=Micros(100_000_000))
    services.credit_invoice(document_id=first.pk, terms=terms, created_by="staff:ann", now=now)
    later = now + timedelta(days=60)
    for _ in range(2):
        services.notify_overdue(document_id=first.pk, mail=True, now=later)
    services.mark_uncollectible(document_id=first.pk, reason="r", created_by="staff:ann", now=later)
    deliver_outbox(later)
    services.reopen_invoice(document_id=first.pk, created_by="staff:ann", now=later)
    factories.pay(acme, "881", later, key="2")
    second = factories.invoice(acme, later, "10")
    deliver_outbox(later)
    services.void_invoice(document_id=second.pk, reason="Twice", created_by="staff:ann", now=later)
    deliver_outbox(later)

    assert invoice_events() == [
        ("finalized", 1, "open", 1190),
        ("part_paid", 2, "part_paid", 1000),
        ("overdue", 4, "part_paid", 881),
        ("uncollectible", 5, "uncollectible", 881),
        ("credited", 5, "uncollectible", 881),
        ("paid", 7, "paid", 0),
        ("finalized", 1, "open", Decimal("11.9")),
        ("voided", 2, "void", 0),
        ("credited", 2, "void", 0),
    ]


def test_the_event_of_an_invoice_paid_by_unapplied_money_shows_it_as_issued(acme, now, deliver_outbox):
    factories.pay(acme, "1190", now)
    factories.invoice(acme, now, "1000")
    factories.pay(acme, "1", now, key="2")
    factories.invoice(acme, now, "10")
    deliver_outbox(now)

    assert invoice_events() == [
        ("finalized", 1, "paid", 0),
        ("paid", 1, "paid", 0),
        ("finalized", 1, "part_paid", Decimal("10.9")),
        ("part_paid", 1, "part_paid", Decimal("10.9")),
    ]


def test_a_document_is_mailed_with_its_paper_to_the_billing_contacts(acme, now, deliver_outbox):
    add_contact(acme, now)
    BillingProfile.objects.update(language="de")
    document = factories.invoice(acme, now, "1000")
    deliver_outbox(now)
    services.credit_invoice(
        document_id=document.pk, terms=services.CreditTerms(reason="Agreed"), created_by="staff:ann", now=now
    )
    deliver_outbox(now)

    papers = {each.document.number: bytes(each.pdf) for each in DocumentPaper.objects.select_related("document")}
    sent = {letter.subject: letter for letter in mail.outbox}
    assert sent.keys() == {"Rechnung TEST-INV-2026-00001", "Gutschrift TEST-CN-2026-00001"}
    for subject, letter in sent.items():
        number = subject.split()[1]
        assert letter.to == ["ada@acme.test"]
        assert letter.attachments == [(f"{number}.pdf", papers[number], "application/pdf")]
    assert "1.190,00 EUR" in sent["Rechnung TEST-INV-2026-00001"].body
    logged = MailMessage.objects.get(attached_id=document.pk)
    assert logged.attached_sha256 == document.papers.get().sha256
    assert logged.state == MailMessage.State.SENT


def test_a_customer_without_delivery_is_mailed_only_by_hand(acme, now, deliver_outbox):
    BillingProfile.objects.update(delivery=BillingProfile.Delivery.NONE)
    document = factories.invoice(acme, now, "1000")
    deliver_outbox(now)
    assert not MailMessage.objects.exists()
    with pytest.raises(NobodyToMail):
        services.mail_document(document_id=document.pk, key="1", now=now)
    assert not MailMessage.objects.exists()

    add_contact(acme, now)
    for _ in range(2):
        services.mail_document(document_id=document.pk, key="1", now=now)
    services.mail_document(document_id=document.pk, key="2", now=now)
    deliver_outbox(now)
    assert [letter.subject for letter in mail.outbox] == ["Invoice TEST-INV-2026-00001"] * 2


def test_a_payment_that_goes_back_makes_the_invoice_overdue_anew(acme, now):
    document = factories.invoice(acme, now, "1000")
    later = now + timedelta(days=60)
    services.notify_overdue(document_id=document.pk, mail=False, now=later)
    money = factories.pay(acme, "1190", later)
    services.return_money(money_id=money.pk, created_by="staff:ann", now=later)
    assert Document.objects.get(pk=document.pk).overdue_told_at is None
