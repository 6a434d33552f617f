from collections import defaultdict
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.template import Template, engines
from django.template.response import TemplateResponse
from django.test.utils import ContextList

from apps.backoffice.site import BackofficeSite


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Clear the cache of pages, which would outlive a test."""
    cache.clear()


FRAME = """{% block title %}{{ title }}{% endblock %}
{% include "unfold/helpers/messages.html" %}{% include "unfold/helpers/tab_actions.html" %}
{% block content %}{% endblock %}"""


def _context_of_view(response: TemplateResponse) -> ContextList | None:
    return ContextList([response.context_data]) if response.context_data else None


@pytest.fixture
def content_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render pages without sidebar, breadcrumbs and scripts, for tests of pages that other tests render in full.

    The page for a refused request is rendered once for each status. `response.context` is that of the view only.
    """
    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]
    monkeypatch.setitem(loader.get_template_cache, "unfold/layouts/skeleton.html", Template(FRAME))
    monkeypatch.setattr(BackofficeSite, "get_sidebar_list", lambda site, request: [])
    monkeypatch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
    monkeypatch.setattr(TemplateResponse, "context", property(_context_of_view, lambda *args: None), raising=False)
    refused: set[int] = set()
    draw: Callable[[TemplateResponse], str] = TemplateResponse.rendered_content.fget  # type: ignore[attr-defined]

    def content(response: TemplateResponse) -> str:
        if response.template_name == "admin/refused.html":
            if response.status_code in refused:
                return ""
            refused.add(response.status_code)
        return draw(response)

    monkeypatch.setattr(TemplateResponse, "rendered_content", property(content))


@pytest.fixture
def refusals_drawn_once(content_alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Render a refused form only if it names a field that no earlier rendering of its page named, to save time."""
    drawn: defaultdict[str, set[str]] = defaultdict(set)
    draw: Callable[[TemplateResponse], str] = TemplateResponse.rendered_content.fget  # type: ignore[attr-defined]

    def content(response: TemplateResponse) -> str:
        context = response.context_data or {}
        form = context.get("adminform") or context.get("form")
        fields = {*(getattr(form, "errors", None) or ())}
        refused = {*fields, str(min(len(context.get("errors") or ()), 2))} if fields else set()
        path = response._request.path
        if refused and refused <= drawn[path]:
            return ""
        drawn[path] |= refused
        return draw(response)

    monkeypatch.setattr(TemplateResponse, "rendered_content", property(content))
