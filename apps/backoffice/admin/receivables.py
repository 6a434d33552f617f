"""The aging of receivables, as a page and as CSV, opened from the list of invoices."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backoffice.components import Cell, Link, Table, money
from apps.backoffice.customer_page.summary import tab_of
from apps.billing_profiles.models import Seller
from apps.billing_profiles.value_dates import day_of
from apps.common.admin import PageExtension, day_field, register_extension
from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text
from apps.invoices.models import Document
from apps.invoices.receivables import AGES, Aging, totals
from apps.invoices.selectors import receivables
from apps.tenants.models import Organization

COLUMNS = ("Customer", *AGES, "Total", "Uncollectible", "Unapplied", "Net")
EXPLANATION = (
    "What is left to pay on invoices, by the number of days overdue on the chosen day. Uncollectible invoices are not "
    "in "
    "the total; unapplied money is the customer's own and lowers the net."
)


class AgingForm(forms.Form):
    """The seller and the day of the report."""

    seller = forms.ModelChoiceField(Seller.objects.order_by("legal_name"), widget=UnfoldAdminSelectWidget)
    day = day_field(label="As of", validators=[MaxValueValidator(date.max - timedelta(days=1))])


@register_extension(Document)
class AgingOfInvoices(PageExtension[Document]):
    """A button of the list of invoices."""

    added_list_buttons = ("aging",)

    def has_aging_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.view_document")

    @action(description="Aging", url_path="aging", permissions=["aging"], icon="hourglass_bottom")
    def aging(self, request: HttpRequest) -> HttpResponse:
        seller = Seller.objects.order_by("legal_name").first()
        now = timezone.now()
        today = day_of(seller, now) if seller else now.date()
        initial = {"seller": seller.pk if seller else "", "day": today.isoformat()}
        form = AgingForm({**initial, **request.GET.dict()})
        is_valid = form.is_valid()
        rows = receivables(form.cleaned_data["seller"], form.cleaned_data["day"]) if is_valid else []
        if is_valid and request.GET.get("format") == "csv":
            return _csv(rows, form.cleaned_data["day"])
        links = []
        if is_valid:
            asked = {"seller": form.cleaned_data["seller"].pk, "day": form.cleaned_data["day"], "format": "csv"}
            links = [Link("As CSV", f"?{urlencode(asked)}")]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Aging of receivables",
            "form": form,
            "form_name": "Seller and day",
            "blocks": _tables(rows, links),
        }
        return TemplateResponse(request, "admin/report.html", context, status=200 if is_valid or not seller else 422)


def _tables(rows: list[Aging], links: list[Link]) -> list[Table]:
    sums = totals(rows)
    found = [
        Table(
            title=f"In {currency}",
            columns=COLUMNS,
            rows=[_cells(row) for row in rows if row.currency == currency],
            feet=[_cells(total)],
            links=links,
            explanation=EXPLANATION,
        )
        for currency, total in sums.items()
    ]
    return found or [Table(title="Receivables", columns=COLUMNS, rows=[], empty="Nobody owes anything.", links=links)]


def _cells(row: Aging) -> list[Cell]:
    customer = tab_of(Organization(pk=row.organization_id)) if row.organization_id else ""
    return [Cell(row.name, customer), *(money(amount or None, row.currency) for amount in _amounts(row))]


def _amounts(row: Aging) -> list[int]:
    return [*row.by_age, row.total_micros, row.uncollectible_micros, row.unapplied_micros, row.net_micros]


def _csv(rows: list[Aging], day: date) -> HttpResponse:
    text = csv_line(["as of", "customer", "currency", *COLUMNS[1:]])
    for row in rows:
        text += csv_line([day, row.name, row.currency, *map(decimal_text, _amounts(row))])
    answer = HttpResponse(MARK + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="aging-{day}.csv"'
    return answer
