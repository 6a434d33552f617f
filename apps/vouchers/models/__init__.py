"""Models: batches, codes, redemptions, and the log of wrong codes that limits guessing."""

from apps.vouchers.models.batches import Batch, BatchEvent
from apps.vouchers.models.redemptions import Redemption, RedemptionReversal
from apps.vouchers.models.vouchers import Voucher, WrongCodes

__all__ = ["Batch", "BatchEvent", "Redemption", "RedemptionReversal", "Voucher", "WrongCodes"]
