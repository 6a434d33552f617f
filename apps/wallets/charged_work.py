"""Finds the work of a charge by its cause, so that budgets subtract it when the charge is reversed.

The app above the wallets that stores the work registers a function that finds it.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from apps.common.causes import Cause
from apps.ledger.causes import HOLD
from apps.ledger.models import Hold, Transfer
from apps.wallets.budgets.scopes import Dimensions, dimensions_of
from apps.wallets.kinds import CHARGED

# Returns dimensions of work with the micros charged for each, or None if the cause is not one of this app's.
WorkFinder = Callable[[UUID, str], Iterable[tuple[Dimensions, int]] | None]
_FINDERS: dict[str, WorkFinder] = {}


def register_work(cause_type: str, find: WorkFinder) -> None:
    """Register a function that finds the work of a charge by the organization's id and the cause's id."""
    _FINDERS[cause_type] = find


def work_of(charge: Transfer) -> list[tuple[Dimensions, int]]:
    """Return the work of a charge with the micros of each part; empty if budgets do not count the transfer."""
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
