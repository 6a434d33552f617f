"""Wallet rows that can cause a transfer: an expired grant."""

from apps.common.causes import CauseType, Explanation, register

GRANT = register(
    CauseType(
        name="wallets.grant",
        label="Expired grant",
        models=("wallets.Grant",),
        page=Explanation("grant", lambda row: row.pk),
    )
)
