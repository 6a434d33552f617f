"""The pages of the site that say no: not found, not allowed, not understood; each with a way back."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

_WORDS = {
    400: ("That cannot be read", "The address or what was sent with it has a form that this site does not take."),
    403: (
        "You may not do that",
        "Your groups do not allow this page. A colleague in the Administrator group can say why.",
    ),
    503: ("That cannot be answered now", "Something that the page reads from does not answer. Try again later."),
    404: ("There is no such page", "What the address names does not exist, or does not exist any more."),
}
_STALE = (
    "That form is too old",
    "The page was open for too long, or in two tabs. Open it again and fill it in once more.",
)


def refused(
    request: HttpRequest, status: int, *, is_stale: bool = False, is_plain: bool = False, why: str = ""
) -> HttpResponse:
    """Answer with `status`: inside the site for those who are in, as a plain page for the others.

    `why` replaces the usual explanation. With `is_plain` everybody gets the plain page, which reads nothing from the
    database.
    """
    title, explanation = _STALE if is_stale else _WORDS[status]
    context: dict[str, Any] = {"title": title, "explanation": why or explanation}
    is_in = not is_plain and hasattr(request, "user") and admin.site.has_permission(request)
    if not is_in:
        return HttpResponse(render_to_string("admin/refused_plain.html", context), status=status)
    context = {**admin.site.each_context(request), **context, "subtitle": None}
    return TemplateResponse(request, "admin/refused.html", context, status=status).render()
