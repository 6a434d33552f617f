"""What a transfer is about: the row of the business that caused it, as a value, and a registry of what may be one.

Each app registers its own types in its module `causes`. A cause is not who posted (`created_by`) and not what the
transfer did (`kind`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse

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


def change_page(row: Model) -> str:
    """Return the address of a row's own page in the back office."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def explanation(what: str, identity: Callable[[Any], object]) -> Callable[[Any], str]:
    """Return what leads from a row to the explanation named `what` of the thing that `identity` names."""
    return lambda row: reverse("admin:why", args=[what, str(identity(row))])


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseType:
    """One type of cause.

    `models` are the labels of the models that its rows are of, `column` the column that a cause's id is compared with.
    Where its rows are numbered in each book, `in_book` is true. `page` leads from a row to the page that shows it.
    `staff_may_reverse` says whether staff may reverse by hand what it caused; what the app's own rows reckon with is
    undone by the app.
    """

    name: str
    label: str
    models: tuple[str, ...]
    column: str = "pk"
    in_book: bool = False
    page: Callable[[Any], str] = change_page
    staff_may_reverse: bool = False

    def of(self, key: object) -> Cause:
        """Return the cause that the row with this key is."""
        return Cause(self.name, str(key))

    def row(self, key: str, book_id: UUID | None = None) -> Model | None:
        """Return the row with this key, in the book of what it caused; None where there is none."""
        within = {"book_id": book_id} if self.in_book else {}
        for label in self.models:
            model = apps.get_model(label)
            try:
                field = model._meta.pk if self.column == "pk" else model._meta.get_field(self.column)
                wanted = field.to_python(key)
            except (ValueError, TypeError, ValidationError):
                continue
            found: Model | None = model._default_manager.filter(**{self.column: wanted}, **within).first()
            if found is not None:
                return found
        return None


REGISTRY: dict[str, CauseType] = {}


def register(kind: CauseType) -> CauseType:
    """Make a type of cause known by its name, and return it.

    Raises:
        ValueError: another type has the name.
    """
    if REGISTRY.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two causes are called {kind.name}")
    return kind


def page_of(cause: Cause, book_id: UUID) -> str:
    """Return the address of the page that shows the cause of something in a book.

    It is empty where the type is unknown or the row is gone.
    """
    kind = REGISTRY.get(cause.type)
    row = kind.row(cause.id, book_id) if kind else None
    return kind.page(row) if kind and row is not None else ""
