"""The site's error pages (not found, forbidden, bad request, locked out), each with a way back."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.backoffice.pages import button_names, pages

_WORDS = {
    400: ("Bad request", "The address or the submitted data is malformed."),
    403: (
        "This page is not open to you",
        "Your groups do not allow it. Ask a colleague in the Administrator group for the permission.",
    ),
    503: ("Temporarily unavailable", "A service that this page reads from is not responding. Try again later."),
    404: ("Page not found", "The address does not exist, or no longer exists."),
}
_STALE = (
    "This form has expired",
    "The page was open for too long or in two tabs. Open it again and fill in the form once more.",
)


def refused(
    request: HttpRequest, status: int, *, is_stale: bool = False, is_plain: bool = False, why: str = ""
) -> HttpResponse:
    """Answer with `status`: within the site for people who are signed in, as a plain page for others.

    `why` replaces the usual explanation. With `is_plain` everybody gets the plain page, which needs no database.
    """
    title, explanation = _STALE if is_stale else _WORDS[status]
    context: dict[str, Any] = {"title": title, "explanation": why or explanation}
    is_in = not is_plain and hasattr(request, "user") and admin.site.has_permission(request)
    if not is_in:
        return HttpResponse(render_to_string("admin/refused_plain.html", context), status=status)
    context = {**admin.site.each_context(request), **context, "subtitle": None}
    if status == 403 and not is_stale:
        context |= _not_possible_now(request)
    return TemplateResponse(request, "admin/refused.html", context, status=status).render()


def _not_possible_now(request: HttpRequest) -> dict[str, Any]:
    """Return what to say if the person may use a row's button, and so the row's state is why it is refused."""
    match = request.resolver_match
    object_id = match.kwargs.get("object_id") if match else None
    for page in pages(admin.site) if object_id else ():
        name = str(match.url_name).removeprefix(f"{page.opts.app_label}_{page.opts.model_name}_")  # type: ignore[union-attr]
        if name == match.url_name or name not in button_names(page, request):  # type: ignore[union-attr]
            continue
        row = page.get_object(request, str(object_id))
        if row is not None:
            link = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_change", args=[row.pk])
            button = str(getattr(page, name).short_description)
            return {
                "title": "Not possible in the present state",
                "explanation": f"The state of {row} does not allow “{button}”. Its page shows what it allows.",
                "row": {"name": row, "href": link},
            }
    return {}


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Say that sign-in is locked for a while; the page is the same whether or not the name exists."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return TemplateResponse(request, "admin/locked_out.html", {"minutes": minutes}, status=429).render()
