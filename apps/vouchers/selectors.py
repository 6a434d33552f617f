"""Queries on vouchers."""

from apps.vouchers import codes
from apps.vouchers.keys import lookup_key
from apps.vouchers.models import Voucher


def voucher_with_code(text: str) -> Voucher | None:
    """Return the voucher with this full code, or None. For staff: eligibility is not checked."""
    code = codes.normalize(text)
    if not codes.is_plain(code):
        return None
    return Voucher.objects.select_related("batch").filter(code_hash=codes.keyed_hash(lookup_key(), code)).first()
