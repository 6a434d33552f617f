"""The registered admin pages, which declare their place in the menu and how they are found."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from apps.common.admin import Menu, ModelAdmin

Page = ModelAdmin[Any]


def pages(site: AdminSite) -> list[Page]:
    """Return every page, in the order of the apps."""
    return [cast("Page", page) for page in site._registry.values()]


def open_pages(site: AdminSite, request: HttpRequest) -> Iterator[Page]:
    """Return the pages that a person may open, in the order of the apps."""
    return (page for page in pages(site) if page.has_view_permission(request))


def menu(of: Iterable[Page]) -> list[tuple[Menu, Page]]:
    """Return the pages that have a place in the sidebar, with that place, in sidebar order."""
    return sorted(((page.menu, page) for page in of if page.menu), key=lambda each: each[0].order)


def page_of(model: type[Model]) -> Page | None:
    """Return the page of a model, or None."""
    return cast("Page", admin.site.get_model_admin(model)) if admin.site.is_registered(model) else None


def row_title(row: Any) -> str:
    """Return a row's name on its page; of a text, the text itself."""
    page = page_of(type(row)) if isinstance(row, Model) else None
    return page.row_title(row) if page else str(row)


def button_names(page: Any, request: HttpRequest) -> Iterator[str]:
    """Return the names of the buttons of a row's page, of groups too, that the person may use."""
    for each in page.actions_detail:
        for name in each["items"] if isinstance(each, dict) else [each]:
            if may_use(page, request, name):
                yield name


def may_use(page: Any, request: HttpRequest, name: str) -> bool:
    """Return whether the person may use a button of a page on rows whose state allows it."""
    needed = getattr(page, name).allowed_permissions
    return all(getattr(page, f"has_{permission}_permission")(request) for permission in needed)


def list_address(page: Page) -> str:
    """Return the address of a page's list."""
    return _address(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist", get_script_prefix())


@cache
def _address(name: str, _prefix: str) -> str:
    """Look an address up once for each URL prefix of the site, because the sidebar shows dozens on every page."""
    return reverse(name)
