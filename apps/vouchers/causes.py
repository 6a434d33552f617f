"""The rows of this app that cause transfers: redemptions, whose credit is granted and may be taken back."""

from apps.common.causes import CauseType, register

REDEMPTION = register(
    CauseType(
        name="vouchers.redemption", label="Redeemed voucher", models=("vouchers.Redemption",), staff_may_reverse=True
    )
)
