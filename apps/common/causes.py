"""What a transfer is about: the row of the business that caused it, as a value, and a registry of what may be one.

Plain Python; `cause_rows` finds the rows. Each app registers its own types in its module `causes`. A cause is not who
posted (`created_by`) and not what the transfer did (`kind`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TYPE_LENGTH = 48
ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Cause:
    """The type of a cause and the key of its row, as text.

    Raises:
        ValueError: one of them is empty or does not fit its column.
    """

    type: str
    id: str

    def __post_init__(self) -> None:
        if not (0 < len(self.type) <= TYPE_LENGTH and 0 < len(self.id) <= ID_LENGTH):
            raise ValueError(f"no cause: {self.type!r} {self.id!r}")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The page that explains a row: its name, and how the row's address there is told from the row."""

    what: str
    identity: Callable[[Any], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseType:
    """One type of cause.

    `models` are the labels of the models that its rows are of, `column` the column that a cause's id is compared with.
    Where its rows are numbered in each book, `in_book` is true. `page` explains a row; None: its own page
    does. `staff_may_reverse` says whether staff may reverse by hand what it caused; what the app's own rows reckon with
    is undone by the app.
    """

    name: str
    label: str
    models: tuple[str, ...]
    column: str = "pk"
    in_book: bool = False
    page: Explanation | None = None
    staff_may_reverse: bool = False

    def of(self, key: object) -> Cause:
        """Return the cause that the row with this key is."""
        return Cause(self.name, str(key))


REGISTRY: dict[str, CauseType] = {}


def register(kind: CauseType) -> CauseType:
    """Make a type of cause known by its name, and return it.

    Raises:
        ValueError: another type has the name.
    """
    if REGISTRY.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two causes are called {kind.name}")
    return kind
