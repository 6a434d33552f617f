"""Who did something, on staff pages: rows keep "staff:ada" or "system:dunning", and pages show "ada" or
"system (dunning)".
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models

from apps.common.admin.money import Column

KINDS = {"staff": "{}", "key": "API key {}", "user": "user {}", "system": "system ({})", "report": "report endpoint {}"}

_ACTED = re.compile(rf"^(Replayed by |)((?:{'|'.join(KINDS)}):[\w.@+-]+)")


def actor_text(actor: str) -> str:
    """Return who acted, for display; a text of another form is shown unchanged."""
    kind, _, name = actor.partition(":")
    if not name or kind not in KINDS:
        return actor
    return KINDS[kind].format(re.sub("[-_]", " ", name) if kind == "system" else name)


def with_actor_text(note: str) -> str:
    """Return a note that begins with who acted, such as "Replayed by staff:ada", for display."""
    return _ACTED.sub(lambda found: found[1] + actor_text(found[2]), note)


def is_actor(field: Any) -> bool:
    """Return whether a column holds who acted, judged by the suffix of all such columns."""
    return isinstance(field, models.CharField) and field.name.endswith("_by") and not field.choices


def actor_column(field: Any) -> Column:
    """Return an admin column or read-only field that shows who acted."""

    def column(row: Any) -> str | None:
        return actor_text(getattr(row, field.name) or "") or None

    column.__name__ = field.name
    column.short_description = str(field.verbose_name).capitalize()  # type: ignore[attr-defined]
    column.admin_order_field = field.name  # type: ignore[attr-defined]
    return column
