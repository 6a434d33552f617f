"""Signed addresses at which a customer authenticates an automatic top-up, as the bank requires."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "apps.payments.top_up"


def confirmation_address(attempt_id: UUID) -> str:
    """Return the address at which an attempt is paid."""
    token = signing.dumps(attempt_id.hex, salt=SALT)
    return f"{settings.PUBLIC_BASE_URL}{reverse('top-up-confirmation', args=[token])}"


def read_token(token: str) -> UUID | None:
    """Return the id of the attempt that a token names; None if we have not signed the token."""
    try:
        return UUID(hex=signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return None
