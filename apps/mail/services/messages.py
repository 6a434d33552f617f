"""Write emails to a customer's contacts, and queue them to be sent after the caller's transaction commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from apps.common.strict_json import read_object, write_json
from apps.mail.attachments import attachment_of
from apps.mail.errors import MessageIsUnderWay, NobodyToMail
from apps.mail.letters import write_mail
from apps.mail.models import Contact, MailMessage
from apps.mail.recipients import recipients
from apps.mail.selectors import addressees
from apps.mail.services.delivery import SEND
from apps.mail.templates import MAIL_TEMPLATES
from apps.outbox.services import add_messages, message
from apps.tenants.models import Organization

State = MailMessage.State
NOBODY = "The customer has no contact for this whose address works."


@transaction.atomic
def queue_mail(
    *, organization_id: UUID, template: str, key: str, context: Mapping[str, Any], now: datetime
) -> list[MailMessage]:
    """Queue a notice's email to the contacts of its purpose; a repeated template and `key` queues nothing.

    Without a working address of the purpose it goes to the contacts of billing. If these have none either, a row
    without a contact is listed for staff. Contacts that bounced or unsubscribed get a row that is not sent.

    Args:
        organization_id: whose contacts get the email.
        template: a name of `MAIL_TEMPLATES`, such as `balance_low`.
        key: identifies the event; each contact gets one email per template and key.
        context: the notice's data as JSON members: amounts as Decimals in whole units, times and dates as text.
        now: when it is queued.

    Raises:
        KeyError: there is no such template.
        MissingMember: `context` lacks a member that the template uses.
    """
    organization = Organization.objects.get(pk=organization_id)
    people = addressees(organization_id, template)
    chosen, refused = recipients(people, MAIL_TEMPLATES[template].purpose)
    to = [(each.contact, "") for each in people if each in chosen]
    to += [(each.contact, refused[each.id]) for each in people if each.id in refused and each not in chosen]
    written = [
        _unsent(_message(organization, contact, template=template, key=key, context=context, now=now), refusal)
        for contact, refusal in to
    ]
    if not chosen and not any(each.opted_out and not each.has_bounced for each in people):
        mail = _message(organization, None, template=template, key=key, context=context, now=now)
        written.append(_unsent(mail, NOBODY))
    return _queued(written, now)


@transaction.atomic
def send_again(*, message_id: UUID, now: datetime) -> list[MailMessage]:
    """Send an email again to the current contacts, under a new key; the first one counts as handled.

    Raises:
        MessageIsUnderWay: it has not been sent yet.
        NobodyToMail: no contact of its purpose or of billing has a working address.
    """
    first = MailMessage.objects.select_for_update(no_key=True).get(pk=message_id)
    if first.state == State.QUEUED:
        raise MessageIsUnderWay
    template = first.template
    chosen, _ = recipients(addressees(first.organization_id, template), MAIL_TEMPLATES[template].purpose)
    if first.contact_id in {each.id for each in chosen}:
        chosen = [each for each in chosen if each.id == first.contact_id]
    if not chosen:
        raise NobodyToMail
    key = f"again:{first.pk.hex}:{now.isoformat()}"
    context = read_object(first.context)
    written = [
        _message(first.organization, each.contact, template=template, key=key, context=context, now=now)
        for each in chosen
    ]
    mark_handled(message_ids=[first.pk], now=now)
    return _queued(written, now)


def mark_handled(*, message_ids: Sequence[UUID], now: datetime) -> int:
    """Mark emails that reached nobody as handled; return how many there were."""
    reached_nobody = [State.BOUNCED, State.FAILED]
    return MailMessage.objects.filter(pk__in=message_ids, state__in=reached_nobody, handled_at=None).update(
        handled_at=now
    )


def _message(
    organization: Organization,
    contact: Contact | None,
    *,
    template: str,
    key: str,
    context: Mapping[str, Any],
    now: datetime,
) -> MailMessage:
    """Write an email to a contact, or one that reaches nobody."""
    mail = write_mail(organization=organization, template=template, context=context, contact=contact)
    paper = attachment_of(template, context)
    return MailMessage(
        id=uuid5(organization.pk, f"{template}:{key}:{contact.pk if contact else ''}"),
        organization=organization,
        contact=contact,
        template=template,
        key=f"{template}:{key}",
        context=write_json(context).decode(),
        address=contact.email if contact else "",
        subject=mail.subject,
        attached_id=paper.document_id if paper else None,
        attached_sha256=paper.sha256 if paper else "",
        text=mail.text,
        html=mail.html,
        state=State.QUEUED,
        created_at=now,
    )


def _unsent(mail: MailMessage, refusal: str) -> MailMessage:
    """Mark an email as not to be sent, with the reason; an empty reason changes nothing."""
    if refusal:
        mail.state, mail.detail = State.SUPPRESSED if mail.contact else State.FAILED, refusal
    return mail


def _queued(written: Sequence[MailMessage], now: datetime) -> list[MailMessage]:
    """Save new emails, enqueue those to send, and return the new ones; known ones do not change."""
    known = set(MailMessage.objects.filter(pk__in=[each.pk for each in written]).values_list("pk", flat=True))
    new = [each for each in written if each.pk not in known]
    MailMessage.objects.bulk_create(new, ignore_conflicts=True)
    add_messages(
        [
            message(SEND, now=now, key=f"{SEND}:{each.pk}", arguments={"mail_id": str(each.pk)})
            for each in new
            if each.state == State.QUEUED
        ]
    )
    return new
