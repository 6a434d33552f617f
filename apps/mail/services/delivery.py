"""Hand emails to the mail server or provider, and store its reports about them."""

import smtplib
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

from anymail.exceptions import AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from apps.common.transitions import transition
from apps.mail.attachments import paper_by_id
from apps.mail.letters import sender_of
from apps.mail.models import Contact, MailMessage
from apps.mail.templates import MAIL_TEMPLATES
from apps.mail.unsubscribe_links import unsubscribe_address

SEND = "mail.send"
REPORT = "mail.record_report"
State = MailMessage.State


def send(*, mail_id: UUID, now: datetime) -> None:
    """Send a queued email; nothing if it has been sent.

    The server is called outside any transaction. If a worker is lost between the server's answer and the commit, the
    email is sent again with the same Message-ID.

    Raises:
        Exception: the server could not be reached or refused temporarily; the caller tries again later.
    """
    mail = MailMessage.objects.select_related("contact").get(pk=mail_id)
    if mail.state != State.QUEUED:
        return
    contact = mail.contact
    if contact is None or contact.bounced_at:
        _close(mail_id, State.SUPPRESSED, "The contact was erased." if contact is None else "The address bounced.")
        return
    letter = _letter(mail, contact)
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        if code < 500:
            raise
        _bounce(mail_id, _words(code, answer), now)
        return
    except AnymailRecipientsRefused as refused:
        _bounce(mail_id, str(refused), now)
        return
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refused:
        if refused.smtp_code < 500:
            raise
        _close(mail_id, State.FAILED, _words(refused.smtp_code, refused.smtp_error))
        return
    status = getattr(letter, "anymail_status", None)
    provider_id = getattr(status, "message_id", None) or letter.extra_headers["Message-ID"]
    _close(mail_id, State.SENT, provider_id=str(provider_id), sent_at=now)


def message_id(mail: MailMessage) -> str:
    """Return the Message-ID, which the email's organization, key and contact determine through its id."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{mail.pk.hex}@{sender.rpartition('@')[2]}>"


@transaction.atomic
def record_report(*, provider_id: str, delivered: bool, detail: str, now: datetime) -> None:
    """Record that an email was delivered or bounced; a bounce also suspends the contact's address.

    Reports about emails that are not ours, or that say nothing new, change nothing.
    """
    mail = MailMessage.objects.select_for_update(no_key=True).filter(provider_id=provider_id).first()
    to = State.DELIVERED if delivered else State.BOUNCED
    if mail is None or to not in MailMessage.TRANSITIONS[State(mail.state)]:
        return
    mail.state, mail.detail = to, detail[:500]
    mail.save(update_fields=["state", "detail"])
    if not delivered:
        _suspend(mail, now)


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"The mail server answered {code}: {text}"


def _letter(mail: MailMessage, contact: Contact) -> EmailMultiAlternatives:
    headers = {"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"}
    if MAIL_TEMPLATES[mail.template].may_unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe_address(contact, mail.template)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=sender_of(mail.organization_id),
        to=[contact.email],
        headers=headers,
    )
    if settings.MAIL_REPLY_TO:
        letter.reply_to = [settings.MAIL_REPLY_TO]
    letter.attach_alternative(mail.html, "text/html")
    if mail.attached_id is not None:
        paper = paper_by_id(mail.attached_id)
        letter.attach(paper.name, paper.content, "application/pdf")
    return letter


@transaction.atomic
def _close(mail_id: UUID, state: State, detail: str = "", **values: object) -> None:
    mail = MailMessage.objects.select_for_update(no_key=True).get(pk=mail_id)
    if mail.state != State.QUEUED:  # a second worker was faster
        return
    transition(mail, state, MailMessage.TRANSITIONS, AssertionError(f"a queued email cannot become {state}"))
    mail.detail = detail[:500]
    for name, value in values.items():
        setattr(mail, name, value)
    mail.save()


@transaction.atomic
def _bounce(mail_id: UUID, answer: str, now: datetime) -> None:
    """Record that the server permanently refused the address."""
    _close(mail_id, State.SENT, sent_at=now)
    mail = MailMessage.objects.select_for_update(no_key=True).get(pk=mail_id)
    mail.state, mail.detail = State.BOUNCED, answer[:500]
    mail.save(update_fields=["state", "detail"])
    _suspend(mail, now)


def _suspend(mail: MailMessage, now: datetime) -> None:
    """Suspend the address of an email, if the contact still has it."""
    contacts = Contact.objects.filter(organization=mail.organization_id, email=mail.address, bounced_at=None)
    contacts.update(bounced_at=now, updated_at=now)
