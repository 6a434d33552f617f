"""Emails: recipients of a notice, once each, and emails that are not sent."""

from decimal import Decimal

import pytest
from django.core import mail
from django.db import transaction

from apps.mail.errors import ContactNotFound, MessageIsUnderWay, NobodyToMail
from apps.mail.models import Contact, MailMessage
from apps.mail.services import (
    ContactValues,
    erase_contact,
    queue_mail,
    record_report,
    replace_contacts,
    send,
    send_again,
    unsubscribe,
)

LOW = {"balance": Decimal("19.5"), "threshold": Decimal(20), "availableBudget": Decimal("-1234.500001")}
PAID = {"kind": "top_up", "amount": Decimal(50), "currency": "USD"}


def person(email, *purposes):
    return ContactValues(name=email.partition("@")[0], email=email, purposes=purposes)


@pytest.fixture
def contacts(organization, now):
    """Return a function that makes these the customer's contacts."""
    return lambda *people: replace_contacts(organization_id=organization.pk, contacts=people, now=now)


@pytest.fixture
def queue(organization, now):
    def queued(template="balance_low", key="1", context=LOW):
        return queue_mail(organization_id=organization.pk, template=template, key=key, context=context, now=now)

    return queued


def lost(*_args, **_values):
    raise KeyboardInterrupt


def states():
    return sorted((each.address, each.state) for each in MailMessage.objects.all())


def test_a_notice_goes_to_the_contacts_of_its_purpose(contacts, queue, deliver_outbox, now):
    contacts(person("ada@acme.test", "alerts"), person("bo@acme.test", "billing"), person("cy@acme.test", "alerts"))
    queue()
    assert mail.outbox == []
    deliver_outbox(now)

    assert sorted(letter.to for letter in mail.outbox) == [["ada@acme.test"], ["cy@acme.test"]]
    letter = mail.outbox[0]
    assert letter.subject == "Your balance is low: -1,234.500001 USD available"
    assert "Alert set at: 20.00 USD" in letter.body
    assert "-1,234.500001 USD" in letter.alternatives[0].content


def test_without_a_contact_of_its_purpose_it_goes_to_billing(contacts, queue, deliver_outbox, now):
    contacts(person("bo@acme.test", "billing"), person("tech@acme.test", "technical"))
    queue()
    deliver_outbox(now)

    assert [letter.to for letter in mail.outbox] == [["bo@acme.test"]]


def test_without_any_contact_it_is_listed_for_staff(contacts, queue, deliver_outbox, now, organization):
    queue()
    queue()
    (nobody,) = MailMessage.objects.all()
    assert (nobody.state, nobody.contact, nobody.handled_at) == ("failed", None, None)
    with pytest.raises(NobodyToMail):
        send_again(message_id=nobody.pk, now=now)

    contacts(person("bo@acme.test", "billing"))
    send_again(message_id=nobody.pk, now=now)
    deliver_outbox(now)
    nobody.refresh_from_db()
    assert nobody.handled_at == now
    assert [letter.to for letter in mail.outbox] == [["bo@acme.test"]]


def test_a_notice_is_mailed_once(contacts, queue, deliver_outbox, now):
    contacts(person("ada@acme.test", "alerts"))
    queue()
    deliver_outbox(now)
    queue()
    deliver_outbox(now)
    queue(key="2")
    deliver_outbox(now)

    assert len(mail.outbox) == 2


def test_nothing_is_sent_if_the_transaction_is_aborted(contacts, queue, deliver_outbox, now):
    contacts(person("ada@acme.test", "alerts"))
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    deliver_outbox(now)

    assert mail.outbox == []


def test_a_worker_lost_after_sending_sends_the_same_mail_again(contacts, queue, now, monkeypatch):
    contacts(person("ada@acme.test", "alerts"))
    (message,) = queue()
    with monkeypatch.context() as patched:
        patched.setattr("apps.mail.services.delivery._close", lost)
        with pytest.raises(KeyboardInterrupt):
            send(mail_id=message.pk, now=now)
    send(mail_id=message.pk, now=now)
    send(mail_id=message.pk, now=now)
    send(mail_id=message.pk, now=now)

    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert message.pk.hex in first.message()["Message-ID"]


def test_resending_by_hand_is_another_mail(contacts, queue, deliver_outbox, now):
    contacts(person("ada@acme.test", "alerts"))
    (message,) = queue()
    with pytest.raises(MessageIsUnderWay):
        send_again(message_id=message.pk, now=now)
    deliver_outbox(now)
    send_again(message_id=message.pk, now=now)
    deliver_outbox(now)

    first, second = mail.outbox
    assert (first.subject, first.to) == (second.subject, second.to)
    assert first.message()["Message-ID"] != second.message()["Message-ID"]


def test_a_bounce_suspends_the_address(contacts, queue, deliver_outbox, now):
    contacts(person("ada@acme.test", "alerts"), person("bo@acme.test", "billing"))
    queue()
    deliver_outbox(now)
    sent = MailMessage.objects.get()
    for _ in range(2):
        record_report(provider_id=sent.provider_id, delivered=True, detail="", now=now)
    record_report(provider_id=sent.provider_id, delivered=False, detail="no such mailbox", now=now)
    record_report(provider_id=sent.provider_id, delivered=True, detail="", now=now)
    record_report(provider_id="of another system", delivered=False, detail="", now=now)

    sent.refresh_from_db()
    assert (sent.state, sent.detail) == ("bounced", "no such mailbox")
    assert Contact.objects.get(email="ada@acme.test").bounced_at == now

    queue(key="2")
    deliver_outbox(now)
    assert mail.outbox[-1].to == ["bo@acme.test"]
    assert states() == [("ada@acme.test", "bounced"), ("ada@acme.test", "suppressed"), ("bo@acme.test", "sent")]


def test_an_address_that_bounced_while_its_mail_waited_gets_none(contacts, queue, deliver_outbox, now):
    (ada,) = contacts(person("ada@acme.test", "alerts"))
    queue()
    Contact.objects.filter(pk=ada.pk).update(bounced_at=now)
    deliver_outbox(now)

    assert (mail.outbox, states()) == ([], [("ada@acme.test", "suppressed")])


def test_who_unsubscribed_gets_no_such_notice_and_nobody_in_their_place(contacts, queue, deliver_outbox, now):
    ada, _ = contacts(person("ada@acme.test", "alerts", "billing"), person("bo@acme.test", "billing"))
    for _ in range(2):
        unsubscribe(contact_id=ada.pk, template="balance_low", now=now)
    queue()
    deliver_outbox(now)
    assert (mail.outbox, states()) == ([], [("ada@acme.test", "suppressed")])

    queue("payment_settled", context=PAID)
    deliver_outbox(now)
    assert len(mail.outbox) == 2
    with pytest.raises(ContactNotFound):
        unsubscribe(contact_id=ada.pk, template="payment_settled", now=now)


def test_alerts_can_be_unsubscribed_from_with_one_click_and_others_cannot(contacts, queue, deliver_outbox, now):
    contacts(person("ada@acme.test", "alerts", "billing"))
    queue()
    queue("payment_settled", context=PAID)
    deliver_outbox(now)

    alert, receipt = (letter.message() for letter in mail.outbox)
    assert alert["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/mail/unsubscribe/" in alert["List-Unsubscribe"]
    assert receipt["List-Unsubscribe"] is None


def test_an_erased_contact_is_no_longer_named_in_the_log(contacts, queue, deliver_outbox, now):
    people = contacts(person("ada@acme.test", "alerts"), person("cy@acme.test", "alerts"))
    queue()
    deliver_outbox(now)
    queue(key="2")
    for each in people:
        erase_contact(contact_id=each.pk)
    deliver_outbox(now)

    assert states() == [("", "sent"), ("", "sent"), ("", "suppressed"), ("", "suppressed")]
    assert len(mail.outbox) == 2


def test_contacts_that_stay_keep_their_bounce(contacts, organization, now):
    ada, _ = contacts(person("ada@acme.test", "alerts"), person("bo@acme.test", "billing"))
    Contact.objects.filter(pk=ada.pk).update(bounced_at=now)
    contacts(person("Ada@acme.test", "technical"))

    kept = Contact.objects.get()
    assert (kept.pk, kept.email, kept.purposes, kept.bounced_at) == (ada.pk, "Ada@acme.test", ["technical"], now)
