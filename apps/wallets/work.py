"""Which work a charge was for, by its cause, so that budgets take it back when the charge is reversed.

An app above the wallets whose rows say so registers how to find them.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from apps.common.causes import Cause
from apps.ledger.causes import HOLD
from apps.ledger.models import Hold, Transfer
from apps.wallets.budgets.scopes import Dimensions, dimensions_of
from apps.wallets.kinds import CHARGED

# Returns the dimensions of work and the micros that were charged for it, or None if its rows do not know the cause.
WorkFinder = Callable[[UUID, str], Iterable[tuple[Dimensions, int]] | None]
_FINDERS: dict[str, WorkFinder] = {}


def register_work(cause_type: str, find: WorkFinder) -> None:
    """Register how to find the work of a charge, from the organization's id and the cause's."""
    _FINDERS[cause_type] = find


def work_of(charge: Transfer) -> list[tuple[Dimensions, int]]:
    """Return the work that a charge was for, with the micros of each; nothing if budgets do not count the transfer."""
    if charge.kind not in CHARGED:
        return []
    cause = Cause(charge.cause_type, charge.cause_id)
    find = _FINDERS.get(cause.type)
    found = None if find is None else find(charge.book_id, cause.id)
    if found is not None:
        return list(found)
    if cause.type == HOLD.name:
        dimensions = Hold.objects.filter(book=charge.book_id, pk=cause.id).values_list("dimensions", flat=True).get()
        return [(dimensions_of(dimensions), charge.amount_micros)]
    return []
