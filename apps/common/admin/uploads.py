"""The page that uploads a file: it is stored and checked, and its own page shows what importing it would change."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.common.admin.confirmation import Question, confirm, keep_reason


class FileArguments(TypedDict):
    """The arguments that a service takes from an uploaded file."""

    file_name: str
    raw: bytes
    now: datetime


def file_field(help_text: str, *, accept: str = "", label: str = "File") -> forms.FileField:
    """Return a field for a file; `accept` limits the types that the browser offers."""
    widget = UnfoldAdminFileFieldWidget(attrs={"accept": accept} if accept else None)
    return forms.FileField(label=label, widget=widget, help_text=help_text)


def confirm_upload(
    request: HttpRequest,
    *,
    admin: Any,
    question: Question,
    store: Callable[[Mapping[str, Any], FileArguments], Model],
) -> HttpResponse:
    """Show the form of a question, which has a `file`, store it with `store`, and lead to the stored row's page."""

    def perform(cleaned: Mapping[str, Any]) -> HttpResponse:
        file = cleaned["file"]
        row = store(cleaned, {"file_name": file.name, "raw": file.read(), "now": timezone.now()})
        keep_reason(request, replace(question, history=[row]), cleaned)
        page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        return HttpResponseRedirect(reverse(page, args=[row.pk]))

    return confirm(request, admin=admin, question=replace(question, makes_drafts=True), perform=perform)
