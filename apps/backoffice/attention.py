"""Items that staff must handle: counted in one query, cached for 30 seconds, shown at home and in the sidebar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.utils.http import urlencode

from apps.backoffice.components import Cell, moment, money
from apps.backoffice.pages import list_address, open_pages, pages
from apps.common.admin import Concern, Line
from apps.common.money import in_smallest_units
from apps.tenants.models import Organization

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
        kept = dict.fromkeys(named, 0) | _counted({name: each.rows(now) for name, each in named.items()})
        cache.set(CACHE_KEY, kept, KEPT_SECONDS)
    return kept


def _counted(of: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Count each of several querysets in one query, by their names."""
    each: Any = []
    for name, found in of.items():
        rows: Any = found.order_by().annotate(concern=Value(name)).values("concern")
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


def first_of_customer(
    site: AdminSite, request: HttpRequest, organization: Organization, count: int, now: datetime
) -> list[tuple[WaitingItems, Any, Line]]:
    """Return the first rows of each concern about a customer whose list this person may open, by rank."""
    found = {page.opts.label: (page, rows) for page, rows in _about(site, request, organization, now)}
    known = _counted({name: rows for name, (_, rows) in found.items()}) if found else {}
    waiting = [(WaitingItems(found[name][0], number, ""), found[name][1]) for name, number in known.items() if number]
    waiting.sort(key=lambda each: each[0].concern.rank)
    return [(each, row, line) for each, rows in waiting for row, line in each.concern.first(count, now, rows)]


def _about(
    site: AdminSite, request: HttpRequest, organization: Organization, now: datetime
) -> Iterator[tuple[Any, QuerySet[Any]]]:
    """Return the pages with a concern that names customers, and the rows of the concern about one of them."""
    for page in open_pages(site, request):
        if page.concern is None or page.concern.line is None:
            continue
        if page.model is Organization:
            yield page, page.concern.rows(now).filter(pk=organization.pk)
        elif any(each.name == "organization" for each in page.opts.fields):
            yield page, page.concern.rows(now).filter(organization=organization)


def line_cells(waiting: WaitingItems, page: str, row: Any, line: Line, today: date) -> list[Cell]:
    """Return a row that waits as cells: what it is, its name, the amount, the day, and how long ago that was."""
    amount = None if line.amount_micros is None else in_smallest_units(line.amount_micros, line.unit)
    return [
        Cell(waiting.concern.title, waiting.href),
        Cell(line.item or waiting.page.row_title(row), page),
        money(amount, line.unit),
        moment(line.day),
        Cell(_age((today - line.day).days)),
    ]


def _age(days: int) -> str:
    """Write how many days ago something was, or in how many days it will be."""
    if not days:
        return "today"
    text = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{text} ago" if days > 0 else f"in {text}"
