"""What of the ledger's own causes a transfer: a hold that was captured, or another transfer that it goes with."""

from apps.common.causes import CauseType, Explanation, register

HOLD = register(
    CauseType(name="ledger.hold", label="Captured hold", models=("ledger.Hold",), staff_may_reverse=True),
)
TRANSFER = register(
    CauseType(
        name="ledger.transfer",
        label="Goes with a transfer",
        models=("ledger.Transfer",),
        column="number",
        in_book=True,
        page=Explanation("transfer", lambda row: row.pk),
    )
)
