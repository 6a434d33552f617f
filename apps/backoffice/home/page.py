"""The content of the home page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.attention import WaitingItems, line_cells, waiting_for
from apps.backoffice.chart_ranges import chosen_range, range_links
from apps.backoffice.components import Block, Cell, Table, Tile, moment
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.figures import FIGURES
from apps.backoffice.explain.links import why
from apps.backoffice.home.aging import aging_tables
from apps.backoffice.home.currencies import ALL, REPORTING_CURRENCY, currencies
from apps.backoffice.home.movement_chart import movement_chart
from apps.backoffice.home.receivables import alarmed_currencies
from apps.backoffice.home.tile_figures import TileFigures, tile_figures
from apps.backoffice.models import Note
from apps.backoffice.services.notes import page_of
from apps.common.admin import Line, count_text, money_text
from apps.common.money import in_smallest_units

SHOWN_ROWS = 5
MENTIONED_FOR = timedelta(days=14)


def context(site: AdminSite, request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the template context for the requested currency, by default all of them, or the only one."""
    known = currencies() or ["USD"]
    alarmed = alarmed_currencies(now) if request.user.has_perm("contracts.view_installment") else set()
    tabs = [ALL, *known] if len(known) > 1 else known
    chosen = request.GET.get("currency", tabs[0])
    chosen = chosen if chosen in tabs else tabs[0]
    blocks: list[Block] = []
    waiting = [each for each in waiting_for(site, request, now) if each.count]
    if request.user.has_perm("wallets.view_grant"):
        picture = movement_chart(chosen, chosen_range(request), now)
        blocks = [replace(picture, links=range_links(request))]
    if request.user.has_perm("invoices.view_document"):
        blocks = [*aging_tables(chosen, now), *blocks]
    return {
        "tiles": _tiles(tile_figures(chosen, now), chosen) if request.user.has_perm("ledger.view_account") else [],
        "waiting": [_as_tile(each) for each in waiting],
        "blocks": [*_mentions(request.user, now), *_first_rows(request, waiting, now), *blocks],
        "currencies": [
            (
                f"All in {REPORTING_CURRENCY}" if name == ALL else name,
                f"{reverse('admin:index')}?currency={name}",
                name == chosen,
                name in alarmed,
            )
            for name in tabs
        ],
    }


def _tiles(figures: TileFigures, chosen: str) -> list[Tile]:
    unit = figures.currency
    last = _rounded_text(figures.revenue_last_month_micros, unit)
    notes = {}
    if figures.revenue_last_month_micros:
        notes["revenue_this_month"] = f"{last} by the same day of last month"
    if figures.recurring_moves:
        moves = (f"{move.lower()} {_rounded_text(amount, unit)}" for move, amount in figures.recurring_moves.items())
        notes["monthly_recurring"] = f"this month: {', '.join(moves)}"
    return [
        Tile(
            name=figure.title,
            value=_rounded_text(getattr(figures, f"{name}_micros"), unit),
            href=why("figure", name, chosen),
            note=notes.get(name, figure.note),
            alarm=name == "overdue" and figures.overdue_micros > 0,
        )
        for name, figure in FIGURES.items()
        if getattr(figures, f"{name}_micros") or name in notes
    ]


def _rounded_text(amount_micros: int, unit: str) -> str:
    """Write an amount in its currency's smallest unit; the tile leads to the exact figure."""
    return money_text(in_smallest_units(amount_micros, unit), unit)


def _as_tile(waiting: WaitingItems) -> Tile:
    alarm = waiting.concern.alarm and waiting.count > 0
    return Tile(name=waiting.concern.title, value=count_text(waiting.count), href=waiting.href, alarm=alarm)


def _first_rows(request: HttpRequest, waiting: Sequence[WaitingItems], now: datetime) -> list[Table]:
    """Return the table that names the oldest rows of each concern: customer, amount, and since or until when."""
    rows = [
        _with_customer(line_cells(each, each.page.page_to_handle(request, row), row, line, now.date()), line)
        for each in waiting
        for row, line in each.concern.first(SHOWN_ROWS, now)
    ]
    columns = ("What", "Customer", "Item", "Amount", "Day", "")
    return [Table(title="First in line", columns=columns, rows=rows)] if rows else []


def _with_customer(cells: list[Cell], line: Line) -> list[Cell]:
    customer = Cell(str(line.organization), tab_of(line.organization)) if line.organization else Cell("")
    return [cells[0], customer, *cells[1:]]


def _mentions(person: Any, now: datetime) -> list[Table]:
    """Return the notes of the last days that mention a person, the newest first; nothing if there is none."""
    notes = Note.objects.filter(mentioned=person.pk, created_at__gte=now - MENTIONED_FOR)
    rows = [
        [
            moment(note.created_at, page_of(note)),
            Cell(note.organization.name, tab_of(note.organization)),
            Cell(str(note.author)),
            Cell(note.text),
        ]
        for note in notes.select_related("organization", "author")[:SHOWN_ROWS]
    ]
    return (
        [Table(title="Notes that mention you", columns=("When", "Customer", "By", "Note"), rows=rows)] if rows else []
    )
