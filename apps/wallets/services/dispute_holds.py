"""Credit frozen because the payment for it is in dispute, and given back once that is decided."""

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
from apps.wallets.services.books import Asks
from apps.wallets.services.rows import hold_row
from apps.wallets.services.turns import decide


def freeze_grant(
    *, grant: Grant, amount: Micros, key: str, created_by: str, now: datetime, description: str = ""
) -> Hold | None:
    """Set aside what is left free of one grant, up to `amount`, without an end: it is in dispute.

    Returns None where nothing of it is left to freeze. Once per key. It ends by `unfreeze` or `claw_back_grant` alone.
    """
    request = HoldRequest(uuid4(), key, amount, created_by, None, description)
    asks = Asks(hold_keys=(key,), grant_ids=(grant.pk,))
    answer = decide(grant.organization_id, asks, lambda state: decide_freeze(state, grant.pk, request, now), now)
    return hold_row(grant.organization_id, answer.result) if answer.result is not None else None


def unfreeze(*, organization: Organization, hold_id: UUID, now: datetime) -> Hold:
    """Give back what a dispute froze, once it was decided; a freeze that has ended stays as it is.

    Raises:
        HoldNotFound: the organization has no such hold.
    """
    asks = Asks(roles=(Role.BREAKAGE, Role.PROMOTIONS), hold_ids=(hold_id,))
    answer = decide(organization.pk, asks, lambda state: decide_unfreeze(state, hold_id, now), now)
    return hold_row(organization.pk, answer.result)


def refuse_frozen(grant: Grant) -> None:
    """Refuse to take back a grant of which something is frozen; ask under its book's lock.

    Raises:
        NotReversible: the payment for it is in dispute.
    """
    if HoldSlice.objects.filter(
        organization=grant.organization_id, grant=grant, is_freeze=True, hold__status=Hold.Status.PENDING
    ).exists():
        raise NotReversible("It is frozen while its payment is in dispute; wait for the end of the dispute")
