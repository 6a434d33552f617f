"""Corrections by staff: adjustments, reversals, revoked grants. Each is a new transfer; nothing is ever edited."""

from datetime import datetime

from django.db.models import Sum

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.models import Transfer
from apps.ledger.services import TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burndown import burn
from apps.wallets.errors import BudgetExceeded, NotReversible, TransferNotFound
from apps.wallets.models import Consumption, EntryType, Grant, Shortfall
from apps.wallets.services.admission import available_micros
from apps.wallets.services.draft import Draft
from apps.wallets.services.expiry import post_expiry
from apps.wallets.services.giving_back import lower_debt
from apps.wallets.services.locks import LockedWallet, lock_account, lock_wallet
from apps.wallets.services.refunds import take_unspent


@serialized
def deduct(
    *, organization: Organization, amount: Micros, key: str, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Take credit away by hand, once per key, in burn order; never more than is available.

    Raises:
        BudgetExceeded: less is available.
        IdempotencyMismatch: the key was used before with another amount.
    """
    locked = lock_wallet(organization, now=now)
    account = lock_account(locked, Role.WALLET)
    request = TransferRequest(
        key=key,
        source=account.code,
        destination=locked.code(Role.PROMOTIONS),
        amount=amount,
        kind=EntryType.ADJUSTMENT,
        created_by=created_by,
        description=reason,
    )
    if known := ledger.posted_before([request]):
        return known[key]
    paid = burn((grant.as_slice() for grant in locked.spendable(now)), amount)
    if paid.uncovered_micros or amount > available_micros(locked, account, now):
        raise BudgetExceeded(field="amount")
    draft = Draft(now)
    draft.move(locked, request)
    draft.consume(locked, paid, key)
    return draft.post()[key]


@serialized
def revoke_grant(*, grant: Grant, reason: str, created_by: str, now: datetime) -> Micros:
    """Take back what is unspent of a grant, by reversal, and end it; return how much that was.

    A grant that was reversed is owed back whole already and is left as it is. What a pending reservation holds of it
    may still be captured; what the reservation returns lapses.
    """
    locked = lock_wallet(grant.wallet.organization, now=now)
    fresh = locked.grants.get(grant.pk)
    if fresh is None or fresh.is_expired(now) or Transfer.objects.filter(reverses=fresh.transfer_id).exists():
        return Micros(0)
    unspent = Micros(fresh.free_micros)
    if unspent:
        draft = Draft(now)
        request = _reversal(fresh.transfer, unspent, reason, created_by, f"grant-revocation:{fresh.pk}")
        draft.move(locked, request)
        draft.take(fresh, unspent, request.key)
        draft.post()
    fresh.expires_at = now
    fresh.save(update_fields=["expires_at"])
    return unspent


@serialized
def reverse_transfer(
    *, organization: Organization, transfer_id: int, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Undo one transfer by a new one, once: what it burnt goes back, what it granted is taken.

    Raises:
        TransferNotFound: the organization has no such transfer.
        NotReversible: it is a reversal itself, belongs to another transfer, was given back, or has lapsed altogether.
    """
    locked = lock_wallet(organization, now=now)
    codes = {locked.code(role) for role in Role}
    original = Transfer.objects.select_related("source", "destination").filter(pk=transfer_id).first()
    if original is None or original.source.code not in codes:
        raise TransferNotFound
    if known := Transfer.objects.filter(reverses=original).first():
        return known
    if original.kind == EntryType.REVERSAL or "owedFor" in original.metadata:
        raise NotReversible
    draft = Draft(now)
    request = _undo(draft, locked, original, reason, created_by)
    return draft.post()[request.key]


def _undo(draft: Draft, locked: LockedWallet, original: Transfer, reason: str, created_by: str) -> TransferRequest:
    wallet, key = locked.code(Role.WALLET), f"reversal:{original.pk}"
    if original.destination.code == wallet:
        return _undo_grant(draft, locked, original, reason, created_by)
    request = _reversal(original, Micros(original.amount_micros), reason, created_by, key)
    if original.source.code == wallet:
        draft.move(locked, request)
        _return_what_it_took(draft, locked, original, request)
    else:
        draft.requests.append(request)
    return request


def _undo_grant(
    draft: Draft, locked: LockedWallet, original: Transfer, reason: str, created_by: str
) -> TransferRequest:
    grant = Grant.objects.filter(transfer=original).first()
    if grant is None:
        raise NotReversible("It gave back what was charged before; reverse nothing but grants and charges")
    fresh = locked.grants.get(grant.pk, grant)
    if fresh.is_expired(draft.now) and fresh.free_micros:
        post_expiry(draft, locked, fresh)
    lapsed = Consumption.objects.filter(grant=grant, transfer__kind=EntryType.EXPIRY)
    posted = lapsed.aggregate(total=Sum("amount_micros"))["total"] or 0
    drafted = sum(amount for each, _, amount in draft.consumed if each.pk == grant.pk)
    amount = grant.amount_micros - posted - drafted
    if amount <= 0:
        raise NotReversible("All of it has lapsed")
    request = _reversal(original, Micros(amount), reason, created_by, f"reversal:{original.pk}")
    draft.move(locked, request)
    take_unspent(draft, locked, grant, request)
    return request


def _return_what_it_took(draft: Draft, locked: LockedWallet, original: Transfer, request: TransferRequest) -> None:
    taken = Consumption.objects.filter(transfer=original).values("grant").annotate(net=Sum("amount_micros"))
    parts = {row["grant"]: row["net"] for row in taken}
    locked.grants.update(Grant.objects.in_bulk([grant for grant in parts if grant not in locked.grants]))
    for grant_id, net in parts.items():
        grant = locked.grants[grant_id]
        if net > grant.amount_micros - grant.remaining_micros:
            raise NotReversible("What it charged has been given back already")
        draft.take(grant, -net, request.key)
    shortfall = Shortfall.objects.filter(transfer=original).first()
    open_micros = shortfall.remaining_micros if shortfall else 0
    if shortfall:
        draft.cover(shortfall, open_micros)
    lower_debt(draft, locked, original.amount_micros - sum(parts.values()) - open_micros, request)


def _reversal(original: Transfer, amount: Micros, reason: str, created_by: str, key: str) -> TransferRequest:
    return TransferRequest(
        key=key,
        source=original.destination.code,
        destination=original.source.code,
        amount=amount,
        kind=EntryType.REVERSAL,
        created_by=created_by,
        description=reason,
        metadata={"reverses": original.key},
        reverses=original,
    )
