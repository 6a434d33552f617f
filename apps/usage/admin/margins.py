"""Margins on screen: charges and costs of usage, alarms, and corrections of costs."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from unfold.decorators import action

from apps.common.admin import (
    Concern,
    ConfirmForm,
    Line,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Role,
    RowSearch,
    Section,
    confirm,
    count_text,
    day_field,
    day_text,
    micros_column,
    money_text,
    reader,
)
from apps.common.changes import Change
from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text, divide_half_even
from apps.pricing.costs import PICO_PLACES
from apps.pricing.models import PriceBook, PriceVersion
from apps.pricing.rating import PICOS_PER_MICRO
from apps.tenants.filters import CustomerFilter
from apps.tenants.models import Organization
from apps.usage.models import CostCorrection, CostRun, MarginAlarm
from apps.usage.selectors import Margin, MarginGrouping, margins, total_of
from apps.usage.selectors.margins import REPORTED_IN
from apps.usage.services import correct_costs, undo_cost_run

SHOWN = 200
DAYS = 30
COLUMNS = (
    "events",
    "with known cost",
    "charge, USD",
    "cost, USD",
    "cost first known, USD",
    "margin, USD",
    "margin, %",
    "charge of other usage, USD",
)
# The columns on screen, without the currency, which is shown with each amount.
HEADINGS = [f"{column[:1].upper()}{column[1:]}".removesuffix(f", {REPORTED_IN}") for column in COLUMNS]


def _fresh(now: datetime) -> Any:
    return MarginAlarm.objects.filter(day__gte=now.astimezone(UTC).date() - timedelta(days=1))


class FreshFilter(admin.SimpleListFilter):
    """Keeps the alarms that the home page counts: those of today and yesterday."""

    title = "when"
    parameter_name = "fresh"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Today or yesterday")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        fresh = _fresh(timezone.now()).values("pk")
        return queryset.filter(pk__in=fresh) if self.value() == "yes" else queryset


@admin.register(MarginAlarm)
class MarginAlarmAdmin(ReadOnlyModelAdmin[MarginAlarm]):
    """Customers and models whose margin was below the limit, by day, and the report of all margins."""

    menu = Menu(Section.PRICES_AND_USAGE, 65, "trending_down", (Role.BILLING,))
    list_title = "Margins"
    concern = Concern(
        title="Margins below the limit",
        rank=65,
        rows=_fresh,
        query={"fresh": "yes"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.margin_usd_micros,
            unit="USD",
            day=row.day,
            item=row.model or "All models",
        ),
        order="day",
    )
    margin_usd_micros = staticmethod(micros_column("margin_usd_micros", "Margin in USD", ordering=""))
    list_display = (
        "day",
        "organization",
        "model",
        "charge_usd_micros",
        "cost_usd_micros",
        "margin_usd_micros",
        "created_at",
    )
    list_filter = (FreshFilter, CustomerFilter)
    list_select_related = ("organization",)
    money_unit = "USD"
    ordering = ("-day", "-pk")
    fields = list_display
    actions_list = ("report",)

    def has_report_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @action(description="Report", url_path="report", permissions=["report"], icon="summarize")
    def report(self, request: HttpRequest) -> HttpResponse:
        """Show the margins of a window, or write them as a file."""
        first, last = _window(request, timezone.now())
        chosen = request.GET.get("by", "")
        by = MarginGrouping(chosen) if chosen in set(MarginGrouping) else MarginGrouping.CUSTOMER
        customer = request.GET.get("customer", "").strip()
        of_customer = _organization(customer) if customer else None
        lines = margins(by, first_day=first, last_day=last, organization_id=of_customer)
        rows = [(line, _cells(line.figures)) for line in lines]
        query = {"from": str(first), "to": str(last), "by": str(by), "customer": customer}
        if request.GET.get("file"):
            return _file(by, [(line.label, cells) for line, cells in rows], f"margin-{by}-{first}-{last}.csv")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Margin report",
            "by": by,
            "choices": list(MarginGrouping),
            "first_day": first,
            "last_day": last,
            "customer": customer,
            "file_query": urlencode({**query, "file": "1"}),
            "label": str(by).capitalize(),
            "columns": HEADINGS,
            "lines": [
                {"label": line.label or "(none)", "cells": _shown(cells), "href": _link(line.organization_id, query)}
                for line, cells in rows[:SHOWN]
            ],
            "total": _shown(_cells(total_of(lines))),
            "shown": SHOWN,
            "cut": count_text(len(rows)) if len(rows) > SHOWN else "",
        }
        return TemplateResponse(request, "admin/usage/margins.html", context)

    def row_title(self, row: MarginAlarm) -> str:
        return f"{row.organization or row.model}, {day_text(row.day)}"


def _window(request: HttpRequest, now: datetime) -> tuple[date, date]:
    """Return the requested days, or the last 30."""
    today = now.astimezone(UTC).date()
    first, last = (_day(request.GET.get(name, "")) for name in ("from", "to"))
    last = last or today
    return first or last - timedelta(days=min(DAYS - 1, last.toordinal() - 1)), last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _organization(text: str) -> UUID:
    """Return the id of the customer with this id or slug; if there is none, an id that matches no customer."""
    try:
        return UUID(text)
    except ValueError:
        rows = Organization.objects.none() if "\x00" in text else Organization.objects.filter(slug=text)
        return rows.values_list("pk", flat=True).first() or UUID(int=0)


def _cells(figures: Margin) -> list[Any]:
    """Return the figures in the order of COLUMNS: amounts in picos of a dollar, the margin in millionths."""
    return [
        figures.event_count,
        figures.costed_count,
        figures.charge_picos,
        figures.cost_picos,
        figures.first_cost_picos,
        figures.margin_picos,
        figures.margin_ppm,
        figures.uncosted_picos,
    ]


def _shown(cells: Sequence[Any]) -> list[tuple[str, str]]:
    """Return each heading with its figure as a text for people, amounts rounded half to even to the micro."""
    events, costed, *amounts = cells
    charge, cost, first_known, margin, ppm, uncosted = amounts
    texts = [
        money_text(divide_half_even(picos, PICOS_PER_MICRO), REPORTED_IN)
        for picos in (charge, cost, first_known, margin)
    ]
    percent = "" if ppm is None else reader().style.digits(f"{divide_half_even(ppm, 100) / 100:.2f} %")
    rest = money_text(divide_half_even(uncosted, PICOS_PER_MICRO), REPORTED_IN)
    return list(zip(HEADINGS, [count_text(events), count_text(costed), *texts, percent, rest], strict=True))


def _file(by: MarginGrouping, rows: Sequence[tuple[str, Sequence[Any]]], name: str) -> HttpResponse:
    """Return the margins as CSV, with exact amounts."""
    text = csv_line([str(by), *COLUMNS])
    for label, (events, costed, *amounts) in rows:
        charge, cost, first_known, margin, ppm, uncosted = amounts
        percent = "" if ppm is None else decimal_text(ppm, 4)
        exact = [decimal_text(picos, PICO_PLACES) for picos in (charge, cost, first_known, margin)]
        text += csv_line([label, events, costed, *exact, percent, decimal_text(uncosted, PICO_PLACES)])
    answer = HttpResponse(MARK + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _link(organization_id: UUID | None, query: dict[str, str]) -> str:
    """Return the address of a customer's margins by model."""
    return (
        f"?{urlencode({**query, 'by': str(MarginGrouping.MODEL), 'customer': str(organization_id)})}"
        if organization_id
        else ""
    )


class CostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A published cost, searched for by model or cost book: a list of costs holds thousands."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.book}: {obj}"


class CostForm(ConfirmForm):
    """The correct cost, and the days that it applies to."""

    version = CostChoice(
        PriceVersion.objects.filter(
            book__purpose=PriceBook.Purpose.COST, status=PriceVersion.Status.PUBLISHED
        ).select_related("meter", "book"),
        label="Cost",
        widget=RowSearch(CostRun._meta.get_field("cost_version"), admin.site),
        help_text="A published version of a cost book. Usage of its model on these days is rated by it.",
    )
    first_day = day_field(label="First day (UTC)")
    last_day = day_field(label="Last day (UTC)")


@admin.register(CostRun)
class CostRunAdmin(OffersByState[CostRun], ReadOnlyModelAdmin[CostRun]):
    """Corrections of costs. They change margins, never a customer's money."""

    menu = Menu(Section.PRICES_AND_USAGE, 67, "published_with_changes")
    list_display = ("created_at", "book", "cost_version", "first_day", "last_day", "undoes", "created_by", "reason")
    list_select_related = ("cost_version__meter", "cost_version__book", "undoes")
    ordering = ("-pk",)
    fields = (*list_display, "differences")
    actions_list = ("correct",)
    actions_detail = ("undo",)

    @admin.display(description="Cost book", ordering="cost_version__book__name")
    def book(self, run: CostRun) -> str:
        return str(run.cost_version.book)

    @admin.display(description="Differences")
    def differences(self, run: CostRun) -> str:
        rows = CostCorrection.objects.filter(run=run).order_by("cost_currency")
        sums = rows.values_list("cost_currency").annotate(picos=Sum("cost_picos"))
        amounts = (f"{decimal_text(int(picos), PICO_PLACES)} {currency}" for currency, picos in sums)
        return ", ".join(amounts) or "none"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CostRun]:
        rows: QuerySet[CostRun] = super().get_queryset(request).select_related(*self.list_select_related)
        return rows

    def buttons_for(self, row: CostRun) -> Collection[str]:
        return () if row.undoes_id or CostRun.objects.filter(undoes=row).exists() else ("undo",)

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("pricing.change_priceversion")

    @action(description="Correct costs", url_path="correct", permissions=["move"], icon="calculate")
    def correct(self, request: HttpRequest) -> HttpResponse:
        def correct(cleaned: Any) -> CostRun:
            assert isinstance(request.user, User)
            return correct_costs(
                version_id=cleaned["version"].pk,
                first_day=cleaned["first_day"],
                last_day=cleaned["last_day"],
                reason=cleaned["reason"],
                created_by=f"staff:{request.user.get_username()}",
                now=timezone.now(),
            )

        def review(cleaned: Any) -> Review:
            with transaction.atomic():
                run = correct(cleaned)
                changed, difference = run.corrections.count(), self.differences(run)
                transaction.set_rollback(True)
            return Review(
                [
                    Change("Difference of the cost of these days", "", difference),
                    Change("Sums by customer, day, model and key that change", "", count_text(changed)),
                ]
            )

        def perform(cleaned: Any) -> HttpResponse:
            return HttpResponseRedirect(reverse("admin:usage_costrun_change", args=[correct(cleaned).pk]))

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Correct costs",
                form=CostForm,
                explanation="The cost of these days is computed again; differences are stored. No customer is charged.",
                review=review,
                button="Correct",
            ),
            perform=perform,
        )

    @action(description="Undo", url_path="undo", permissions=["move"], icon="undo")
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)

        def perform(cleaned: Any) -> str:
            assert isinstance(request.user, User)
            undo_cost_run(
                run_id=row.pk,
                reason=cleaned["reason"],
                created_by=f"staff:{request.user.get_username()}",
                now=timezone.now(),
            )
            return "The stored differences are undone."

        return confirm(
            request,
            admin=self,
            question=Question(title="Undo this correction", rehearsal=perform, button="Undo", danger=True),
            perform=perform,
            subject=row,
        )
