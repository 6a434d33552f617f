"""What of the vouchers causes a transfer: a redemption, whose credit is given and may be taken back."""

from apps.common.causes import CauseType, register

REDEMPTION = register(
    CauseType(
        name="vouchers.redemption", label="Redeemed voucher", models=("vouchers.Redemption",), staff_may_reverse=True
    )
)
