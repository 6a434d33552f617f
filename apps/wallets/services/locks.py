"""Lock a customer's book for a caller that reads and decides in its own transaction before calling a service."""

from collections.abc import Mapping
from datetime import datetime

from apps.common.transactions import serialized
from apps.tenants.models import Organization
from apps.wallets.decisions.expiry import decide_ends
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.state import GrantState


@serialized
def lock_wallet(organization: Organization, *, now: datetime) -> Mapping[int, GrantState]:
    """Lock an organization's book until the transaction ends, and return its grants with a remaining amount, by id.

    This also closes ended holds, and covers shortfalls with credit that was freed or has started.

    Raises:
        WalletNotFound: the organization has no wallet.
    """
    answer = decide(organization.pk, BookQuery(), lambda state: decide_ends(state, now), now)
    return {grant.id: grant for grant in answer.after.grants.values() if grant.id is not None}
