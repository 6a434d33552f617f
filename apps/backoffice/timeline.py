"""The timeline of a customer: one line per event, written from audit entries."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as Said
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse

from apps.backoffice.audit_trail import actor_of, details_of
from apps.backoffice.components import Cell, Table, actor, moment
from apps.backoffice.explain.undo import NOTHING, Undo
from apps.common.admin import actor_text, time_text
from apps.common.admin.money import written
from apps.common.money import amount_text

SHOWN = 100
LONGEST = 60
_SECONDS = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d(\.\d+)?")
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)")
_OWN_ID = re.compile(r"\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_FORMS: Mapping[str, Undo] = MappingProxyType({})
UNTOLD = frozenset({"what", "key", "sha256", "terms"})
CLOCKWORK = frozenset({"updated_at", "revision"})


class TimelineEvent(NamedTuple):
    """One event in a customer's history; `undo` is the form that reverses it."""

    at: datetime
    what: str
    text: str
    by: str
    href: str
    undo: Undo = NOTHING


def change_of(entry: LogEntry) -> TimelineEvent:
    """Describe an audit entry in one line."""
    told = _details(details_of(entry))
    changed = entry.object_repr if entry.action == LogEntry.Action.CREATE else _differences(entry)
    verb = {LogEntry.Action.CREATE: "created", LogEntry.Action.ACCESS: "viewed"}.get(entry.action, "changed")
    return TimelineEvent(
        entry.timestamp,
        f"{written(entry.content_type.name.capitalize())} {verb}",
        told or changed,
        actor_of(entry),
        reverse("admin:auditlog_logentry_change", args=[entry.pk]),
    )


def _details(recorded: Mapping[str, Any]) -> str:
    """Write what an action recorded: its title, then its values; keys and our ids are shown on the entry's own page."""
    texts = [str(recorded["what"])] if "what" in recorded else []
    for name, value in recorded.items():
        if name.endswith("_micros") and isinstance(value, int):
            texts.append(f"{_label(name)}: {amount_text(value, '')}")
        elif name not in UNTOLD and not _is_own_id(name, value) and value not in (None, ""):
            texts.append(f"{_label(name)}: {_MOMENT.sub(_as_read, str(value))}")
    return "; ".join(texts)


def _is_own_id(name: str, value: object) -> bool:
    """Return whether a value names rows of ours; an id of somebody else is a name that staff know."""
    return name.endswith(("_id", "_ids")) and (not isinstance(value, str) or bool(_OWN_ID.fullmatch(value)))


def _as_read(moment_found: re.Match[str]) -> str:
    """Write a time of an audit entry, which is kept in ISO format, as its reader writes times."""
    return time_text(datetime.fromisoformat(moment_found[0]))


def changes_of(
    model: type[Model], keys: Sequence[str], count: int, undo: Mapping[str, Undo] = NO_FORMS
) -> list[TimelineEvent]:
    """Return the newest changes of some rows; `undo` has the form that undoes the creation of a row, by key."""
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(content_type=kind, object_pk__in=keys).select_related("actor", "content_type")
    return [
        change_of(entry)._replace(
            undo=undo.get(entry.object_pk, NOTHING) if entry.action == LogEntry.Action.CREATE else NOTHING
        )
        for entry in entries.order_by("-pk")[:count]
        if has_visible_change(entry)
    ]


def has_visible_change(entry: LogEntry) -> bool:
    """Return whether an entry changed more than the fields that the system maintains itself."""
    return entry.action != LogEntry.Action.UPDATE or bool(details_of(entry)) or bool(_differences(entry))


def _differences(entry: LogEntry) -> str:
    """Describe the changed fields, old to new, without those that the system maintains itself."""
    texts = [
        f"{_label(name)}: {_short(name, values[0])} → {_short(name, values[-1])}"
        for name, values in sorted((entry.changes_dict or {}).items())
        if name not in CLOCKWORK and isinstance(values, list) and values
    ]
    return "; ".join(texts)


def _label(name: str) -> str:
    return name.removesuffix("_micros").replace("_", " ")


def _short(name: str, value: object) -> str:
    if name.endswith("_micros") and str(value).removeprefix("-").isdecimal():
        return amount_text(int(str(value)), "")
    if name.endswith("_by"):
        value = actor_text(str(value or ""))
    text = "nothing" if value in (None, "", "None") else _SECONDS.sub(r"\1", str(value))
    if name in ("status", "state"):
        text = text.replace("_", " ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _said(entry: Said) -> TimelineEvent:
    return TimelineEvent(entry.action_time, "Manual", str(entry.get_change_message()), str(entry.user), "")


def trail_of(row: Model, said: Iterable[Said]) -> Table:
    """Return a row's audit entries and admin log messages, newest first."""
    entries = LogEntry.objects.get_for_object(row).select_related("actor", "content_type").order_by("-timestamp", "-pk")
    happened = [change_of(entry) for entry in entries[:SHOWN] if has_visible_change(entry)]
    newest = sorted([*happened, *map(_said, said)], key=lambda each: each.at, reverse=True)
    rows = [[moment(each.at, each.href), Cell(each.what), Cell(each.text), actor(each.by)] for each in newest]
    empty = "No manual changes. Ledger rows never change; their page shows what caused them."
    return Table(title=f"Changes, newest {SHOWN}", columns=["When", "What", "Details", "By"], rows=rows, empty=empty)
