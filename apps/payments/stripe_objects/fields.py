"""Declarative readers: a class lists its fields with their types, and `read` follows from that.

A field is read from the member of the same name; `name` gives another name, `of` the nested object that holds it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from apps.common.strict_json import Json
from apps.payments.stripe_objects import readers


class Facts:
    """A frozen value read from one of Stripe's objects."""

    __slots__ = ()
    kind: ClassVar[str] = ""

    @classmethod
    def read(cls, body: Json) -> Self:
        """Read an object into this value.

        Raises:
            MalformedObject: the object does not have the shape of its kind.
        """
        if cls.kind:
            readers.kind(body, cls.kind)
        table: Any = cls
        return cls(**{each.name: each.metadata["read"](body, each.name) for each in fields(table)})


def _field(reader: Callable[..., Any], *, name: str = "", of: str = "", **options: Any) -> Any:
    def read(body: Json, own_name: str) -> Any:
        return reader(readers.member(body, of) if of else body, name or own_name, **options)

    return field(metadata={"read": read})


def an_id(*, name: str = "", of: str = "") -> Any:
    """An id, empty if null or missing; an expanded object is read as its id."""
    return _field(readers.optional_id, name=name, of=of)


def required_id(*, name: str = "") -> Any:
    """An id that must be present."""
    return _field(readers.required_id, name=name)


def text(longest: int = 2_048, *, name: str = "", of: str = "") -> Any:
    """A string of at most `longest` characters, empty if null or missing."""
    return _field(readers.text, name=name, of=of, longest=longest)


def amount(default: int | None = None, *, name: str = "", of: str = "") -> Any:
    """A non-negative amount, in the currency's smallest unit."""
    return _field(readers.amount, name=name, of=of, default=default)


def signed_amount(default: int | None = None) -> Any:
    """An amount that may be negative, in the currency's smallest unit."""
    return _field(readers.signed_amount, default=default)


def integer(default: int | None = None, *, name: str = "", of: str = "") -> Any:
    """An integer, such as a Unix time or a balance."""
    return _field(readers.integer, name=name, of=of, default=default)


def currency() -> Any:
    """The currency code in upper case."""
    return computed(readers.currency)


def flag() -> Any:
    """A boolean; null or missing is false."""
    return _field(readers.flag)


def metadata() -> Any:
    """Metadata: strings by name."""
    return _field(readers.metadata)


def computed(read: Callable[[Json], Any]) -> Any:
    """A field computed from the whole object."""
    return field(metadata={"read": lambda body, _: read(body)})


Value = TypeVar("Value", bound=Facts)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(required_id, an_id, text, amount, signed_amount, integer, currency, flag, metadata, computed),
)
def stripe_object(kind: str = "") -> Callable[[type[Value]], type[Value]]:
    """Make a class the frozen value of Stripe objects whose `object` member is `kind`; of any object if empty."""

    def make(table: type[Value]) -> type[Value]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(table)
        made.kind = kind
        return made

    return make
