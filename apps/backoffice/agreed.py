"""What becomes of a request once a second person has agreed to it, by the kind that the acting service gave it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from apps.approvals.models import Approval
from apps.backoffice import services
from apps.backoffice.services import TITLES, Kind
from apps.contracts import services as contracts

Doing = Callable[[Approval, datetime], object]


def _move_money(approval: Approval, now: datetime) -> object:
    return services.carry_out(approval_id=approval.pk, now=now)


def _move_on_contract(approval: Approval, now: datetime) -> object:
    return contracts.carry_out_move(approval_id=approval.pk, now=now)


DOINGS: Mapping[str, Doing] = {
    **dict.fromkeys(map(str, Kind), _move_money),
    **dict.fromkeys(map(str, contracts.MoveKind), _move_on_contract),
}
CARRIED_OUT: Mapping[str, str] = {
    **{str(kind): title for kind, title in TITLES.items()},
    **{str(kind): title for kind, title in contracts.MOVE_TITLES.items()},
}


def carry_out(approval: Approval, *, now: datetime) -> None:
    """Carry out what was agreed to, once; the caller's transaction holds the agreement too.

    Raises:
        BillingError: whatever the acting service refuses.
    """
    DOINGS[approval.kind](approval, now)
