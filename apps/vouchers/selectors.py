"""Finding a voucher by its code."""

from apps.vouchers import codes
from apps.vouchers.keys import lookup_key
from apps.vouchers.models import Voucher


def voucher_with_code(text: str) -> Voucher | None:
    """Return the voucher with this full code, whoever may use it, for staff; None where there is none."""
    code = codes.normalize(text)
    if not codes.is_plain(code):
        return None
    return Voucher.objects.select_related("batch").filter(code_hash=codes.keyed_hash(lookup_key(), code)).first()
