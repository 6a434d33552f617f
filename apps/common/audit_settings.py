"""Settings of the audit trail for a model: its `audit_trail`, or that of its app's config."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    """How changes to a model's rows are audited; by default every column of every row.

    Args:
        journal: why no trail is kept: the rows are a trail themselves; empty for other models.
        masked: columns of which only a part of the value is kept.
        excluded: columns that the system maintains, which nobody changes by hand.
        relations: many-to-many fields whose changes are kept.
    """

    journal: str = ""
    masked: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()


EVERYTHING = AuditTrail()


def audit_trail_of(model: "type[Model]") -> AuditTrail:
    """Return the audit settings of a model: its own, else its app's, else the default."""
    config = apps.get_app_config(model._meta.app_label)
    return getattr(model, "audit_trail", None) or getattr(config, "audit_trail", None) or EVERYTHING
