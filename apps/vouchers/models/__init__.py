"""Batches of codes, the codes, their redemptions, and what keeps guessing slow."""

from apps.vouchers.models.batches import Batch, BatchEvent
from apps.vouchers.models.redemptions import Redemption, TakeBack
from apps.vouchers.models.vouchers import Voucher
from apps.vouchers.models.wrong_codes import WrongCodes

__all__ = ["Batch", "BatchEvent", "Redemption", "TakeBack", "Voucher", "WrongCodes"]
