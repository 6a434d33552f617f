"""The page that uploads a file: it is stored and checked, and its own page shows what importing it would change."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.common.admin.confirmation import ConfirmForm, Question, confirm


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
    title: str,
    form: type[ConfirmForm],
    explanation: str,
    store: Callable[[Mapping[str, Any], FileArguments], Model],
    button: str = "Check the file",
) -> HttpResponse:
    """Show a form with a `file`, store it with `store`, and lead to the page of the stored row."""

    def perform(cleaned: Mapping[str, Any]) -> HttpResponse:
        file = cleaned["file"]
        row = store(cleaned, {"file_name": file.name, "raw": file.read(), "now": timezone.now()})
        page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        return HttpResponseRedirect(reverse(page, args=[row.pk]))

    question = Question(title=title, form=form, explanation=explanation, button=button, makes_drafts=True)
    return confirm(request, admin=admin, question=question, perform=perform)
