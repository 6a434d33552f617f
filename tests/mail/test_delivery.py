"""Delivery of email: sent over SMTP by the real task, and reported by a provider."""

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.test import Client, override_settings

from apps.mail.models import Contact, MailMessage
from apps.mail.services import ContactValues, queue_mail, replace_contacts
from apps.mail.urls import mail_urls
from apps.outbox.models import OutboxMessage
from tests.invoices.factories import bill
from tests.mail.test_messages import LOW

SMTP = "django.core.mail.backends.smtp.EmailBackend"
POSTMARK = {
    "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
    "ANYMAIL": {"POSTMARK_SERVER_TOKEN": "t", "WEBHOOK_SECRET": "provider:secret"},
    "MAIL_REPORTS_ARE_SIGNED": True,
}


class Server:
    """A mail server that stores what it receives; it permanently rejects addresses at `gone.test`."""

    def __init__(self) -> None:
        self.received = []
        self.busy = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.endswith("@gone.test"):
            return "550 5.1.1 No such mailbox"
        if self.busy:
            return "450 4.2.1 Try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def server(settings) -> Iterator[Server]:
    kept = Server()
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_USE_TLS = SMTP, "127.0.0.1", False
    settings.EMAIL_PORT = port
    yield kept
    controller.stop()


@pytest.fixture
def alert(organization, now):
    """Return a function that queues an alert to an address."""

    def queued(address, key="1"):
        values = ContactValues(name="Ada", email=address, purposes=("alerts",))
        replace_contacts(organization_id=organization.pk, contacts=[values], now=now)
        queue_mail(organization_id=organization.pk, template="balance_low", key=key, context=LOW, now=now)
        return MailMessage.objects.get(address=address)

    return queued


class TestServer:
    def test_receives_text_html_and_the_way_to_unsubscribe(self, server, alert, deliver_outbox, now):
        alert("ada@acme.test")
        deliver_outbox(now)

        (letter,) = server.received
        assert (letter["To"], letter["From"]) == ("ada@acme.test", "Billing <billing@localhost>")
        assert letter["Subject"] == "Your balance is low: -1,234.500001 USD available"
        assert "Available now: -1,234.500001 USD" in letter.get_body(("plain",)).get_content()
        assert "<table" in letter.get_body(("html",)).get_content()
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        sent = MailMessage.objects.get()
        assert (sent.state, sent.sent_at, sent.provider_id) == ("sent", now, letter["Message-ID"])

    def test_gets_the_sender_of_the_customer_s_seller(self, server, organization, alert, deliver_outbox, now):
        bill(organization, now, mail_sender="Müller & Söhne <billing@mueller.example>")
        alert("ada@acme.test")
        deliver_outbox(now)
        (letter,) = server.received
        assert letter["From"] == "Müller & Söhne <billing@mueller.example>"

    def test_that_refuses_an_address_for_good_suspends_it(self, server, alert, deliver_outbox, now):
        alert("ada@gone.test")
        deliver_outbox(now)

        sent = MailMessage.objects.get()
        assert (sent.state, "No such mailbox" in sent.detail) == ("bounced", True)
        assert Contact.objects.get().bounced_at == now

    def test_that_is_busy_gets_the_same_mail_later(self, server, alert, deliver_outbox, now):
        server.busy = True
        mail = alert("ada@acme.test")
        deliver_outbox(now)
        waiting = OutboxMessage.objects.get(task="mail.send")
        assert (waiting.state, MailMessage.objects.get().state) == ("pending", "queued")

        server.busy = False
        deliver_outbox(waiting.available_at)
        (letter,) = server.received
        assert mail.pk.hex in letter["Message-ID"]
        assert Contact.objects.get().bounced_at is None


class TestProvider:
    """A provider's reports, as Postmark sends them."""

    @pytest.fixture(autouse=True)
    def _reports(self):
        with override_settings(**POSTMARK):
            urls = type("urls", (), {"urlpatterns": mail_urls()})
            with override_settings(ROOT_URLCONF=urls):
                yield

    @staticmethod
    def report(secret="provider:secret", **members):
        body = {"MessageID": "p-1", "Recipient": "ada@acme.test", "Email": "ada@acme.test", **members}
        proof = "Basic " + base64.b64encode(secret.encode()).decode()
        client = Client(headers={"Authorization": proof})
        return client.post("/webhooks/mail/postmark/tracking/", json.dumps(body), content_type="application/json")

    @pytest.fixture
    def sent(self, alert, now):
        mail = alert("ada@acme.test")
        MailMessage.objects.update(state="sent", sent_at=now, provider_id="p-1")
        return mail

    def test_of_a_bounce_suspend_the_address(self, sent, deliver_outbox, now):
        bounce = {"RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "TypeCode": 1, "Description": "Unknown user"}
        for _ in range(2):
            assert self.report(**bounce).status_code == 200
        assert OutboxMessage.objects.filter(task="mail.record_report").count() == 1
        due = OutboxMessage.objects.get(task="mail.record_report").available_at
        deliver_outbox(due)

        sent.refresh_from_db()
        assert (sent.state, sent.detail) == ("bounced", "Unknown user")
        assert Contact.objects.get().bounced_at == due

    def test_of_a_delivery_are_recorded(self, sent, deliver_outbox):
        assert self.report(RecordType="Delivery", DeliveredAt="2026-11-18T12:00:00Z").status_code == 200
        deliver_outbox(OutboxMessage.objects.get(task="mail.record_report").available_at)

        sent.refresh_from_db()
        assert sent.state == "delivered"

    def test_without_the_agreed_password_are_refused(self, sent):
        assert self.report("provider:wrong", RecordType="Delivery").status_code == 400
        assert not OutboxMessage.objects.filter(task="mail.record_report").exists()


@pytest.mark.parametrize("changed", [{"MAIL_REPORTS_ARE_SIGNED": False}, {"EMAIL_BACKEND": SMTP}])
def test_reports_that_nobody_can_prove_have_no_address(changed):
    with override_settings(**{**POSTMARK, **changed}):
        assert [each.name for each in mail_urls()] == ["mail-unsubscribe"]
