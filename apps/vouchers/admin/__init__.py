"""Admin pages of vouchers: batches and their actions, codes, redemptions, the report."""

from apps.vouchers.admin.batches import BatchAdmin
from apps.vouchers.admin.codes import RedemptionAdmin, VoucherAdmin

__all__ = ["BatchAdmin", "RedemptionAdmin", "VoucherAdmin"]
