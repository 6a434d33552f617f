"""System check: a key of voucher codes that can be guessed is worse than none of their own."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

SHORTEST = 32


def check_code_key(**_kwargs: Any) -> list[CheckMessage]:
    """Name what is wrong with VOUCHER_CODE_KEY."""
    if not settings.VOUCHER_CODE_KEY or len(settings.VOUCHER_CODE_KEY) >= SHORTEST:
        return []
    return [
        Error(
            f"VOUCHER_CODE_KEY has fewer than {SHORTEST} characters.",
            hint="Set it to random characters, or unset it to use SECRET_KEY. Codes of another key stop working.",
            id="vouchers.E001",
        )
    ]
