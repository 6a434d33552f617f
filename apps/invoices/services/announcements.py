"""Notify customers of their invoices, and email them the PDFs.

The PDF is drawn and the customer notified by an outbox task after the commit, so that the number range is locked only
briefly. The notice has the document's figures at its issue.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.billing_profiles.selectors import delivers_by_mail
from apps.common.money import from_micros
from apps.common.strict_json import read_object, write_json
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.paper_content import paid_at_issue
from apps.invoices.services.papers import paper_of
from apps.mail.errors import NobodyToMail
from apps.mail.models import MailMessage
from apps.mail.selectors import people_reached
from apps.mail.services import queue_mail
from apps.notices.services import notice_message, notify
from apps.outbox.services import add_messages, message

ISSUE = "invoices.issue"
State = Document.State
Data = Mapping[str, Any]


def issue_message(document: Document, *, now: datetime) -> dict[str, Any]:
    """Return the outbox message of the task that draws, announces and emails a document that gets its number."""
    return message(ISSUE, now=now, key=f"{ISSUE}:{document.pk}", arguments={"document_id": str(document.pk)})


def issue(*, document_id: UUID, now: datetime) -> None:
    """Draw a numbered document, and notify its customer by webhook and, if the profile says so, by email.

    Running it again changes nothing.
    """
    document = Document.objects.select_related("seller", "credited").get(pk=document_id)
    paper_of(document, now=now)
    if document.type == Document.Type.CREDIT_NOTE:
        _tell(document, "invoice.credited", _credit_data(document), str(document.pk), now)
        return
    data = _issued_data(document)
    _tell(document, "invoice.finalized", data, str(document.pk), now)
    if data["status"] in (State.PAID, State.PART_PAID):
        _tell(document, f"invoice.{data['status']}", data, f"{document.pk}:{data['version']}", now, mail=False)


def notify_state(document: Document, *, now: datetime) -> None:
    """Notify a customer that an invoice is paid, partly paid, void or uncollectible, in the caller's transaction."""
    add_messages(state_messages([document], now=now))


def state_messages(documents: Sequence[Document], *, now: datetime) -> list[dict[str, Any]]:
    """Return the outbox messages of `notify_state` for invoices of one customer."""
    mail = bool(documents) and delivers_by_mail(documents[0].organization_id)
    return [
        notice_message(
            organization_id=each.organization_id,
            notice={State.VOID: "invoice.voided"}.get(State(each.state), f"invoice.{each.state}"),
            key=f"{each.pk}:{each.version}",
            data=invoice_data(each),
            now=now,
            mail=mail,
        )
        for each in documents
    ]


@transaction.atomic
def notify_overdue(*, document_id: UUID, mail: bool, now: datetime) -> None:
    """Notify a customer once that an invoice is overdue; do nothing if it has been paid or the notice was sent before.

    `mail` is False for a customer who gets reminders instead.
    """
    rows = Document.objects.select_for_update(no_key=True)
    document = rows.filter(pk=document_id, state__in=OUTSTANDING, overdue_told_at=None).first()
    if document is None:
        return
    document.overdue_told_at = document.updated_at = now
    document.version += 1
    document.save(update_fields=["overdue_told_at", "version", "updated_at"])
    key = f"{document.pk}:{document.version}"
    _tell(document, "invoice.overdue", invoice_data(document), key, now, mail=mail)


@transaction.atomic
def mail_document(*, document_id: UUID, key: str, now: datetime) -> list[MailMessage]:
    """Email a numbered document to the billing contacts, once per `key`, even if the profile asks for no email.

    Returns the new emails.

    Raises:
        InvoiceNotFound: there is none, or it is a draft.
        NobodyToMail: the customer has no billing contact whose address works.
    """
    document = Document.objects.select_related("seller", "credited").filter(pk=document_id).exclude(number="").first()
    if document is None:
        raise InvoiceNotFound
    template = mail_template(document)
    if not people_reached(document.organization_id, template):
        raise NobodyToMail
    paper_of(document, now=now)
    is_note = document.type == Document.Type.CREDIT_NOTE
    data = _credit_data(document) if is_note else invoice_data(document)
    return queue_mail(
        organization_id=document.organization_id,
        template=template,
        key=f"{document.pk}:{key}",
        context=read_object(write_json(data)),
        now=now,
    )


def mail_template(document: Document) -> str:
    """Return the email template for a document."""
    return "credit_note_issued" if document.type == Document.Type.CREDIT_NOTE else "invoice_issued"


def invoice_data(document: Document) -> dict[str, Any]:
    """Return an event's data about an invoice in its current state."""
    return {
        "id": str(document.pk),
        "version": document.version,
        "number": document.number,
        "total": from_micros(document.total_micros),
        "due": from_micros(document.left_micros),
        "dueDate": document.due_date,
        "currency": document.currency,
        "status": str(document.state),
    }


def _issued_data(document: Document) -> dict[str, Any]:
    """Return an event's data about an invoice as of its issue."""
    paid = paid_at_issue(document)
    left = document.total_micros - paid
    status = State.PART_PAID if paid and left else State.OPEN if left else State.PAID
    return {**invoice_data(document), "version": 1, "due": from_micros(left), "status": str(status)}


def _credit_data(note: Document) -> dict[str, Any]:
    assert note.credited is not None, "a credit note credits an invoice"
    return {
        **invoice_data(note.credited),
        "creditNoteId": note.pk,
        "creditNoteNumber": note.number,
        "credited": from_micros(note.total_micros),
    }


def _tell(document: Document, notice: str, data: Data, key: str, now: datetime, *, mail: bool = True) -> None:
    notify(
        organization_id=document.organization_id,
        notice=notice,
        key=key,
        data=data,
        now=now,
        mail=mail and delivers_by_mail(document.organization_id),
    )
