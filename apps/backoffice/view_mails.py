"""Emails a saved view to its owner: its rows as CSV, with the owner's rights and formats, and its address."""

from datetime import datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from apps.backoffice.audit_trail import record_access
from apps.backoffice.exports.files import csv_lines
from apps.backoffice.exports.rows import ListRows
from apps.backoffice.models import SavedView
from apps.backoffice.readers import reader_of
from apps.common.reader import read_by

MOST_ROWS = 5_000


def send_view(*, view_id: int, now: datetime) -> None:
    """Email a view. Sends nothing to a person who may no longer export the list, or has no address.

    Raises:
        OSError: the mail server could not be reached; the caller tries again later.
    """
    view = SavedView.objects.select_related("owner").filter(pk=view_id).first()
    if view is None or view.mailed == SavedView.Mailed.NEVER or not view.owner.email:
        return
    app_label, model_name = view.list_name.split(".")
    request: Any = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(view.query), view.owner
    request.path = reverse(f"admin:{app_label}_{model_name}_changelist")
    page = site._registry[apps.get_model(app_label, model_name)]
    if not (view.owner.is_active and page.has_view_permission(request)):
        return
    if not view.owner.has_perm("backoffice.export_lists"):
        return
    with read_by(reader_of(view.owner)):
        rows = ListRows(page, request)
        lines = list(islice(csv_lines(rows.heading(), rows), MOST_ROWS + 2))
    count, is_cut = min(len(lines) - 1, MOST_ROWS), len(lines) > MOST_ROWS + 1
    name = f"{view.name} {now:%Y-%m-%d}.csv"
    subject = ContentType.objects.get_for_model(page.model)
    record_access(subject, what="emailed view", file=name, query=view.query, to=view.owner.email)
    link = f"{settings.PUBLIC_BASE_URL}{request.path}?{view.query}"
    text = f"{count} rows{', the first of more' if is_cut else ''}. The list: {link}\n"
    mail = EmailMessage(f"{view.name}: {count} rows", text, None, [view.owner.email])
    mail.attach(name, "".join(lines[: count + 1]), "text/csv")
    mail.send()
