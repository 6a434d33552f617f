"""Tabs for notes and API responses."""

from collections.abc import Sequence
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
    wanted = request.GET.get("answer", "")
    links = [Link(path, tab_of(organization, "api", answer=path)) for path in api_answers.PATHS]
    if wanted not in api_answers.PATHS:
        rows = [[Cell(link.text, link.href)] for link in links]
        explanation = "Choose a response. It comes from the public API; your visit is recorded."
        return [Table(title="What the API returns", columns=["Answer"], rows=rows, explanation=explanation)]
    record_access(organization, what="api answer", path=wanted)
    status, text = api_answers.answer(organization, wanted, now)
    return [Text(title=f"GET {api_answers.address(organization, wanted, now)}: {status}", text=text, links=links)]
