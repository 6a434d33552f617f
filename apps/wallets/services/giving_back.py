"""Giving back what was charged too much: what was burnt last comes back first."""

from collections.abc import Iterator

from django.db.models import Q

from apps.common.money import Micros
from apps.ledger.services import TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.burndown import Part, unwind
from apps.wallets.models import CHARGES, Consumption, EntryType, Grant
from apps.wallets.services.draft import Draft
from apps.wallets.services.locks import LockedWallet, lock_account, open_shortfalls


def give_back_to_grants(draft: Draft, locked: LockedWallet, request: TransferRequest) -> None:
    """Undo, newest first, what charges took: overspend, then what is owed, then grants in reverse burn order.

    What none of these took was invoiced and paid: it stays on the receivable account and lowers what is owed next.
    """
    missing = int(request.amount)
    missing -= _lower_overspend(draft, locked, missing)
    owed = min(missing, max(0, -lock_account(locked, Role.RECEIVABLE).balance_micros))
    missing -= owed
    back = unwind(_charged_newest_first(locked), missing)
    _return_parts(draft, locked, back.parts, request.key)
    lower_debt(draft, locked, owed + back.uncovered_micros, request)


def _lower_overspend(draft: Draft, locked: LockedWallet, amount_micros: int) -> int:
    lowered = 0
    for shortfall in reversed(open_shortfalls(locked)):
        share = min(shortfall.remaining_micros, amount_micros - lowered)
        if share and shortfall.transfer.kind in CHARGES:
            draft.cover(shortfall, share)
            lowered += share
    return lowered


def _return_parts(draft: Draft, locked: LockedWallet, parts: tuple[Part, ...], key: str) -> None:
    spent = [part.grant_id for part in parts if part.grant_id not in locked.grants]
    locked.grants.update(Grant.objects.in_bulk(spent))
    for part in parts:
        draft.take(locked.grants[part.grant_id], -part.amount_micros, key)


def lower_debt(draft: Draft, locked: LockedWallet, amount_micros: int, request: TransferRequest) -> None:
    """Move an amount from the wallet to the receivable account, where it lowers what is owed."""
    if amount_micros <= 0:
        return
    draft.move(
        locked,
        TransferRequest(
            key=f"{request.key}:owed-less",
            source=locked.code(Role.WALLET),
            destination=locked.code(Role.RECEIVABLE),
            amount=Micros(amount_micros),
            kind=EntryType.ADJUSTMENT,
            created_by=request.created_by,
            description="Owed less, charged too much before",
            metadata={"owedFor": request.key},
        ),
    )


def _charged_newest_first(locked: LockedWallet) -> Iterator[Part]:
    """What charges took and what went back of it already, reversed or given back, newest first."""
    moved = Q(transfer__kind__in=CHARGES) | Q(transfer__reverses__kind__in=CHARGES)
    rows = Consumption.objects.filter(moved, wallet=locked.wallet).order_by("-pk")
    for grant_id, amount in rows.values_list("grant_id", "amount_micros").iterator(chunk_size=200):
        yield Part(grant_id, amount)
