"""Freeze credit while its payment is in dispute, and release it after the decision."""

from datetime import datetime
from uuid import UUID, uuid4

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger.models import Hold
from apps.ledger.requests import HoldRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.decisions.freezes import decide_freeze, decide_unfreeze
from apps.wallets.errors import NotReversible
from apps.wallets.models import Grant
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.rows import hold_row


def freeze_grant(
    *, grant: Grant, amount: Micros, key: str, created_by: str, now: datetime, dispute: str
) -> Hold | None:
    """Hold the free part of one grant, up to `amount` in micros, without an end, because its payment is in dispute.

    Once per key. Returns None if nothing is free. The rest is held once it returns to the grant, from a reservation or
    a corrected charge. Only `unfreeze` ends it.
    """
    request = HoldRequest(uuid4(), key, amount, created_by, None, "In dispute")
    query = BookQuery(hold_keys=(key,), grant_ids=(grant.pk,))
    answer = decide(
        grant.organization_id, query, lambda state: decide_freeze(state, grant.pk, request, dispute, now), now
    )
    return hold_row(grant.organization_id, answer.result) if answer.result is not None else None


@serialized
def unfreeze(*, organization: Organization, dispute: str, now: datetime) -> None:
    """Release what a dispute froze, after it is decided.

    Raises:
        WalletNotFound: the organization has no wallet.
    """
    lock_wallet(organization, now=now)
    frozen = Grant.objects.filter(organization=organization, freezes__isnull=False).values_list("pk", "freezes")
    found = [(pk, holds) for pk, each in frozen for name, _, holds in (each or {}).values() if name == dispute]
    query = BookQuery(
        roles=(Role.BREAKAGE, Role.PROMOTIONS),
        grant_ids=tuple(pk for pk, _ in found),
        hold_ids=tuple(UUID(each) for _, holds in found for each in holds),
    )
    if found:
        decide(organization.pk, query, lambda state: decide_unfreeze(state, dispute, now), now)


def refuse_frozen(grant: Grant) -> None:
    """Refuse to take back a grant that is partly frozen; call it under the book's lock.

    Raises:
        NotReversible: the payment for the grant is in dispute.
    """
    if Grant.objects.filter(pk=grant.pk, freezes__isnull=False).exists():
        raise NotReversible("It is frozen because its payment is in dispute; wait until the dispute is decided")
