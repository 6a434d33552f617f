"""Freeze credit while its payment is in dispute, and release it after the decision."""

from datetime import datetime
from uuid import UUID, uuid4

from apps.common.money import Micros
from apps.ledger.models import Hold
from apps.ledger.requests import HoldRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.decisions.freezes import decide_freeze, decide_unfreeze
from apps.wallets.errors import NotReversible
from apps.wallets.models import Grant, HoldSlice
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.rows import hold_row


def freeze_grant(
    *, grant: Grant, amount: Micros, key: str, created_by: str, now: datetime, description: str = ""
) -> Hold | None:
    """Hold the free part of one grant, up to `amount` in micros, without an end, because its payment is in dispute.

    Once per key. Returns None if nothing is free. Only `unfreeze` and `claw_back_grant` end it.
    """
    request = HoldRequest(uuid4(), key, amount, created_by, None, description)
    query = BookQuery(hold_keys=(key,), grant_ids=(grant.pk,))
    answer = decide(grant.organization_id, query, lambda state: decide_freeze(state, grant.pk, request, now), now)
    return hold_row(grant.organization_id, answer.result) if answer.result is not None else None


def unfreeze(*, organization: Organization, hold_id: UUID, now: datetime) -> Hold:
    """Release what a dispute froze, after the dispute is decided; a freeze that has ended stays unchanged.

    Raises:
        HoldNotFound: the organization has no such hold.
    """
    query = BookQuery(roles=(Role.BREAKAGE, Role.PROMOTIONS), hold_ids=(hold_id,))
    answer = decide(organization.pk, query, lambda state: decide_unfreeze(state, hold_id, now), now)
    return hold_row(organization.pk, answer.result)


def refuse_frozen(grant: Grant) -> None:
    """Refuse to take back a grant that is partly frozen; call it under the book's lock.

    Raises:
        NotReversible: the payment for the grant is in dispute.
    """
    if HoldSlice.objects.filter(
        organization=grant.organization_id, grant=grant, is_freeze=True, hold__status=Hold.Status.PENDING
    ).exists():
        raise NotReversible("It is frozen because its payment is in dispute; wait until the dispute is decided")
