"""Email papers to the customer's billing contacts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.common.money import from_micros
from apps.common.strict_json import read_object, write_json
from apps.mail.errors import NobodyToMail
from apps.mail.models import MailMessage
from apps.mail.selectors import people_reached
from apps.mail.services import queue_mail
from apps.papers.models import Paper


def template_of(paper: Paper) -> str:
    """Return the template of the email with a paper."""
    return f"{paper.kind}_sent"


@transaction.atomic
def mail_paper(*, paper_id: UUID, key: str, now: datetime) -> list[MailMessage]:
    """Email a paper to the customer's billing contacts, once per `key`; return the new emails.

    Raises:
        NobodyToMail: the customer has no billing contact whose address works.
    """
    paper = Paper.objects.select_related("organization").get(pk=paper_id)
    if not people_reached(paper.organization_id, template_of(paper)):
        raise NobodyToMail
    return queue_mail(
        organization_id=paper.organization_id,
        template=template_of(paper),
        key=f"{paper.pk}:{key}",
        context=read_object(write_json({"paperId": paper.pk, **_said(paper)})),
        now=now,
    )


def _said(paper: Paper) -> Mapping[str, Any]:
    """Return the data of a paper for its email."""
    if paper.kind == Paper.Kind.RECEIPT:
        return {
            "number": paper.number,
            "amount": from_micros(paper.amount_micros),
            "receivedOn": f"{paper.first_day}",
        }
    days = {"start": f"{paper.first_day}", "lastDay": f"{paper.last_day}"}
    if paper.kind == Paper.Kind.ORDER_FORM:
        return {"number": paper.number, **days}
    return {"due": from_micros(paper.amount_micros), **days}
