"""The overview of a customer: what waits for staff, who the customer is, its usage and credit, the newest movements."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.contrib import admin
from django.http import HttpRequest

from apps.backoffice.attention import first_of_customer, line_cells
from apps.backoffice.chart_ranges import chosen_range, range_links
from apps.backoffice.charts import Axis, bars_over_time
from apps.backoffice.components import Block, Cell, Facts, Link, Picture, Table
from apps.backoffice.customer_page.money_tabs import entries_of, movements
from apps.backoffice.customer_page.summary import tab_of
from apps.billing_profiles.models import BillingProfile
from apps.common.periods import Period, midnight
from apps.common.territories import countries
from apps.mail.models import Contact
from apps.tenants.models import Organization
from apps.wallets import selectors as wallets
from apps.wallets.models import CHARGES, EntryType

SHOWN = 3
MOVEMENTS = 10


def overview(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Return what waits for staff, the customer's people and address, usage and credit, and the newest entries."""
    return [
        *_waiting(request, organization, now),
        _charged_and_granted(request, organization, now),
        *_people(organization),
        movements(organization, now, MOVEMENTS),
    ]


def _waiting(request: HttpRequest, organization: Organization, now: datetime) -> list[Table]:
    rows = [
        line_cells(each, each.page.page_to_handle(request, row), row, line, now.date())
        for each, row, line in first_of_customer(admin.site, request, organization, SHOWN, now)
    ]
    columns = ("What", "Item", "Amount", "Day", "")
    return [Table(title="Waits for us", columns=columns, rows=rows)] if rows else []


def _people(organization: Organization) -> list[Facts]:
    """Return the customer's address and the first people to write to; nothing if neither is known."""
    profile = BillingProfile.objects.filter(organization=organization).select_related("owner").first()
    known = [] if profile is None else _of_profile(profile)
    contacts = Contact.objects.filter(organization=organization, bounced_at=None).order_by("created_at", "id")[:SHOWN]
    known += [(each.name, Cell(each.email, f"mailto:{each.email}")) for each in contacts]
    links = [Link("Billing profile", tab_of(organization, "billing")), Link("Contacts", tab_of(organization, "mail"))]
    return [Facts(title="Who they are", rows=known, links=links)] if known else []


def _of_profile(profile: BillingProfile) -> list[tuple[str, Cell]]:
    country = countries().get(profile.country, profile.country)
    address = ", ".join(each for each in (*profile.address_lines(), country) if each)
    said = (
        ("Legal name", profile.legal_name),
        ("Address", address),
        ("VAT number", profile.vat_number),
        ("Our colleague", str(profile.owner or "")),
    )
    return [(name, Cell(value)) for name, value in said if value]


def _charged_and_granted(request: HttpRequest, organization: Organization, now: datetime) -> Picture:
    range_ = chosen_range(request)
    axis = range_.axis(now)
    moved = _moved(organization, axis)
    before = _moved(organization, range_.axis_before(now))
    name = f"Charged and granted, last {range_.title}"
    chart = bars_over_time(
        name,
        axis,
        moved,
        unit=organization.currency,
        stacked=False,
        lead=lambda start, _: entries_of(organization, start, axis.last_of(start)),
    )
    sums = [(side, sum(moved[side].values()), sum(before[side].values())) for side in moved]
    explanation = range_.compared(now, organization.currency, sums)
    return Picture(title=name, chart=chart, links=range_links(request), explanation=explanation)


def _moved(organization: Organization, axis: Axis) -> dict[str, dict[date, int]]:
    """Return what the wallet was charged and granted by the days or months of an axis."""
    period = Period(midnight(axis.starts[0]), midnight(axis.end + timedelta(days=1)))
    moved: dict[str, dict[date, int]] = {"Charged": {}, "Granted": {}}
    for row in wallets.day_totals(organization, period):
        if row.kind in CHARGES or row.kind == EntryType.GRANT:
            side, sign = ("Granted", 1) if row.kind == EntryType.GRANT else ("Charged", -1)
            bar = axis.bar_of(row.day)
            moved[side][bar] = moved[side].get(bar, 0) + sign * row.amount_micros
    return moved
