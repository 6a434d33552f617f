"""A customer's contacts and their kinds of email."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.mail.errors import ContactNotFound
from apps.mail.models import Contact, MailMessage, MailOptOut
from apps.mail.templates import MAIL_TEMPLATES
from apps.tenants.models import Organization


@dataclass(frozen=True, slots=True)
class ContactValues:
    """The values of a contact that a customer sets."""

    name: str
    email: str
    purposes: tuple[str, ...]
    phone: str = ""
    language: str = ""


@transaction.atomic
def replace_contacts(*, organization_id: UUID, contacts: Sequence[ContactValues], now: datetime) -> list[Contact]:
    """Replace a customer's contacts by these, and return them.

    A contact is identified by its address, ignoring case: one that stays keeps its bounce and its unsubscriptions. The
    others are erased. The addresses must differ; the database refuses duplicates.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    known = {each.email.lower(): each for each in Contact.objects.filter(organization=organization_id)}
    kept = [_kept(organization_id, values, known.get(values.email.lower()), now) for values in contacts]
    for gone in known.keys() - {values.email.lower() for values in contacts}:
        erase_contact(contact_id=known[gone].pk)
    return kept


def _kept(organization_id: UUID, values: ContactValues, known: Contact | None, now: datetime) -> Contact:
    contact = known or Contact(organization_id=organization_id, created_at=now)
    wanted = {
        "name": values.name,
        "email": values.email,
        "phone": values.phone,
        "purposes": [*values.purposes],
        "language": values.language,
    }
    if known and all(getattr(known, name) == value for name, value in wanted.items()):
        return known
    for name, value in wanted.items():
        setattr(contact, name, value)
    contact.updated_at = now
    contact.save()
    return contact


@transaction.atomic
def erase_contact(*, contact_id: UUID) -> None:
    """Erase a contact and its address in the log of emails; the emails' texts, which name no person, stay."""
    MailMessage.objects.filter(contact=contact_id).update(address="")
    Contact.objects.filter(pk=contact_id).delete()


def lift_bounce(*, contact_id: UUID, now: datetime) -> None:
    """Allow email to a contact's address again after a bounce."""
    Contact.objects.filter(pk=contact_id).exclude(bounced_at=None).update(bounced_at=None, updated_at=now)


@transaction.atomic
def unsubscribe(*, contact_id: UUID, template: str, now: datetime) -> None:
    """Unsubscribe a contact from a notice; a repeat changes nothing.

    Raises:
        ContactNotFound: the contact was erased, or one cannot unsubscribe from this notice.
    """
    kind = MAIL_TEMPLATES.get(template)
    contact = Contact.objects.select_for_update(no_key=True).filter(pk=contact_id).first()
    if contact is None or kind is None or not kind.may_unsubscribe:
        raise ContactNotFound
    MailOptOut.objects.bulk_create(
        [MailOptOut(contact=contact, template=template, created_at=now)], ignore_conflicts=True
    )
