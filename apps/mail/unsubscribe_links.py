"""Signed addresses at which one contact unsubscribes from one notice (RFC 8058)."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from apps.mail.models import Contact

SALT = "apps.mail.unsubscribe"


def unsubscribe_address(contact: Contact, template: str) -> str:
    """Return the address that unsubscribes a contact from a notice."""
    token = signing.dumps([contact.pk.hex, template], salt=SALT)
    return f"{settings.PUBLIC_BASE_URL}{reverse('mail-unsubscribe', args=[token])}"


def read_token(token: str) -> tuple[UUID, str] | None:
    """Return the contact's id and the notice of a token; None if we have not signed it."""
    try:
        contact, template = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return UUID(hex=contact), str(template)
