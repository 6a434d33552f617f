"""Changes a row's state, if the table of legal transitions beside its model allows it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model


def transition(
    row: Model, to: Any, table: Mapping[Any, Collection[Any]], error: Exception, *, field: str = "state"
) -> None:
    """Set the state of a locked row; the caller saves it.

    Raises:
        error: `table` has no transition from the current state to `to`.
    """
    if to not in table[getattr(row, field)]:
        raise error
    setattr(row, field, to)
