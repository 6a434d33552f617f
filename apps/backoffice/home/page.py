"""The content of the home page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.attention import Waiting, waiting_for
from apps.backoffice.components import Picture, Tile
from apps.backoffice.explain.figures import FIGURES
from apps.backoffice.explain.links import why
from apps.backoffice.home.figures import Glance, currencies, glance, movement_chart
from apps.common.admin import money_text


def context(site: AdminSite, request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the template context for the requested currency, by default the most used one."""
    known = currencies() or ["USD"]
    chosen = request.GET.get("currency", known[0])
    chosen = chosen if chosen in known else known[0]
    blocks: Sequence[Picture] = ()
    if request.user.has_perm("wallets.view_grant"):
        chart = movement_chart(chosen, now)
        blocks = [Picture(title=chart.name, chart=chart)]
    return {
        "tiles": _tiles(glance(chosen, now)) if request.user.has_perm("ledger.view_account") else [],
        "waiting": [_as_tile(each) for each in waiting_for(site, request, now)],
        "blocks": blocks,
        "currencies": [(name, f"{reverse('admin:index')}?currency={name}", name == chosen) for name in known],
    }


def _tiles(figures: Glance) -> list[Tile]:
    unit = figures.currency

    return [
        Tile(
            name=figure.title,
            value=money_text(getattr(figures, f"{name}_micros"), unit),
            href=why("figure", name, unit),
            note=figure.note,
            alarm=name == "overdue" and figures.overdue_micros > 0,
        )
        for name, figure in FIGURES.items()
    ]


def _as_tile(waiting: Waiting) -> Tile:
    alarm = waiting.concern.alarm and waiting.count > 0
    return Tile(name=waiting.concern.title, value=f"{waiting.count:,}", href=waiting.href, alarm=alarm)
