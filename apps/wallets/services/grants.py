"""Grant credit. A new grant first covers shortfalls recorded before its expiry, oldest first."""

from dataclasses import replace
from datetime import datetime

from apps.tenants.models import Organization
from apps.wallets.decisions.grants import NewGrant, decide_grant
from apps.wallets.models import Grant
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.rows import grant_row


def grant_credits(*, organization: Organization, grant: NewGrant, now: datetime) -> Grant:
    """Grant credit, once per key, and return the grant; without a description it is described by its source.

    Raises:
        InvalidAmount: the amount is not positive or too large.
        IdempotencyMismatch: the key was used before with other inputs.
    """
    if not grant.description:
        grant = replace(grant, description=str(Grant.Source(grant.source).label))
    query = BookQuery(roles=(grant.role,), keys=(grant.key,))
    answer = decide(organization.pk, query, lambda state: decide_grant(state, grant, now), now)
    if answer.result.id is not None:
        return Grant.objects.get(organization=organization, transfer=answer.result.id)
    return grant_row(answer, answer.after.grants[answer.result.number])
