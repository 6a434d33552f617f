"""Corrections by staff: deductions, reversals, revoked grants. Each is a new transfer; nothing is ever edited."""

from datetime import datetime

from django.db.models import Q, Sum

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.models import Transfer
from apps.ledger.services import TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burndown import burn
from apps.wallets.errors import BudgetExceeded, NotReversible
from apps.wallets.models import Consumption, EntryType, Grant
from apps.wallets.selectors import why_not_reversible
from apps.wallets.services.admission import available_micros
from apps.wallets.services.draft import Draft
from apps.wallets.services.expiry import post_expiry
from apps.wallets.services.freezing import refuse_frozen
from apps.wallets.services.grants import move_end, note_end
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import lock_wallet, read_account
from apps.wallets.services.refunds import take_unspent
from apps.wallets.services.undoing import find_transfer, reversal_of, undo_by_new


@serialized
def deduct(
    *, organization: Organization, amount: Micros, key: str, cause: Cause, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Take credit away by hand, once per key, in burn order; never more than is available.

    Raises:
        BudgetExceeded: less is available.
        IdempotencyMismatch: the key was used before with another amount.
    """
    locked = lock_wallet(organization, now=now)
    account = read_account(locked, Role.WALLET)
    request = TransferRequest(
        book_id=locked.book.pk,
        key=key,
        source=account.code,
        destination=locked.code(Role.PROMOTIONS),
        amount=amount,
        kind=EntryType.ADJUSTMENT,
        created_by=created_by,
        cause=cause,
        description=reason,
    )
    if known := ledger.posted_before([request]):
        return known[request.place]
    paid = burn((grant.as_slice() for grant in locked.spendable(now)), amount)
    if paid.uncovered_micros or amount > available_micros(locked, account, now):
        raise BudgetExceeded(field="amount")
    draft = Draft(now)
    draft.move(locked, request)
    draft.consume(locked, paid, request)
    return draft.post()[request.place]


@serialized
def revoke_grant(*, grant: Grant, cause: Cause, reason: str, created_by: str, now: datetime) -> Micros:
    """Take back what is unspent of credit that was given away, by reversal, and end it; return how much that was.

    A grant that was reversed is taken back already. What a pending reservation holds of it may still be captured; what
    the reservation returns lapses.

    Raises:
        NotReversible: it was paid for, and is refunded instead; or it is frozen, since its payment is in dispute.
    """
    locked = lock_wallet(grant.organization, now=now)
    _refuse_to_take(Transfer.objects.select_related("source", "destination").get(pk=grant.transfer_id), grant)
    fresh = locked.grants.get(grant.pk)
    if fresh is None or fresh.is_expired(now) or _is_reversed(fresh):
        return Micros(0)
    unspent = Micros(fresh.free_micros)
    if unspent:
        draft = Draft(now)
        request = reversal_of(fresh.transfer, unspent, cause, reason, created_by, f"grant-revocation:{fresh.pk}")
        draft.move(locked, request)
        draft.take(fresh, unspent, request)
        request.effects.ends = (fresh.number, now)
        draft.post()
        move_end(locked, fresh, now)
    else:
        note_end(locked, fresh, now, by=created_by, why=reason, now=now)
    return unspent


@serialized
def reverse_transfer(
    *, organization: Organization, transfer_id: int, cause: Cause, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Undo by hand what is left of one transfer, by a new one, once: what it burnt goes back, what it granted is taken.

    Raises:
        TransferNotFound: the organization has no such transfer.
        NotReversible: staff do not reverse what its cause posts (`why_not_reversible`), its credit was paid for or is
            frozen, or nothing is left of it: it was given back, was taken back, or has lapsed.
    """
    locked = lock_wallet(organization, now=now)
    original = find_transfer(locked, transfer_id)
    if known := Transfer.objects.filter(book=original.book_id, reverses=original).first():
        return known
    grant = Grant.objects.filter(organization=locked.organization, transfer=original).first()
    _refuse_to_take(original, grant)
    if grant is None:
        return undo_by_new(locked, original, cause, reason, created_by, now)
    draft = Draft(now)
    fresh = locked.grants.setdefault(grant.pk, grant)
    request = reversal_of(original, _left_to_take(draft, locked, fresh), cause, reason, created_by)
    draft.move(locked, request)
    take_unspent(draft, locked, fresh, request)
    if fresh.is_expired(now):
        return draft.post()[request.place]
    request.effects.ends = (fresh.number, now)
    reversal = draft.post()[request.place]
    move_end(locked, fresh, now)
    return reversal


def _refuse_to_take(original: Transfer, grant: Grant | None) -> None:
    if reason := why_not_reversible(original, grant):
        raise NotReversible(reason)
    if grant is not None:
        refuse_frozen(grant)


def _left_to_take(draft: Draft, locked: LockedWallet, grant: Grant) -> Micros:
    """How much of a grant a reversal takes, spent or not: all but what went back of it before and what is held.

    What a reservation holds may still be captured; what it returns lapses, since the grant ends.
    """
    if grant.is_expired(draft.now) and grant.free_micros:
        post_expiry(draft, locked, grant)
    gone = grant.lapsed_micros + grant.returned_micros + _deducted_micros(grant) + grant.held_micros
    if grant.amount_micros <= gone:
        raise NotReversible("Nothing is left of it: it has lapsed, was taken back, or is held")
    return Micros(grant.amount_micros - gone)


def _deducted_micros(grant: Grant) -> int:
    """What staff deducted of a grant by hand and did not put back, in micros: promotions have it already."""
    by_hand = Q(transfer__kind=EntryType.ADJUSTMENT) | Q(transfer__reverses__kind=EntryType.ADJUSTMENT)
    return Consumption.objects.filter(by_hand, grant=grant).aggregate(total=Sum("amount_micros"))["total"] or 0


def _is_reversed(grant: Grant) -> bool:
    return Transfer.objects.filter(book=grant.organization_id, reverses=grant.transfer_id).exists()
