"""Queries on contacts and emails."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from apps.mail.models import Contact, MailMessage, MailOptOut
from apps.mail.recipients import Person, recipients
from apps.mail.templates import MAIL_TEMPLATES


@dataclass(frozen=True, slots=True)
class Addressee(Person):
    """A contact with its row."""

    contact: Contact


def addressees(organization_id: UUID, template: str) -> list[Addressee]:
    """Return the data of a customer's contacts that decides who gets an email of a template, oldest first."""
    contacts = Contact.objects.filter(organization=organization_id).order_by("created_at", "id")
    out = MailOptOut.objects.filter(contact__organization=organization_id, template=template)
    opted_out = set(out.values_list("contact_id", flat=True))
    return [
        Addressee(
            id=contact.pk,
            purposes=contact.purposes,
            has_bounced=contact.bounced_at is not None,
            opted_out=contact.pk in opted_out,
            contact=contact,
        )
        for contact in contacts
    ]


def people_reached(organization_id: UUID, template: str) -> list[Contact]:
    """Return the contacts that would get an email of a template now."""
    chosen, _ = recipients(addressees(organization_id, template), MAIL_TEMPLATES[template].purpose)
    return [each.contact for each in chosen]


def mails_about(organization_id: UUID, document_id: UUID) -> QuerySet[MailMessage]:
    """Return the emails to which a document's paper is attached, newest first."""
    rows = MailMessage.objects.filter(organization=organization_id, attached_id=document_id)
    return rows.order_by("-created_at", "id")
