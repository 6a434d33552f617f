"""Tabs for activity: the timeline, notes, and API responses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice import api_answers
from apps.backoffice.audit import record_access
from apps.backoffice.components import Block, Cell, Link, Table, Text, moment
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.links import why
from apps.backoffice.models import Note
from apps.backoffice.timeline import Happening, change_of, says_something
from apps.common.admin import money_text
from apps.contracts.models import Contract
from apps.tenants.models import ApiKey, IdentityLink, Organization
from apps.wallets import selectors as wallets

SHOWN = 60


def timeline(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Everything by time, newest first: money, changes and notes."""
    happened = [*_movements(organization), *_changes(organization), *_notes(organization)]
    newest = sorted(happened, key=lambda each: each.at, reverse=True)[:SHOWN]
    rows = [[moment(each.at, each.href), Cell(each.what), Cell(each.text), Cell(each.by)] for each in newest]
    return [Table(title="Timeline", columns=["When", "What", "", "By"], rows=rows, empty="Nothing happened yet.")]


def _movements(organization: Organization) -> list[Happening]:
    start = organization.created_at
    return [
        Happening(
            entry.recorded_at,
            entry.kind.capitalize(),
            f"{money_text(entry.amount_micros, organization.currency)} {entry.description}".strip(),
            entry.created_by,
            why("transfer", entry.transfer_id),
        )
        for entry in wallets.entries_page(organization, since=start, limit=SHOWN)
    ]


def _changes(organization: Organization) -> list[Happening]:
    """Return the audit entries of the customer and of the rows that belong to it."""
    found: list[LogEntry] = []
    for model, rows in (
        (Organization, [str(organization.pk)]),
        (ApiKey, _keys_of(ApiKey, organization)),
        (IdentityLink, _keys_of(IdentityLink, organization)),
        (Contract, _keys_of(Contract, organization)),
    ):
        kind = ContentType.objects.get_for_model(model)
        mine = LogEntry.objects.filter(content_type=kind, object_pk__in=rows)
        found += mine.select_related("actor", "content_type").order_by("-pk")[:SHOWN]
    return [change_of(entry) for entry in found if says_something(entry)]


def _keys_of(model: Any, organization: Organization) -> list[str]:
    return [str(key) for key in model.objects.filter(organization=organization).values_list("pk", flat=True)[:500]]


def _notes(organization: Organization) -> list[Happening]:
    rows = Note.objects.filter(organization=organization).select_related("author")[:SHOWN]
    return [
        Happening(note.created_at, "Note", note.text, str(note.author), tab_of(organization, "notes")) for note in rows
    ]


def notes(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Notes by colleagues, newest first."""
    rows = [
        [
            moment(note.created_at, reverse("admin:backoffice_note_change", args=[note.pk])),
            Cell("Pinned", variant="info") if note.is_pinned else Cell(""),
            Cell(note.text),
            Cell(str(note.author)),
        ]
        for note in Note.objects.filter(organization=organization).select_related("author")[:SHOWN]
    ]
    add = f"{reverse('admin:backoffice_note_add')}?{urlencode({'organization': str(organization.pk)})}"
    links = [Link("Write a note", add)] if request.user.has_perm("backoffice.add_note") else []
    return [Table(title="Notes", columns=["When", "", "Note", "By"], rows=rows, empty="No notes.", links=links)]


def api_tab(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Show what the public API returns to the customer's systems; the visit is recorded."""
    wanted = request.GET.get("answer", "")
    links = [Link(path, tab_of(organization, "api", answer=path)) for path in api_answers.PATHS]
    if wanted not in api_answers.PATHS:
        rows = [[Cell(link.text, link.href)] for link in links]
        explanation = "Choose a response. It comes from the public API; your visit is recorded."
        return [Table(title="What the API returns", columns=["Answer"], rows=rows, explanation=explanation)]
    record_access(organization, what="api answer", path=wanted)
    status, text = api_answers.answer(organization, wanted, now)
    return [Text(title=f"GET {api_answers.address(organization, wanted, now)}: {status}", text=text, links=links)]
