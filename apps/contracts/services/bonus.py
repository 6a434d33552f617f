"""Bonus credits: granted once, with the first installment that is paid in full, and kept while one is paid."""

from datetime import datetime

from apps.common.money import Micros
from apps.common.periods import midnight
from apps.contracts.causes import CONTRACT
from apps.contracts.models import Contract, Installment
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.selectors import granted_by
from apps.wallets.services.locks import lock_wallet


def grant_bonus_once(contract: Contract, *, created_by: str, now: datetime) -> None:
    """Grant a locked contract's bonus credits unless they were; what was taken back of them comes back."""
    if not contract.bonus_credits_micros:
        return
    if contract.bonus_granted_at is not None:
        _restore(contract, created_by=created_by, now=now)
        return
    wallets.grant_credits(
        organization=contract.organization,
        amount=Micros(contract.bonus_credits_micros),
        source=Grant.Source.BONUS,
        key=f"contract:{contract.pk}:bonus",
        cause=CONTRACT.of(contract.pk),
        created_by=created_by,
        now=now,
        description="Bonus credit of the contract",
        starts_at=midnight(contract.start_date),
    )
    contract.bonus_granted_at = now
    contract.save(update_fields=["bonus_granted_at"])


def take_bonus_back(contract: Contract, *, key: str, created_by: str, now: datetime) -> None:
    """Take back what is unspent of a locked contract's bonus once no installment of it is paid any more."""
    is_out = contract.bonus_granted_at is not None and contract.bonus_taken_back_id is None
    if not is_out or contract.installments.filter(state=Installment.State.PAID).exists():
        return
    lock_wallet(contract.organization, now=now)
    grant = granted_by(contract.organization, CONTRACT.of(contract.pk))
    if grant is None or not grant.free_micros:
        return
    contract.bonus_taken_back = wallets.refund_grant(
        grant=grant,
        amount=Micros(grant.free_micros),
        key=key,
        cause=CONTRACT.of(contract.pk),
        created_by=created_by,
        now=now,
        description="Bonus credit of the contract, taken back: its payment went back",
        to_role=Role.PROMOTIONS,
    )
    contract.save(update_fields=["bonus_taken_back"])


def _restore(contract: Contract, *, created_by: str, now: datetime) -> None:
    if contract.bonus_taken_back_id is None:
        return
    wallets.undo_transfer(
        organization=contract.organization,
        transfer_id=contract.bonus_taken_back_id,
        cause=CONTRACT.of(contract.pk),
        reason="An installment of the contract is paid again",
        created_by=created_by,
        now=now,
    )
    contract.bonus_taken_back = None
    contract.save(update_fields=["bonus_taken_back"])
