"""Undo a transfer by a new one, at most once: credit that it took returns to the grants it came from."""

from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial

from django.db.models import Exists, OuterRef

from apps.common.causes import Cause
from apps.common.transactions import serialized
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.budgets.scopes import labels_of
from apps.wallets.charged_work import work_of
from apps.wallets.decisions.reversals import Correction, decide_undo
from apps.wallets.errors import TransferNotFound
from apps.wallets.keys import OVERPAID, OVERPAID_USED, OWED_REDUCED
from apps.wallets.models import GrantReturn
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.rows import transfer_row, transfer_state


@serialized
def undo_transfer(
    *, organization: Organization, transfer_id: int, cause: Cause, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Undo the rest of a transfer, once, on behalf of the service that posted it.

    Staff use `reverse_transfer`, which refuses transfers that other services track in their own rows.

    Raises:
        TransferNotFound: the organization has no such transfer.
        NotReversible: it put credit into the wallet, is a reversal or an expiry, or nothing is left of it.
    """
    lock_wallet(organization, now=now)
    original = find_transfer(organization, transfer_id)
    known = reversal_of(original)
    return known or undo_by_new(organization, original, Correction(cause, reason, created_by), now)


@serialized
def undo_cause(*, organization: Organization, cause: Cause, reason: str, created_by: str, now: datetime) -> None:
    """Undo all of an organization's transfers with a cause, newest first, on behalf of the service that posted them.

    Transfers that were undone before, and reversals with the same cause, stay unchanged.

    Raises:
        NotReversible: one of them is an expiry or put credit into the wallet.
    """
    lock_wallet(organization, now=now)
    book = organization.pk
    posted = Transfer.objects.filter(book=book, cause_type=cause.type, cause_id=cause.id, reverses=None)
    standing = posted.exclude(Exists(Transfer.objects.filter(book=book, reverses=OuterRef("pk"))))
    for transfer_id in standing.order_by("-pk").values_list("pk", flat=True):
        undo_transfer(
            organization=organization,
            transfer_id=transfer_id,
            cause=cause,
            reason=reason,
            created_by=created_by,
            now=now,
        )


def undo_by_new(organization: Organization, original: Transfer, correction: Correction, now: datetime) -> Transfer:
    """Undo the rest of a transfer of a locked book; credit that returns covers shortfalls first."""
    gone = GrantReturn.objects.filter(organization=organization, transfer=original)
    returned = gone.values_list("grant", flat=True).first()
    key, undone = f"reversal:{original.pk}", transfer_state(original)
    work = work_of(original)
    query = BookQuery(
        codes=(undone.source, undone.destination),
        keys=(key, *(beside(key, each) for each in (OWED_REDUCED, OVERPAID, OVERPAID_USED))),
        grant_ids=() if returned is None else (returned,),
        undo=(original.pk,),
        nets=True,
        days=(now.astimezone(UTC).date(),) if work else (),
        labels=tuple(sorted(labels_of(each for each, _ in work))),
    )
    decision = partial(decide_undo, original=undone, returned=returned, correction=correction, work=work, now=now)
    answer = decide(organization.pk, query, decision, now)
    return transfer_row(answer, answer.result)


def find_transfer(organization: Organization, transfer_id: int) -> Transfer:
    """Return a transfer of an organization's book, with its accounts.

    Raises:
        TransferNotFound: the organization has no such transfer.
    """
    rows = Transfer.objects.select_related("source", "destination")
    original = rows.filter(pk=transfer_id, book=organization.pk).first()
    if original is None:
        raise TransferNotFound
    return original


def reversal_of(original: Transfer) -> Transfer | None:
    """Return the reversal of a transfer, or None; call it under the book's lock."""
    return Transfer.objects.filter(book=original.book_id, reverses=original).first()


def is_any_reversed(organization: Organization, transfer_ids: Collection[int]) -> bool:
    """Return whether one of an organization's transfers was reversed; call it under the book's lock."""
    return Transfer.objects.filter(book=organization.pk, reverses__in=transfer_ids).exists()
