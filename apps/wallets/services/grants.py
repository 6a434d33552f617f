"""Granting credit. A new grant first pays what was overspent before its end, oldest first."""

from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.decisions.grants import Give, decide_give
from apps.wallets.kinds import Source
from apps.wallets.models import Grant
from apps.wallets.services.books import Asks
from apps.wallets.services.rows import grant_row
from apps.wallets.services.turns import decide


def grant_credits(
    *,
    organization: Organization,
    amount: Micros,
    source: Grant.Source | str,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str = "",
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    priority: int | None = None,
    paid_micros: int = 0,
    funded_by: Role | None = None,
) -> Grant:
    """Grant `amount` of credit, once per key, and return the grant.

    `funded_by` is the account it comes from: cash for a top-up, received installments for a contract, promotions for
    the rest, unless told. `paid_micros` is what was paid for it; credit that was paid for burns after promotional. A
    grant that is over when it comes pays what was overspent until then, as it would have in time, and nothing later.
    One that starts later counts from then: until then it is neither spent nor part of the balance.

    Raises:
        InvalidAmount: not positive, or too large.
        IdempotencyMismatch: the key was used before with other inputs.
    """
    kind = Grant.Source(source)
    call = Give(
        amount=amount,
        source=Source(kind),
        key=key,
        cause=cause,
        created_by=created_by,
        description=description or kind.label,
        starts_at=starts_at,
        expires_at=expires_at,
        priority=priority,
        paid_micros=paid_micros,
        funded_by=funded_by,
    )
    asks = Asks(roles=(call.role,), keys=(key,))
    answer = decide(organization.pk, asks, lambda state: decide_give(state, call, now), now)
    if answer.result.id is not None:
        return Grant.objects.get(organization=organization, transfer=answer.result.id)
    return grant_row(answer, answer.after.grants[answer.result.number])
