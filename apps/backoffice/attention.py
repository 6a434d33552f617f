"""Items that staff must handle: counted in one query, cached for 30 seconds, shown at home and in the sidebar."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.cache import cache
from django.db.models import Count, Value
from django.http import HttpRequest
from django.utils.http import urlencode

from apps.backoffice.pages import list_address, open_pages, pages
from apps.common.admin import Concern

KEPT_SECONDS = 30
CACHE_KEY = "backoffice.attention"


@dataclass(frozen=True, slots=True)
class WaitingItems:
    """How many items a concern has, and the address of their list."""

    page: Any
    count: int
    href: str

    @property
    def concern(self) -> Concern:
        concern: Concern = self.page.concern
        return concern


def concerns(site: AdminSite) -> dict[str, Concern]:
    """Return the concerns that pages declare, by model label."""
    return {page.opts.label: page.concern for page in pages(site) if page.concern}


def counts(now: datetime) -> dict[str, int]:
    """Return the number of rows of each concern, by model label, at most 30 seconds old."""
    kept: dict[str, int] | None = cache.get(CACHE_KEY)
    if kept is None:
        named = concerns(admin.site)
        kept = dict.fromkeys(named, 0) | _counted(named, now)
        cache.set(CACHE_KEY, kept, KEPT_SECONDS)
    return kept


def _counted(named: dict[str, Concern], now: datetime) -> dict[str, int]:
    each: Any = []
    for label, concern in named.items():
        rows: Any = concern.rows(now).order_by().annotate(concern=Value(label)).values("concern")
        each.append(rows.annotate(rows=Count("pk")).values_list("concern", "rows"))
    every: Any = reduce(lambda rows, more: rows.union(more, all=True), each)
    return dict(every)


def waiting_for(site: AdminSite, request: HttpRequest, now: datetime) -> list[WaitingItems]:
    """Return the concerns whose lists this person may open: those with rows first, then by rank."""
    found = []
    for page in open_pages(site, request):
        if page.concern:
            query = f"?{urlencode(page.concern.query)}" if page.concern.query else ""
            found.append(WaitingItems(page, counts(now)[page.opts.label], f"{list_address(page)}{query}"))
    return sorted(found, key=lambda each: (each.count == 0, each.concern.rank))
