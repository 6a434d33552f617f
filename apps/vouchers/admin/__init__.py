"""Vouchers on staff's screens: batches with everything that is done to them, codes, redemptions, the report."""

from apps.vouchers.admin.batches import BatchAdmin
from apps.vouchers.admin.codes import RedemptionAdmin, VoucherAdmin

__all__ = ["BatchAdmin", "RedemptionAdmin", "VoucherAdmin"]
