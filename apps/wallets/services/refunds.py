"""Money that goes back: refunds and lost disputes take from the grant the payment made; what is spent becomes debt."""

from datetime import datetime
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.models import Transfer
from apps.ledger.services import TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.models import EntryType, Grant
from apps.wallets.services.draft import Draft
from apps.wallets.services.freezing import end_freeze
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.overspend import pay_overspend


def refund_grant(
    *,
    grant: Grant,
    amount: Micros,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str = "",
    to_role: Role = Role.CASH,
) -> Transfer:
    """Take a refunded amount out of the wallet, once per key: the grant's unspent part first, the rest as debt.

    Raises:
        IdempotencyMismatch: the key was used before with other inputs.
    """
    return take_back(grant, amount, to_role, EntryType.REFUND, key, cause, created_by, now, description or "Refund")


def claw_back_grant(
    *,
    grant: Grant,
    amount: Micros,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str = "",
    hold_id: UUID | None = None,
) -> Transfer:
    """Take the amount of a lost dispute out of the wallet, once per key, ending the freeze `hold_id` first.

    Raises:
        IdempotencyMismatch: the key was used before with other inputs.
    """
    about = description or "Dispute lost"
    return take_back(grant, amount, Role.DISPUTES, EntryType.DISPUTE, key, cause, created_by, now, about, hold_id)


@serialized
def take_back(
    grant: Grant,
    amount: Micros,
    to_role: Role,
    kind: EntryType,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str,
    hold_id: UUID | None = None,
) -> Transfer:
    """Move an amount from the wallet, taking the grant's free part first and leaving the rest as a shortfall."""
    locked = lock_wallet(grant.organization, now=now)
    request = TransferRequest(
        book_id=locked.book.pk,
        key=key,
        source=locked.code(Role.WALLET),
        destination=locked.code(to_role),
        amount=amount,
        kind=kind,
        created_by=created_by,
        cause=cause,
        description=description,
        facts={"grant": grant.pk},
    )
    if known := ledger.posted_before([request]):
        return known[request.place]
    if hold_id is not None:
        end_freeze(locked, ledger.read_hold(hold_id, locked.book.pk), now=now)
    fresh = locked.grants.get(grant.pk) or Grant.objects.get(pk=grant.pk)
    draft = Draft(now)
    draft.move(locked, request)
    draft.count_returned(fresh, request)
    take_unspent(draft, locked, fresh, request)
    taken = draft.post()[request.place]
    if hold_id is not None:
        pay_overspend([locked], now=now)
    return taken


def take_unspent(draft: Draft, locked: LockedWallet, fresh: Grant, request: TransferRequest) -> None:
    """Take a request's amount from what is free of a grant, read under the lock, and the rest as debt."""
    own = 0 if fresh.is_expired(draft.now) else min(request.amount, fresh.free_micros)
    draft.take(fresh, own, request)
    draft.fall_short(request.amount - own, request)
