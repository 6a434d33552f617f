"""The page after too many wrong tries."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Say that signing in is closed for a while; the same for a name that exists and one that does not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return TemplateResponse(request, "admin/locked_out.html", {"minutes": minutes}, status=429).render()
