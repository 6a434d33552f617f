import pytest
from django.core.cache import cache
from django.template import Template, engines

from apps.backoffice.site import BackofficeSite


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Clear the cache of pages, which would outlive a test."""
    cache.clear()


@pytest.fixture
def content_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer pages without sidebar, header and scripts, where other tests draw them whole, and without contexts."""
    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]
    frame = Template("{% block title %}{{ title }}{% endblock %}{% block content %}{% endblock %}")
    monkeypatch.setitem(loader.get_template_cache, "unfold/layouts/skeleton.html", frame)
    monkeypatch.setattr(BackofficeSite, "get_sidebar_list", lambda site, request: [])
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *args, **named: None)
