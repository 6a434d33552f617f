"""Recurring revenue by month and by how it moved, as a page and as CSV, beside the list of contracts."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from apps.backoffice.components import Cell, Link, Table, money
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.home.currencies import REPORTING_CURRENCY, currencies
from apps.common.admin import PageExtension, day_text, register_extension
from apps.common.csv_text import MARK, csv_line
from apps.common.money import convert, decimal_text
from apps.common.periods import add_months
from apps.contracts.models import Contract
from apps.contracts.recurring_revenue import MOVES, Month, movements
from apps.contracts.selectors import recurring_stretches
from apps.tenants.models import Organization
from apps.tenants.selectors import usd_rates

ALL = "all"
EXPLANATION = (
    "The monthly amount of running contracts' installments and of service agreements, each divided by the months it "
    "pays for. One-time amounts, taxes, and usage are left out. Past months are computed from today's schedules. The "
    "opening is at the exchange rates of its day, the moves at those of the last day; Exchange is the difference."
)


class RecurringForm(forms.Form):
    """The currency, and the number of months."""

    currency = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    months = forms.IntegerField(
        min_value=1,
        max_value=60,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="The number of months, including this one.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(name, name) for name in currencies()]
        self.fields["currency"].choices = [*known, (ALL, f"All, in {REPORTING_CURRENCY}")]  # type: ignore[attr-defined]


@register_extension(Contract)
class RecurringRevenue(PageExtension[Contract]):
    """A button of the list of contracts."""

    added_list_buttons = ("recurring_revenue",)

    def has_recurring_revenue_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("contracts.view_contract")

    @action(
        description="Recurring revenue",
        url_path="recurring-revenue",
        permissions=["recurring_revenue"],
        icon="trending_up",
    )
    def recurring_revenue(self, request: HttpRequest) -> HttpResponse:
        first = next(iter(currencies()), REPORTING_CURRENCY)
        form = RecurringForm({"currency": first, "months": 12, **request.GET.dict()})
        is_valid = form.is_valid()
        blocks: list[Table] = []
        if is_valid:
            currency, count = form.cleaned_data["currency"], form.cleaned_data["months"]
            unit = REPORTING_CURRENCY if currency == ALL else currency
            customers = (
                Organization.objects.in_bulk()
                if currency == ALL
                else Organization.objects.filter(currency=currency).in_bulk()
            )
            found = _months(customers, count, timezone.now().astimezone(UTC).date(), is_converted=currency == ALL)
            if request.GET.get("format") == "csv":
                return _csv(found, unit, is_converted=currency == ALL)
            query = {"currency": currency, "months": count}
            blocks = [_by_month(found, unit, query), *_by_customer(found, unit, customers, request.GET.get("through"))]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Recurring revenue",
            "form": form,
            "form_name": "Currency and months",
            "blocks": blocks,
        }
        return TemplateResponse(request, "admin/report.html", context, status=200 if is_valid else 422)


def _months(customers: Mapping[UUID, Organization], count: int, today: date, *, is_converted: bool) -> list[Month]:
    """Return the last months, the oldest first; the running one ends today."""
    firsts = [add_months(today.replace(day=1), back) for back in range(1 - count, 1)]
    days = [*(first - timedelta(days=1) for first in firsts), today]
    stretches = recurring_stretches(Organization.objects.filter(pk__in=customers))
    if not is_converted:
        return movements(stretches, days)
    rates = usd_rates(customers)
    return movements(stretches, days, lambda owner, micros, day: convert(micros, rates(owner, day)))


def _columns(*, is_converted: bool) -> list[str]:
    return ["Through", "Opening", *(["Exchange"] if is_converted else []), *MOVES, "Closing"]


def _amounts(month: Month, *, is_converted: bool) -> list[int]:
    exchange = [month.exchange_micros] if is_converted else []
    return [month.opening_micros, *exchange, *month.sums, month.closing_micros]


def _by_month(found: list[Month], unit: str, query: dict[str, Any]) -> Table:
    is_converted = query["currency"] == ALL
    rows = [
        [
            Cell(day_text(month.through), f"?{urlencode({**query, 'through': month.through})}"),
            *(money(amount or None, unit) for amount in _amounts(month, is_converted=is_converted)),
        ]
        for month in reversed(found)
    ]
    links = [Link("As CSV", f"?{urlencode({**query, 'format': 'csv'})}")]
    return Table(
        title=f"By month, in {unit}",
        columns=_columns(is_converted=is_converted),
        rows=rows,
        links=links,
        explanation=EXPLANATION,
    )


def _by_customer(
    found: list[Month], unit: str, customers: Mapping[UUID, Organization], through: str | None
) -> list[Table]:
    """Return the moves by customer, largest first, of the chosen month, else of the newest month with a move."""
    chosen = [month for month in found if str(month.through) == through] or [each for each in found if any(each.sums)]
    if not chosen:
        return []
    month = chosen[-1]
    moved = [(move, owner, amount) for move in MOVES for owner, amount in month.moves[move].items()]
    rows = [
        [Cell(customers[owner].name, tab_of(customers[owner], "contracts")), Cell(move), money(amount, unit)]
        for move, owner, amount in sorted(moved, key=lambda each: (-abs(each[2]), customers[each[1]].name))
    ]
    title = f"Moves by customer after {day_text(month.after)}, through {day_text(month.through)}"
    feet = [[Cell("Total"), Cell(""), money(sum(month.sums), unit)]]
    return [Table(title=title, columns=("Customer", "Move", "Per month"), rows=rows, feet=feet)]


def _csv(found: list[Month], unit: str, *, is_converted: bool) -> HttpResponse:
    text = csv_line(["currency", *(name.lower() for name in _columns(is_converted=is_converted))])
    for month in found:
        amounts = _amounts(month, is_converted=is_converted)
        text += csv_line([unit, month.through, *map(decimal_text, amounts)])
    answer = HttpResponse(MARK + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="recurring-revenue-{found[-1].through}.csv"'
    return answer
