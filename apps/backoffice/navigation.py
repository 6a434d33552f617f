"""The sidebar: the lists a person may open, where their pages say that they stand, with what waits beside them."""

from itertools import groupby
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.backoffice.attention import counts
from apps.backoffice.pages import Page, list_address, menu, open_pages, pages
from apps.common.admin import Menu


def section_of(site: AdminSite, app_label: str) -> str:
    """Return the section that an app's lists stand in, the first where they stand in several; empty for none."""
    of_app = (page for page in pages(site) if page.opts.app_label == app_label)
    return next((place.section for place, _ in menu(of_app)), "")


def sidebar(site: AdminSite, request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the theme draws: one group per section that has anything in it."""
    home: dict[str, Any] = {
        "title": "Home",
        "icon": "home",
        "link": reverse("admin:index"),
        "active": _is_home(request),
    }
    groups: list[dict[str, Any]] = [{"title": "", "items": [{**home, "has_permission": True}]}]
    waiting = counts(timezone.now())
    for section, entries in groupby(menu(open_pages(site, request)), key=lambda each: each[0].section):
        items = [_item(request, place, page, waiting.get(page.opts.label, 0)) for place, page in entries]
        title = str(section)
        groups.append({"title": title, "separator": True, "collapsible": True, "items": items, **_sum(items)})
    return groups


def _sum(items: list[dict[str, Any]]) -> dict[str, str]:
    """Let a closed section say how much waits in it."""
    waiting = sum(int(item.get("badge", 0)) for item in items)
    return {"badge": str(waiting), "badge_variant": "danger"} if waiting else {}


def _is_home(request: HttpRequest) -> bool:
    return request.path == reverse("admin:index")


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
