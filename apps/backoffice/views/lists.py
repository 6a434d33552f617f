"""Exports of lists, and saved views."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.backoffice.audit_trail import record_access
from apps.backoffice.exports.files import csv_lines, workbook
from apps.backoffice.exports.rows import ListRows
from apps.backoffice.models import SavedView
from apps.backoffice.services import save_view
from apps.backoffice.views.error_pages import refused
from apps.common.errors import Unavailable

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(request: HttpRequest, site: AdminSite, app_label: str, model_name: str, kind: str) -> HttpResponseBase:
    """Export a list as filtered, all pages; the download is recorded."""
    try:
        page = site._registry[apps.get_model(app_label, model_name)]
    except (LookupError, KeyError) as error:
        raise Http404 from error
    if kind not in ("csv", "xlsx"):
        raise Http404
    if not (page.has_view_permission(request) and request.user.has_perm("backoffice.export_lists")):
        raise PermissionDenied
    try:
        rows = ListRows(page, request)
    except IncorrectLookupParameters as error:
        raise SuspiciousOperation("The list does not have this filter.") from error
    except Unavailable as error:
        return refused(request, 503, why=f"{error.detail}.")
    name = f"{model_name}-{timezone.now():%Y%m%d-%H%M}.{kind}"
    record_access(
        ContentType.objects.get_for_model(page.model), what="export", file=name, query=request.GET.urlencode()
    )
    if kind == "xlsx":
        return FileResponse(workbook(rows.heading(), rows), as_attachment=True, filename=name, content_type=SHEET)
    return StreamingHttpResponse(
        csv_lines(rows.heading(), rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
def save_list_view(request: HttpRequest, site: AdminSite) -> HttpResponseRedirect:
    """Save a list's filters, search, order and columns under a name; an existing view of that name is replaced."""
    if not request.user.has_perm("backoffice.add_savedview"):
        raise PermissionDenied
    app_label, _, model_name = request.POST.get("list_name", "").partition(".")
    try:
        page = site._registry[apps.get_model(app_label, model_name)]
    except (LookupError, KeyError, ValueError) as error:
        raise Http404 from error
    name = request.POST.get("name", "").strip()[:60]
    query = QueryDict(request.POST.get("query", "")[:1000]).urlencode()[:1000]
    options = page.model._meta
    if name:
        _keep(request, f"{options.app_label}.{options.model_name}", name, query)
    else:
        messages.error(request, "Give the view a name.")
    return HttpResponseRedirect(f"{reverse(f'admin:{options.app_label}_{options.model_name}_changelist')}?{query}")


def _keep(request: HttpRequest, list_name: str, name: str, query: str) -> None:
    found = SavedView.objects.filter(owner_id=request.user.pk, list_name=list_name, name=name).first()
    owner: Any = request.user
    view = found or SavedView(owner=owner, list_name=list_name, name=name, created_at=timezone.now())
    shared, mailed = request.POST.get("shared", ""), request.POST.get("mailed", "")
    view.query, view.team = query, owner.groups.filter(name=shared).first()
    view.is_shared = shared == "everybody" or view.team is not None
    view.is_default = request.POST.get("is_default") == "1"
    view.mailed = SavedView.Mailed(mailed) if mailed in SavedView.Mailed else SavedView.Mailed.NEVER
    try:
        save_view(view)
    except IntegrityError:
        messages.error(request, "A view with this name was just saved in another tab.")
        return
    messages.success(request, f"Saved as “{name}”.")
    if view.mailed != SavedView.Mailed.NEVER and not owner.email:
        messages.warning(request, "Your account has no email address, so the view cannot be emailed.")
