"""The cause of a transfer: the business row it belongs to, as a value, and a registry of the types of cause.

Plain Python; `cause_rows` finds the rows. Each app registers its types in its module `causes`. A cause is neither who
posted (`created_by`) nor what the transfer did (`kind`).
"""

from collections.abc import Callable
from typing import Any

from apps.common.values import value_class

TYPE_LENGTH = 48
ID_LENGTH = 64


@value_class(frozen=True, slots=True)
class Cause:
    """The type of a cause and the key of its row, as text.

    Raises:
        ValueError: one of them is empty or too long for its column.
    """

    type: str
    id: str

    def __post_init__(self) -> None:
        if not (0 < len(self.type) <= TYPE_LENGTH and 0 < len(self.id) <= ID_LENGTH):
            raise ValueError(f"not a cause: {self.type!r} {self.id!r}")


@value_class(frozen=True, slots=True)
class Explanation:
    """The page that explains a row: its name, and a function from the row to its id there."""

    what: str
    identity: Callable[[Any], object]


@value_class(frozen=True, slots=True, kw_only=True)
class CauseType:
    """One type of cause.

    `models` are the labels of the models of its rows; `column` is the column that holds a cause's id. `in_book` is true
    if the rows are numbered per book. `page` explains a row; with None the row's own page does. `staff_may_reverse`
    says whether staff may reverse its transfers by hand; if the app's own rows depend on them, only the app may.
    `standing_against` returns why the transfers of one row may still not be reversed, or an empty text.
    """

    name: str
    label: str
    models: tuple[str, ...]
    column: str = "pk"
    in_book: bool = False
    page: Explanation | None = None
    staff_may_reverse: bool = False
    standing_against: Callable[[str], str] = lambda _: ""

    def of(self, key: object) -> Cause:
        """Return the cause for the row with this key."""
        return Cause(self.name, str(key))


REGISTRY: dict[str, CauseType] = {}


def register(kind: CauseType) -> CauseType:
    """Register a type of cause under its name, and return it.

    Raises:
        ValueError: the name is taken.
    """
    if REGISTRY.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"duplicate cause type {kind.name}")
    return kind
