"""Batches of codes, the codes, their redemptions, and what keeps guessing slow."""

from apps.vouchers.models.batches import Batch, BatchEvent
from apps.vouchers.models.redemptions import Redemption, TakeBack
from apps.vouchers.models.throttling import WrongCodes
from apps.vouchers.models.vouchers import Voucher

__all__ = ["Batch", "BatchEvent", "Redemption", "TakeBack", "Voucher", "WrongCodes"]
