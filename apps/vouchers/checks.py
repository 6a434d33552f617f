"""System check: VOUCHER_CODE_KEY must be too long to guess."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

SHORTEST = 32


def check_code_key(**_kwargs: Any) -> list[CheckMessage]:
    """Report a VOUCHER_CODE_KEY that is too short."""
    if not settings.VOUCHER_CODE_KEY or len(settings.VOUCHER_CODE_KEY) >= SHORTEST:
        return []
    return [
        Error(
            f"VOUCHER_CODE_KEY has fewer than {SHORTEST} characters.",
            hint="Set random characters, or unset it to use SECRET_KEY. Codes made with the old key become invalid.",
            id="vouchers.E001",
        )
    ]
