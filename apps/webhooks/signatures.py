"""Signatures of webhooks and of signed reports, in the format of Standard Webhooks: the headers, and their check."""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from apps.webhooks.secrets import PREFIX

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def signed_headers(*, event_id: str, body: str, secrets_of_endpoint: Sequence[str], now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with a signature for each secret."""
    moment = now.astimezone(UTC).replace(microsecond=0)  # the library signs the wall clock time as UTC
    signatures = [Webhook(secret).sign(event_id, moment, body) for secret in secrets_of_endpoint]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def is_signed(
    *, event_id: str, timestamp: str, body: bytes, signatures: str, secrets_of_endpoint: Sequence[str]
) -> bool:
    """Return whether one of the signatures, as Standard Webhooks formats them, signs this message with one secret.

    The body is bytes, because the library's own check only takes text; the time is not compared with a clock.
    """
    if not event_id or not _SECONDS.fullmatch(timestamp):
        return False
    signed = f"{event_id}.{timestamp}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets_of_endpoint]
    made = [hmac.digest(key, signed, "sha256") for key in keys]
    given = [_decoded(text) for name, _, text in (each.partition(",") for each in signatures.split()) if name == "v1"]
    return any([hmac.compare_digest(each, told) for each in made for told in given])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
