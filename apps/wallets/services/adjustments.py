"""Corrections by staff: deductions, reversals and revoked grants. Each is a new transfer; no row is edited."""

from datetime import datetime
from functools import partial

from django.db.models import Q, Sum

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger.models import Transfer
from apps.ledger.requests import Instruction, TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.decisions.reversals import Correction, decide_deduct, decide_reverse_grant, decide_revoke
from apps.wallets.errors import NotReversible
from apps.wallets.models import Consumption, EntryType, Grant
from apps.wallets.selectors import why_not_reversible
from apps.wallets.services.books import BookQuery
from apps.wallets.services.dispute_holds import refuse_frozen
from apps.wallets.services.group_commit import decide
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.reversals import find_transfer, reversal_of, undo_by_new
from apps.wallets.services.rows import transfer_row, transfer_state


def deduct(*, organization: Organization, amount: Micros, order: Instruction, now: datetime) -> Transfer:
    """Take credit away by hand, once per key, in burn order; never more than is available.

    Raises:
        BudgetExceeded: less is available.
        IdempotencyMismatch: the key was used before with another amount.
    """
    request = TransferRequest(
        book_id=organization.pk,
        key=order.key,
        source=code_of(organization.pk, Role.WALLET),
        destination=code_of(organization.pk, Role.PROMOTIONS),
        amount=amount,
        kind=EntryType.ADJUSTMENT.value,
        created_by=order.created_by,
        cause=order.cause,
        description=order.description,
    )
    query = BookQuery(roles=(Role.PROMOTIONS,), keys=(order.key,))
    answer = decide(organization.pk, query, lambda state: decide_deduct(state, request, now), now)
    return transfer_row(answer, answer.result)


@serialized
def revoke_grant(*, grant: Grant, cause: Cause, reason: str, created_by: str, now: datetime) -> Micros:
    """Take back the unspent part of promotional credit by a reversal, end the grant, and return the micros taken.

    A grant that was reversed before returns zero. What a pending reservation holds may still be captured; what the
    reservation frees expires.

    Raises:
        NotReversible: the grant was paid for, so it must be refunded, or it is frozen by a dispute.
    """
    lock_wallet(grant.organization, now=now)
    made_by = Transfer.objects.select_related("source", "destination").get(pk=grant.transfer_id)
    _refuse_to_take(made_by, grant)
    if reversal_of(made_by) is not None:
        return Micros(0)
    key = f"grant-revocation:{grant.pk}"
    query = BookQuery(codes=(made_by.source.code, made_by.destination.code), keys=(key,), grant_ids=(grant.pk,))
    decision = partial(
        decide_revoke,
        grant_id=grant.pk,
        made_by=transfer_state(made_by),
        correction=Correction(cause, reason, created_by),
        now=now,
    )
    return decide(grant.organization_id, query, decision, now).result


@serialized
def reverse_transfer(
    *, organization: Organization, transfer_id: int, cause: Cause, reason: str, created_by: str, now: datetime
) -> Transfer:
    """Undo the rest of one transfer by a new one, once: burned credit returns to its grants, granted credit is taken.

    Raises:
        TransferNotFound: the organization has no such transfer.
        NotReversible: staff may not reverse it (see `why_not_reversible`), a dispute froze its credit, or nothing is
            left of it.
    """
    lock_wallet(organization, now=now)
    original = find_transfer(organization, transfer_id)
    if known := reversal_of(original):
        return known
    grant = Grant.objects.filter(organization=organization, transfer=original).first()
    _refuse_to_take(original, grant)
    correction = Correction(cause, reason, created_by)
    if grant is None:
        return undo_by_new(organization, original, correction, now)
    made_by = transfer_state(original)
    query = BookQuery(
        roles=(Role.BREAKAGE, Role.PROMOTIONS),
        codes=(made_by.source, made_by.destination),
        keys=(f"reversal:{original.pk}",),
        grant_ids=(grant.pk,),
    )
    decision = partial(
        decide_reverse_grant,
        grant_id=grant.pk,
        made_by=made_by,
        deducted_micros=_deducted_micros(grant),
        correction=correction,
        now=now,
    )
    answer = decide(organization.pk, query, decision, now)
    return transfer_row(answer, answer.result)


def _refuse_to_take(original: Transfer, grant: Grant | None) -> None:
    if reason := why_not_reversible(original, grant):
        raise NotReversible(reason)
    if grant is not None:
        refuse_frozen(grant)


def _deducted_micros(grant: Grant) -> int:
    """Return the micros that staff deducted from a grant and did not put back.

    These are already on the promotions account.
    """
    by_hand = Q(transfer__kind=EntryType.ADJUSTMENT) | Q(transfer__reverses__kind=EntryType.ADJUSTMENT)
    return Consumption.objects.filter(by_hand, grant=grant).aggregate(total=Sum("amount_micros"))["total"] or 0
