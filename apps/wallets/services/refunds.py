"""Refunds and lost disputes: take credit from the grant that the payment made; a spent part becomes a shortfall."""

from datetime import datetime

from apps.common.money import Micros
from apps.ledger.models import Transfer
from apps.ledger.requests import Instruction
from apps.wallets.accounts import Role
from apps.wallets.decisions.refunds import GrantDebit, decide_grant_debit
from apps.wallets.models import EntryType, Grant
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.rows import transfer_row


def refund_grant(
    *, grant: Grant, amount: Micros, order: Instruction, now: datetime, to_role: Role = Role.CASH
) -> Transfer:
    """Take a refunded amount, in micros, out of the wallet, once per key; a spent or held part becomes a shortfall.

    Raises:
        IdempotencyMismatch: the key was used before with other inputs.
    """
    call = GrantDebit(
        grant_id=grant.pk,
        amount=amount,
        to_role=to_role,
        kind=EntryType.REFUND.value,
        key=order.key,
        cause=order.cause,
        created_by=order.created_by,
        description=order.description or "Refund",
    )
    return _take_back(grant, call, now)


def claw_back_grant(*, grant: Grant, amount: Micros, order: Instruction, now: datetime) -> Transfer:
    """Take the amount of a lost dispute, in micros, out of the wallet, once per key. `unfreeze` has to come first.

    Raises:
        IdempotencyMismatch: the key was used before with other inputs.
    """
    call = GrantDebit(
        grant_id=grant.pk,
        amount=amount,
        to_role=Role.DISPUTES,
        kind=EntryType.DISPUTE.value,
        key=order.key,
        cause=order.cause,
        created_by=order.created_by,
        description=order.description or "Dispute lost",
    )
    return _take_back(grant, call, now)


def _take_back(grant: Grant, call: GrantDebit, now: datetime) -> Transfer:
    query = BookQuery(
        roles=(call.to_role, Role.BREAKAGE, Role.PROMOTIONS),
        keys=(call.key,),
        grant_ids=(grant.pk,),
    )
    answer = decide(grant.organization_id, query, lambda state: decide_grant_debit(state, call, now), now)
    return transfer_row(answer, answer.result)
