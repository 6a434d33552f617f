"""Services on vouchers. Each is one transaction; the time is passed in."""

from apps.vouchers.services.batch_state import (
    change_limit,
    disable_batch,
    disable_voucher,
    enable_batch,
    enable_voucher,
    extend_batch,
)
from apps.vouchers.services.batches import cancel_batch, create_batch
from apps.vouchers.services.code_download import Download, claim_download
from apps.vouchers.services.custom_codes import NAMED_LINES, ImportPreview, create_chosen, import_codes, preview_import
from apps.vouchers.services.generation import generate_chunk
from apps.vouchers.services.redemptions import RedemptionResult, redeem_voucher
from apps.vouchers.services.revocation import revoke_batch, revoke_voucher, take_back_chunk

__all__ = [
    "NAMED_LINES",
    "Download",
    "ImportPreview",
    "RedemptionResult",
    "cancel_batch",
    "change_limit",
    "claim_download",
    "create_batch",
    "create_chosen",
    "disable_batch",
    "disable_voucher",
    "enable_batch",
    "enable_voucher",
    "extend_batch",
    "generate_chunk",
    "import_codes",
    "preview_import",
    "redeem_voucher",
    "revoke_batch",
    "revoke_voucher",
    "take_back_chunk",
]
