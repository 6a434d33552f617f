"""Frozen dataclasses for the values of which every movement makes dozens.

`@value_class(frozen=True, …)` means `@dataclass(frozen=True, …)`, but only the type checker enforces it. If Python does
too, making one takes three times as long, which was an eighth of a movement's Python. They compare and hash alike.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as value_class
else:

    def value_class(cls: type | None = None, /, *, frozen: bool, eq: bool = True, **options: Any) -> Any:
        """Make a dataclass with the options of `dataclass`, hashable as a frozen one."""
        assert frozen, "a value that changes is a dataclass"
        decorate = partial(dataclass, eq=eq, unsafe_hash=eq, **options)
        return decorate if cls is None else decorate(cls)


__all__ = ["value_class"]
