"""The way to a page, above it: the theme's, in the words of the sidebar."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.urls import resolve

from apps.backoffice.components import Link
from apps.backoffice.navigation import section_of
from apps.backoffice.pages import page_of


def crumbs(parts: Iterable[dict[str, Any]]) -> list[Link]:
    """Return the section for the app, the list's title of the sidebar, and the row as it calls itself."""
    return [_crumb(str(part.get("link", "")), str(part["title"])) for part in parts]


def _crumb(link: str, title: str) -> Link:
    match = resolve(link) if link else None
    name = match.url_name or "" if match else ""
    if match is not None and name == "app_list":
        return Link(section_of(admin.site, match.kwargs["app_label"]) or title, "")
    if name.endswith("_changelist"):
        app_label, model_name = name.removesuffix("_changelist").rsplit("_", 1)
        page = page_of(apps.get_model(app_label, model_name))
        return Link(page.title() if page else title, link)
    return Link(title, link)
