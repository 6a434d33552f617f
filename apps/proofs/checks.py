"""What the settings of the proofs must be."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from apps.proofs.signatures import InvalidKey, is_public_key, signing_key


def check_proofs(**_: Any) -> Iterable[CheckMessage]:
    """Without a key nobody could tell a day's root from one that was made anew."""
    if not settings.PROOF_SIGNING_KEY:
        yield Error(
            "PROOF_SIGNING_KEY is not set.",
            hint='Set it to what `python -c "import secrets; print(secrets.token_urlsafe(32))"` prints; keep it.',
            id="proofs.E001",
        )
    else:
        try:
            signing_key(settings.PROOF_SIGNING_KEY)
        except InvalidKey as error:
            yield Error(
                f"PROOF_SIGNING_KEY cannot be read: {error}", hint="It is 32 bytes as base64url.", id="proofs.E002"
            )
    if not all(is_public_key(each) for each in settings.PROOF_FORMER_KEYS):
        yield Error(
            "PROOF_FORMER_KEYS holds something else than public keys.",
            hint="List the keyId of each root that a former key signed: 64 hexadecimal digits.",
            id="proofs.E003",
        )
    if settings.PROOF_URL and not settings.DEVELOPMENT and not settings.PROOF_URL.startswith("https://"):
        yield Error("PROOF_URL is not an https:// address.", hint="Set it to one, or unset it.", id="proofs.E004")
