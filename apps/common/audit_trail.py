"""What the audit trail keeps of a model: `audit_trail` of the model itself, or of its app's config for all of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    """How changes of a model's rows are written down; without one, every column of every row is.

    Args:
        journal: why the rows are a trail themselves, so that none is kept of them; empty for other models.
        masked: columns of which only a part of the value is kept.
        excluded: columns that the clockwork counts along, whose changes nobody made.
        relations: many-to-many fields whose changes are kept.
    """

    journal: str = ""
    masked: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()


EVERYTHING = AuditTrail()


def audit_trail_of(model: "type[Model]") -> AuditTrail:
    """Return what is kept of a model: its own word, else its app's, else everything."""
    declared = getattr(model, "audit_trail", None) or getattr(_config(model), "audit_trail", None)
    return declared or EVERYTHING


def _config(model: "type[Model]") -> object:
    return apps.get_app_config(model._meta.app_label)
