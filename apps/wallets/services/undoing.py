"""Undoing a posting by a new one: what it took of the wallet goes back to where it came from, once and never twice."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger.causes import TRANSFER
from apps.ledger.models import Transfer
from apps.ledger.services import TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.errors import NotReversible, TransferNotFound
from apps.wallets.models import EntryType, GrantReturn
from apps.wallets.services.draft import Draft
from apps.wallets.services.giving_back import left_of, lower_debt, undo
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.overpayments import settle_receivables
from apps.wallets.services.overspend import pay_overspend

GIVEN_BACK = "All of it was given back already"


@serialized
def undo_transfer(
    *, organization: Organization, transfer_id: int, cause: Cause, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Undo what is left of a transfer, once, for the service that posted it and keeps its own account of it.

    For what staff undo by hand there is `reverse_transfer`, which refuses what other services reckon with.

    Raises:
        TransferNotFound: the organization has no such transfer.
        NotReversible: it put credit into the wallet, is a reversal or a lapse, or all of it was given back.
    """
    locked = lock_wallet(organization, now=now)
    original = find_transfer(locked, transfer_id)
    if known := Transfer.objects.filter(book=original.book_id, reverses=original).first():
        return known
    return undo_by_new(locked, original, cause, reason, created_by, now)


@serialized
def undo_cause(*, organization: Organization, cause: Cause, reason: str, created_by: str, now: datetime) -> None:
    """Undo every transfer of an organization that has a cause, the last first, for the service that posted them.

    What is undone already stays as it is; reversals that have the same cause stand.

    Raises:
        NotReversible: one of them is a lapse, or put credit into the wallet.
    """
    locked = lock_wallet(organization, now=now)
    posted = Transfer.objects.filter(book=locked.book, cause_type=cause.type, cause_id=cause.id, reverses=None)
    standing = posted.exclude(Exists(Transfer.objects.filter(book=locked.book, reverses=OuterRef("pk"))))
    for transfer_id in standing.order_by("-pk").values_list("pk", flat=True):
        undo_transfer(
            organization=organization,
            transfer_id=transfer_id,
            cause=cause,
            reason=reason,
            created_by=created_by,
            now=now,
        )


def undo_by_new(
    locked: LockedWallet, original: Transfer, cause: Cause, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Undo what is left of a posting; what comes back of it pays what is overspent, or is credit where it was paid."""
    draft = Draft(now)
    request = undo_posting(draft, locked, original, cause, reason, created_by)
    reversal = draft.post()[request.place]
    pay_overspend([locked], now=now)
    settle_receivables([(reversal, locked)], created_by=created_by, now=now)
    return reversal


def find_transfer(locked: LockedWallet, transfer_id: int) -> Transfer:
    """Return a transfer out of one of the organization's accounts.

    Raises:
        TransferNotFound: the organization has no such transfer.
    """
    original = Transfer.objects.select_related("source", "destination").filter(pk=transfer_id).first()
    if original is None or original.book_id != locked.book.pk:
        raise TransferNotFound
    return original


def undo_posting(
    draft: Draft, locked: LockedWallet, original: Transfer, cause: Cause, reason: str, created_by: str
) -> TransferRequest:
    """Add to a draft that what is left of a posting is undone, and return the reversal.

    Raises:
        NotReversible: nothing is left of it, or it is not undone on its own.
    """
    wallet = locked.code(Role.WALLET)
    belongs = original.kind in (EntryType.REVERSAL, EntryType.EXPIRY) or original.cause_type == TRANSFER.name
    if belongs or original.destination.code == wallet:
        raise NotReversible
    if original.source.code != wallet:
        request = reversal_of(original, Micros(original.amount_micros), cause, reason, created_by)
        draft.requests.append(request)
        return request
    left = left_of([original], {locked.organization.pk: locked})[original.pk]
    if not left.left_micros:
        raise NotReversible(GIVEN_BACK)
    request = reversal_of(original, Micros(left.left_micros), cause, reason, created_by)
    draft.move(locked, request)
    lower_debt(draft, locked, undo(draft, locked, left, left.left_micros, request), request)
    _count_less_returned(draft, locked, original)
    return request


def _count_less_returned(draft: Draft, locked: LockedWallet, original: Transfer) -> None:
    """A refund or lost dispute that is undone no longer counts as returned."""
    returned = (
        GrantReturn.objects.select_related("grant").filter(organization=locked.organization, transfer=original).first()
    )
    if returned is not None:
        grant = locked.grants.setdefault(returned.grant_id, returned.grant)
        draft.count_kept(grant, original.amount_micros)


def reversal_of(
    original: Transfer, amount: Micros, cause: Cause, reason: str, created_by: str, key: str | None = None
) -> TransferRequest:
    """The transfer that undoes an amount of another one."""
    return TransferRequest(
        book_id=original.book_id,
        key=key or f"reversal:{original.pk}",
        source=original.destination.code,
        destination=original.source.code,
        amount=amount,
        kind=EntryType.REVERSAL,
        created_by=created_by,
        cause=cause,
        description=reason,
        reverses=original,
    )
