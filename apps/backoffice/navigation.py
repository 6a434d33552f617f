"""The sidebar with counts of items to handle, and the breadcrumbs; both use the names that pages declare."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin import site as admin_site
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils import timezone

from apps.backoffice.attention import counts
from apps.backoffice.components import Link
from apps.backoffice.pages import Page, list_address, menu, open_pages, page_of, pages, row_title
from apps.common.admin import Menu, Role, reader


def section_of(site: AdminSite, app_label: str) -> str:
    """Return the section of an app's lists, the first if there are several; empty for none."""
    of_app = (page for page in pages(site) if page.opts.app_label == app_label)
    return next((place.section for place, _ in menu(of_app)), "")


def sidebar(site: AdminSite, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the theme's sidebar: one group for each section.

    It has the lists of the person's roles, those where something waits for them, the open one, and the page of all
    lists.
    """
    groups: list[dict[str, Any]] = [{"title": "", "items": [_link(request, "Home", "home", "admin:index")]}]
    waiting, roles = counts(timezone.now()), reader().roles
    for section, entries in groupby(menu(open_pages(site, request)), key=lambda each: each[0].section):
        every = [(place, _item(request, place, page, waiting.get(page.opts.label, 0))) for place, page in entries]
        items = [item for place, item in every if _is_shown(place, item, roles)]
        badge = _badge(sum(int(item.get("badge", 0)) for item in items))
        groups.append({"title": str(section), "separator": True, "collapsible": True, "items": items, **badge})
    return [*groups, {"title": "", "separator": True, "items": [_link(request, "All lists", "list", "admin:lists")]}]


def _is_shown(place: Menu, item: Mapping[str, Any], roles: Collection[Role]) -> bool:
    """Return whether a list is in the sidebar. What waits in lists of other roles is shown to administrators alone."""
    if item["active"] or set(roles) & set(place.roles):
        return True
    is_of_others = bool(place.roles and roles) and Role.ADMINISTRATOR not in roles
    return "badge" in item and not is_of_others


def _link(request: HttpRequest, title: str, icon: str, name: str) -> dict[str, Any]:
    link = reverse(name)
    return {"title": title, "icon": icon, "link": link, "active": request.path == link, "has_permission": True}


def _item(request: HttpRequest, place: Menu, page: Page, waiting: int) -> dict[str, Any]:
    link = list_address(page)
    return {
        "title": page.title(),
        "icon": place.icon,
        "link": link,
        "active": request.path.startswith(link),
        "has_permission": True,
        **_badge(waiting),
    }


def _badge(waiting: int) -> dict[str, str]:
    return {"badge": str(waiting), "badge_variant": "danger"} if waiting else {}


def crumbs(parts: Iterable[dict[str, Any]]) -> list[Link]:
    """Return the crumbs: the app's section, the list's title in the sidebar, and the row's own name."""
    named = [(str(part.get("link", "")), row_title(part["title"])) for part in parts]
    lists = [page for link, _ in named if (page := _page_of_list(link))]
    own = next((str(page.menu.section) for page in lists if page.menu), "")
    return [_crumb(link, title, own) for link, title in named]


def _crumb(link: str, title: str, section: str) -> Link:
    match = resolve(link) if link else None
    if match is not None and match.url_name == "app_list":
        return Link(section or section_of(admin_site, match.kwargs["app_label"]) or title, "")
    page = _page_of_list(link)
    return Link(page.title() if page else title, link)


def _page_of_list(link: str) -> Page | None:
    """Return the page whose list an address opens."""
    name = (resolve(link).url_name or "") if link else ""
    if not name.endswith("_changelist"):
        return None
    app_label, model_name = name.removesuffix("_changelist").rsplit("_", 1)
    return page_of(apps.get_model(app_label, model_name))
