"""System checks of the settings for proofs."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from apps.proofs.signatures import InvalidKey, is_public_key, signing_key


def check_proofs(**_: Any) -> Iterable[CheckMessage]:
    """Check the signing key, the former keys and PROOF_URL. Without a key, a root could be replaced unnoticed."""
    if not settings.PROOF_SIGNING_KEY:
        yield Error(
            "PROOF_SIGNING_KEY is not set.",
            hint='Set it to the output of `python -c "import secrets; print(secrets.token_urlsafe(32))"` and keep it.',
            id="proofs.E001",
        )
    else:
        try:
            signing_key(settings.PROOF_SIGNING_KEY)
        except InvalidKey as error:
            yield Error(
                f"PROOF_SIGNING_KEY is invalid: {error}.", hint="It must be 32 bytes as base64url.", id="proofs.E002"
            )
    if not all(is_public_key(each) for each in settings.PROOF_FORMER_KEYS):
        yield Error(
            "PROOF_FORMER_KEYS contains a value that is not a public key.",
            hint="List the keyId of every former key, as shown on the roots it signed: 64 hexadecimal digits.",
            id="proofs.E003",
        )
    if settings.PROOF_URL and not settings.DEVELOPMENT and not settings.PROOF_URL.startswith("https://"):
        yield Error("PROOF_URL is not an https:// address.", hint="Set it to one or remove it.", id="proofs.E004")
