"""The page of all lists that a person may open, by section, each with a description."""

from itertools import groupby

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from apps.backoffice.attention import counts
from apps.backoffice.components import Cell, Table
from apps.backoffice.pages import Page, list_address, menu, open_pages
from apps.common.admin import count_text


def all_lists(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """Show a table for each section; the sidebar has only the lists of the person's roles."""
    waiting = counts(timezone.now())
    blocks = [
        Table(
            title=str(section),
            columns=("List", "What it holds", "Waiting"),
            rows=[_page_cells(page, waiting.get(page.opts.label, 0)) for _, page in entries],
        )
        for section, entries in groupby(menu(open_pages(site, request)), key=lambda each: each[0].section)
    ]
    context = {**site.each_context(request), "title": "All lists", "blocks": blocks}
    return TemplateResponse(request, "admin/report.html", context)


def _page_cells(page: Page, waiting: int) -> list[Cell]:
    address = list_address(page)
    return [Cell(page.title(), address), Cell(_contents(page)), Cell(count_text(waiting) if waiting else "", address)]


def _contents(page: Page) -> str:
    """Return the first sentence of the model's description; empty for models of other packages."""
    text = " ".join((page.model.__doc__ or "").split())
    is_ours = page.model.__module__.startswith("apps.")
    return text.partition(". ")[0].removesuffix(".") if is_ours and not text.startswith(page.model.__name__) else ""
