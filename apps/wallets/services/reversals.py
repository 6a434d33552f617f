"""Undoing a posting by a new one: what it took of the wallet goes back to where it came from, once and never twice."""

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef

from apps.common.causes import Cause
from apps.common.transactions import serialized
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.decisions.reversals import decide_undo
from apps.wallets.errors import TransferNotFound
from apps.wallets.keys import OVERPAID, OVERPAID_USED, OWED_REDUCED
from apps.wallets.models import GrantReturn
from apps.wallets.services.books import Asks
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.rows import transfer_row, transfer_state
from apps.wallets.services.turns import decide


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
    lock_wallet(organization, now=now)
    original = find_transfer(organization, transfer_id)
    known = reversal_of(original)
    return known or undo_by_new(organization, original, cause, reason, created_by, now)


@serialized
def undo_cause(*, organization: Organization, cause: Cause, reason: str, created_by: str, now: datetime) -> None:
    """Undo every transfer of an organization that has a cause, the last first, for the service that posted them.

    What is undone already stays as it is; reversals that have the same cause stand.

    Raises:
        NotReversible: one of them is a lapse, or put credit into the wallet.
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


def undo_by_new(
    organization: Organization, original: Transfer, cause: Cause, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Undo what is left of a posting of a locked book; what comes back pays what is overspent, or is credit."""
    gone = GrantReturn.objects.filter(organization=organization, transfer=original)
    returned = gone.values_list("grant", flat=True).first()
    key, undone = f"reversal:{original.pk}", transfer_state(original)
    asks = Asks(
        codes=(undone.source, undone.destination),
        keys=(key, *(beside(key, each) for each in (OWED_REDUCED, OVERPAID, OVERPAID_USED))),
        grant_ids=() if returned is None else (returned,),
        undo=(original.pk,),
        nets=True,
    )
    decision = partial(
        decide_undo, original=undone, returned=returned, cause=cause, reason=reason, created_by=created_by, now=now
    )
    answer = decide(organization.pk, asks, decision, now)
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
    """Return what reversed a transfer, None where nothing did; ask under its book's lock."""
    return Transfer.objects.filter(book=original.book_id, reverses=original).first()
