"""Bonus credits: granted once, with the first instalment that is paid in full."""

from datetime import datetime

from apps.common.money import Micros
from apps.contracts.models import Contract
from apps.wallets import services as wallets
from apps.wallets.models import Grant


def grant_bonus_once(contract: Contract, *, created_by: str, now: datetime) -> None:
    """Grant a locked contract's bonus credits unless they were."""
    if not contract.bonus_credits_micros or contract.bonus_granted_at is not None:
        return
    wallets.grant_credits(
        organization=contract.organization,
        amount=Micros(contract.bonus_credits_micros),
        source=Grant.Source.BONUS,
        key=f"contract:{contract.pk}:bonus",
        created_by=created_by,
        now=now,
        description="Bonus credit of the contract",
    )
    contract.bonus_granted_at = now
    contract.save(update_fields=["bonus_granted_at"])
