"""Finds the row of a cause, and the page that shows it."""

from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse

from apps.common.causes import REGISTRY, Cause, CauseType


def cause_row(kind: CauseType, key: str, book_id: UUID | None = None) -> Model | None:
    """Return the row with this key in a book, or None."""
    within = {"book_id": book_id} if kind.in_book else {}
    for label in kind.models:
        model = apps.get_model(label)
        try:
            field = model._meta.pk if kind.column == "pk" else model._meta.get_field(kind.column)
            wanted = field.to_python(key)
        except (ValueError, TypeError, ValidationError):
            continue
        found: Model | None = model._default_manager.filter(**{kind.column: wanted}, **within).first()
        if found is not None:
            return found
    return None


def row_page(kind: CauseType, row: Model) -> str:
    """Return the address of the page that shows a row of this type."""
    if kind.page is not None:
        return reverse("admin:why", args=[kind.page.what, str(kind.page.identity(row))])
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@dataclass(frozen=True, slots=True)
class CauseLookup:
    """The type of a cause and its row; each None if it is unknown or no longer exists."""

    cause: Cause
    kind: CauseType | None
    row: Model | None

    @property
    def label(self) -> str:
        """The name of its type, or the type itself if it is unknown."""
        return self.kind.label if self.kind else self.cause.type

    @property
    def page(self) -> str:
        """The address of the page that shows it, if there is one."""
        return row_page(self.kind, self.row) if self.kind and self.row is not None else ""


def found_cause(cause: Cause, book_id: UUID) -> CauseLookup:
    """Find a cause in a book."""
    kind = REGISTRY.get(cause.type)
    return CauseLookup(cause, kind, cause_row(kind, cause.id, book_id) if kind else None)


def page_of(cause: Cause, book_id: UUID) -> str:
    """Return the address of the page that shows a cause in a book; empty if there is none."""
    return found_cause(cause, book_id).page
