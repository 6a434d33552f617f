"""Ledger rows that can cause a transfer: a captured hold, or another transfer posted in the same call."""

from apps.common.causes import CauseType, Explanation, register

HOLD = register(
    CauseType(name="ledger.hold", label="Captured hold", models=("ledger.Hold",), staff_may_reverse=True),
)
TRANSFER = register(
    CauseType(
        name="ledger.transfer",
        label="Part of a transfer",
        models=("ledger.Transfer",),
        column="number",
        in_book=True,
        page=Explanation("transfer", lambda row: row.pk),
    )
)
