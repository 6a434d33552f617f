"""A customer's contacts: who gets which mail."""

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
    """What a customer says about a contact."""

    name: str
    email: str
    purposes: tuple[str, ...]
    phone: str = ""
    language: str = ""


@transaction.atomic
def replace_contacts(*, organization_id: UUID, contacts: Sequence[ContactValues], now: datetime) -> list[Contact]:
    """Make these the customer's contacts, and return them.

    A contact is known by its address, in any case of letters: one that stays keeps its bounce and what it unsubscribed
    from. The others are erased. The addresses must differ; the database refuses two that are the same.
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
    """Erase a contact and its address in the log of mails; the mails' texts, which name no person, stay."""
    MailMessage.objects.filter(contact=contact_id).update(address="")
    Contact.objects.filter(pk=contact_id).delete()


def lift_bounce(*, contact_id: UUID, now: datetime) -> None:
    """Send mail to a contact's address again, although one bounced."""
    Contact.objects.filter(pk=contact_id).exclude(bounced_at=None).update(bounced_at=None, updated_at=now)


@transaction.atomic
def unsubscribe(*, contact_id: UUID, template: str, now: datetime) -> None:
    """Stop a notice for a contact; doing it again changes nothing.

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
