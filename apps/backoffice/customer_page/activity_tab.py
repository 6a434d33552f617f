"""Tabs for notes and API responses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice import api_answers
from apps.backoffice.audit_trail import record_access
from apps.backoffice.components import Block, Cell, Link, Table, Text, moment
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.models import Note
from apps.backoffice.services.notes import page_of
from apps.tenants.models import Organization

SHOWN = 60
API_EXPLANATION = (
    "Choose a response: the public API answers as it answers an administrator of the customer, and changes nothing. "
    "Each one that you open is recorded in the customer's timeline."
)


def notes(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Notes by colleagues, newest first."""
    rows = [
        [
            moment(note.created_at, reverse("admin:backoffice_note_change", args=[note.pk])),
            Cell("Pinned", variant="info") if note.is_pinned else Cell(""),
            Cell(note.text),
            Cell(str(apps.get_model(note.subject_type)._meta.verbose_name).capitalize(), page_of(note))
            if note.subject_id
            else Cell(""),
            Cell(str(note.author)),
        ]
        for note in Note.objects.filter(organization=organization).select_related("author")[:SHOWN]
    ]
    add = f"{reverse('admin:backoffice_note_add')}?{urlencode({'organization': str(organization.pk)})}"
    links = [Link("Write a note", add)] if request.user.has_perm("backoffice.add_note") else []
    return [
        Table(title="Notes", columns=["When", "", "Note", "About", "By"], rows=rows, empty="No notes.", links=links)
    ]


def api_tab(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Show what the public API returns to the customer's systems; the visit is recorded."""
    areas = api_answers.areas()
    wanted = request.GET.get("answer", "")
    near = next((paths for paths in areas.values() if wanted in paths), None)
    if near is None:
        tables = [_responses(organization, area, paths) for area, paths in areas.items()]
        return [replace(tables[0], explanation=API_EXPLANATION), *tables[1:]]
    record_access(organization, what="API response", path=wanted)
    status, text = api_answers.answer(organization, wanted, now)
    links = [
        Link("All responses", tab_of(organization, "api")),
        *(Link(path, tab_of(organization, "api", answer=path), is_current=path == wanted) for path in near),
    ]
    return [Text(title=f"GET {api_answers.address(organization, wanted, now)}: {status}", text=text, links=links)]


def _responses(organization: Organization, area: str, paths: Mapping[str, str]) -> Table:
    """Return the table that leads to the responses of one area of the API."""
    rows = [[Cell(what, tab_of(organization, "api", answer=path)), Cell(path)] for path, what in paths.items()]
    return Table(title=area, columns=["What the customer sees", "Address"], rows=rows)
