"""The tab about email: the customer's contacts, and the emails sent to them."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Block, Cell, Link, Table, moment
from apps.common.admin import day_text
from apps.mail.models import Contact, MailMessage
from apps.mail.templates import Purpose
from apps.tenants.models import Organization

SHOWN = 60
STATES = {"queued": "info", "sent": "info", "delivered": "success", "suppressed": "warning"}


def mail_tab(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Return the contacts and the newest emails."""
    return [_contacts(request, organization), _mails(request, organization)]


def _contacts(request: HttpRequest, organization: Organization) -> Table:
    rows = [
        [
            Cell(contact.name, reverse("admin:mail_contact_change", args=[contact.pk])),
            Cell(contact.email),
            Cell(contact.phone),
            Cell(", ".join(str(Purpose(each).label) for each in contact.purposes)),
            Cell(f"Bounced {day_text(contact.bounced_at)}", variant="danger") if contact.bounced_at else Cell(""),
        ]
        for contact in Contact.objects.filter(organization=organization).order_by("name", "id")
    ]
    add = f"{reverse('admin:mail_contact_add')}?{urlencode({'organization': str(organization.pk)})}"
    links = [Link("Add a contact", add)] if request.user.has_perm("mail.add_contact") else []
    return Table(
        title="Contacts",
        columns=["Name", "Address", "Phone", "For", ""],
        rows=rows,
        empty="No contacts: email to this customer reaches nobody.",
        links=links,
    )


def _mails(request: HttpRequest, organization: Organization) -> Table:
    may_send = request.user.has_perm("backoffice.replay_work")
    mails = MailMessage.objects.filter(organization=organization).order_by("-created_at", "id")[:SHOWN]
    rows = [
        [
            moment(mail.created_at, reverse("admin:mail_mailmessage_change", args=[mail.pk])),
            Cell(mail.subject),
            Cell(mail.address),
            Cell(mail.get_state_display(), variant=STATES.get(mail.state, "danger")),
            Cell(mail.detail),
            Cell("Send again", reverse("admin:mail_mailmessage_send_again", args=[mail.pk])) if may_send else Cell(""),
        ]
        for mail in mails
    ]
    every = f"{reverse('admin:mail_mailmessage_changelist')}?{urlencode({'q': organization.name})}"
    links = [
        Link("All emails", every),
        Link("How each email looks", reverse("admin:mail_previews", args=[organization.pk])),
    ]
    return Table(
        title="Emails",
        columns=["When", "Subject", "To", "State", "Why", ""],
        rows=rows,
        empty="No email was sent yet.",
        links=links,
    )
