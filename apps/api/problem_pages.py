"""The page behind a problem's `type`: what the code means."""

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from rest_framework.request import Request

from apps.api.problems import explained_codes
from apps.api.views import PublicView


class ProblemPage(PublicView):
    """Explain one code to a developer who followed the link."""

    def get(self, request: Request, code: str) -> HttpResponse:
        """Return a small page, 404 for a code that nothing answers."""
        known = explained_codes().get(code)
        if known is None:
            raise Http404
        status, title, meaning = known
        page = {"code": code, "status": status, "title": title, "meaning": meaning}
        return HttpResponse(render_to_string("api/problem.html", page))
