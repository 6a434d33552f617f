"""Holding a customer's book for what a caller decides itself before it calls a service, in its transaction."""

from collections.abc import Mapping
from datetime import datetime

from apps.common.transactions import serialized
from apps.tenants.models import Organization
from apps.wallets.decisions.expiry import decide_ends
from apps.wallets.services.books import Asks
from apps.wallets.services.turns import decide
from apps.wallets.state import GrantState


@serialized
def lock_wallet(organization: Organization, *, now: datetime) -> Mapping[int, GrantState]:
    """Hold an organization's book until the transaction ends, and return its grants with something left, by id.

    Ended holds are closed on the way, and credit that has come free or begun pays what is overspent.

    Raises:
        WalletNotFound: it has no wallet.
    """
    answer = decide(organization.pk, Asks(), lambda state: decide_ends(state, now), now)
    return {grant.id: grant for grant in answer.after.grants.values() if grant.id is not None}
