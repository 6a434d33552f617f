"""Grant credit. A new grant first covers shortfalls recorded before its expiry, oldest first."""

from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.budgets.state import Notice
from apps.wallets.decisions.grants import NewGrant, decide_grant
from apps.wallets.kinds import Source
from apps.wallets.models import Grant
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.rows import grant_row


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
    notices: tuple[Notice, ...] = (),
) -> Grant:
    """Grant `amount` of credit, in micros, once per key, and return the grant.

    `notices` for the customer are written with the grant.

    `funded_by` is the account that funds it; the default is cash for a top-up, installments for a contract, and
    promotions for anything else. `paid_micros` is the price paid for it; paid credit burns after promotional credit. A
    grant that has expired already covers only shortfalls recorded before its expiry. One with a later `starts_at` is
    neither spendable nor part of the balance until then.

    Raises:
        InvalidAmount: the amount is not positive or too large.
        IdempotencyMismatch: the key was used before with other inputs.
    """
    kind = Grant.Source(source)
    call = NewGrant(
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
    query = BookQuery(roles=(call.role,), keys=(key,))
    answer = decide(organization.pk, query, lambda state: decide_grant(state, call, now).with_notices(notices), now)
    if answer.result.id is not None:
        return Grant.objects.get(organization=organization, transfer=answer.result.id)
    return grant_row(answer, answer.after.grants[answer.result.number])
