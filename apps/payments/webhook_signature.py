"""Verifies the signature of a webhook. Pure.

`stripe.Webhook.construct_event` is not used: malformed bodies make it raise several other errors, it accepts timestamps
far in the future, and it costs fifty times as much.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from apps.payments.errors import BadSignature

TOLERANCE_SECONDS = 300
_HEADER = re.compile(r"[!-~ ]{1,4096}")
_TIMESTAMP = re.compile(r"t=([0-9]{1,12})")
_SIGNATURE = re.compile(r"v1=([0-9a-f]{64})")


def verify_signature(body: bytes, header: str, secrets: Sequence[str], *, now: datetime) -> None:
    """Check that one of the secrets signed the body, within five minutes before or after `now`.

    Raises:
        BadSignature: no secret did, or the time differs by more.
    """
    if not _HEADER.fullmatch(header):
        raise BadSignature("no readable Stripe-Signature header")
    parts = [part.strip() for part in header.split(",")]
    stamps = [match[1] for part in parts if (match := _TIMESTAMP.fullmatch(part))]
    given = [match[1] for part in parts if (match := _SIGNATURE.fullmatch(part))]
    if len(stamps) != 1 or not given:
        raise BadSignature("the header has no timestamp or no v1 signature")
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE_SECONDS:
        raise BadSignature("the timestamp is more than five minutes off")
    signed = stamps[0].encode() + b"." + body
    wanted = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    matches = [hmac.compare_digest(one, other) for one in wanted for other in given]
    if not any(matches):
        raise BadSignature("no signature matches")
