"""Pages that explain figures, one level per click."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.pages import PAGES
from apps.backoffice.views.error_pages import refused
from apps.common.errors import Unavailable


def why_page(request: HttpRequest, site: AdminSite, what: str, identity: str) -> HttpResponse:
    """Show how a figure is made up."""
    if what not in PAGES or "\x00" in identity:
        raise Http404
    permission, explain = PAGES[what]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    try:
        page = explain(identity, timezone.now())
    except Unavailable as error:
        return refused(request, 503, why=f"{error.detail}.")
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": page.title,
        "subtitle": None,
        "organization": page.organization,
        "back": tab_of(page.organization) if page.organization else "",
        "blocks": page.blocks,
        "undo": page.undo if request.user.has_perm("backoffice.move_money") else None,
    }
    return TemplateResponse(request, "admin/why.html", context)
