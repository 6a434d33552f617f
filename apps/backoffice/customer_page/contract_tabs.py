"""Tabs for agreements and usage: contracts and their schedules, usage by meter, keys and identity links."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.api.usage_forecast.facts import customer_forecast
from apps.backoffice.chart_ranges import chosen_range, range_links
from apps.backoffice.charts import Axis, bars_over_time, with_rest
from apps.backoffice.components import (
    Block,
    Cell,
    Facts,
    Link,
    Picture,
    Table,
    actor,
    amount_of,
    end,
    feet,
    moment,
    money,
    state,
)
from apps.backoffice.customer_page.money_tabs import SHOWN, changelist
from apps.backoffice.customer_page.usage_breakdown import breakdown
from apps.backoffice.explain.links import why
from apps.common.admin import day_text, money_text
from apps.common.periods import Period, month_of
from apps.contracts import selectors as contracts
from apps.contracts.models import Contract, Installment
from apps.tenants.models import ApiKey, Organization
from apps.usage import selectors as usage
from apps.usage.forecast import daily_rate
from apps.wallets.errors import WalletNotFound

OTHER_METERS = "other meters"  # the space tells it from any slug
CONTRACT_STATES = {
    "draft": "default",
    "pending_payment": "info",
    "active": "success",
    "past_due": "danger",
    "expired": "warning",
    "cancelled": "warning",
}
INSTALLMENT_STATES = {
    "due": "info",
    "processing": "info",
    "partially_paid": "warning",
    "paid": "success",
    "reversed": "danger",
    "written_off": "danger",
}


def contract_tab(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Every contract, the schedule of the one in force, and the service agreements of projects."""
    every = list(Contract.objects.filter(organization=organization).order_by("-created_at")[:SHOWN])
    rows = [
        [
            Cell(
                f"{day_text(contract.start_date)} to {day_text(contract.end_date)}",
                change_page("contracts_contract", contract.pk),
                is_moment=True,
            ),
            state(contract.status, contract.get_status_display(), CONTRACT_STATES),
            Cell("Renews" if contract.auto_renew else "Ends"),
            money(contract.bonus_credits_micros, organization.currency),
            moment(contract.created_at),
            actor(contract.created_by),
        ]
        for contract in every
    ]
    table = Table(
        title="Contracts",
        columns=["Term", "Status", "At end of term", "Bonus credits", "Created", "By"],
        rows=rows,
        empty="No contracts.",
    )
    shown = contracts.shown_contract(organization) or (every[0] if every else None)
    schedule = [_schedule(shown, organization.currency, now.astimezone(UTC).date())] if shown else []
    return [table, *schedule, _agreements(organization, now.astimezone(UTC).date())]


def change_page(name: str, identity: object) -> str:
    """Return the address of a row's own page."""
    return reverse(f"admin:{name}_change", args=[identity])


def _days(row: Installment) -> str:
    return "Once" if row.is_one_time else f"{day_text(row.period_start)} to {day_text(row.period_end)}"


def _schedule(contract: Contract, unit: str, today: date) -> Table:
    rows = [
        [
            moment(row.due_date, why("installment", row.pk)),
            Cell(_days(row), is_moment=True),
            money(row.amount_micros, unit),
            money(row.credit_micros, unit),
            money(row.service_micros, unit),
            money(row.discount_micros, unit),
            money(row.paid_micros, unit),
            _installment_state(row, today),
        ]
        for row in contracts.current_schedule(contract)
    ]
    return Table(
        title="Schedule",
        columns=["Due", "Period", "Amount", "Credit", "Service", "Discount", "Paid", "State"],
        rows=rows,
        links=[
            Link("Order form (PDF)", reverse("admin:order_form", args=[contract.pk])),
            Link("Email order form", reverse("admin:order_form_mail", args=[contract.pk])),
            Link("The contract", change_page("contracts_contract", contract.pk)),
        ],
    )


def _installment_state(row: Installment, today: date) -> Cell:
    name, label = row.shown_state(today)
    if name == "overdue":
        return Cell(f"Overdue by {(today - row.pay_by).days} days", variant="danger")
    return state(name, label, INSTALLMENT_STATES)


def _agreements(organization: Organization, today: date) -> Table:
    rows = [
        [
            Cell(each.description, change_page("contracts_serviceagreement", each.pk)),
            Cell(each.project.name if each.project else "Whole organization"),
            Cell(each.get_charge_type_display()),
            money(each.amount_micros, organization.currency),
            moment(each.next_due_date),
            moment(each.billed_at),
        ]
        for each in contracts.active_agreements(organization, today)
    ]
    return Table(
        title="Service agreements",
        columns=["Service", "Project", "Interval", "Amount", "Next", "Billed"],
        rows=rows,
        empty="No active service agreements.",
    )


def usage_tab(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Charged usage per day and meter, and the month's lines."""
    range_ = chosen_range(request)
    axis = range_.axis(now)
    series: dict[str, dict[date, int]] = {}
    for row in usage.usage_by_day(organization, days=(axis.end - axis.starts[0]).days + 1, now=now):
        amounts, bar = series.setdefault(row["meter__slug"], {}), axis.bar_of(row["day"])
        amounts[bar] = amounts.get(bar, 0) + row["charge_micros"]
    chart = bars_over_time(
        f"Charged by meter, last {range_.title}",
        axis,
        with_rest(series, OTHER_METERS),
        unit=organization.currency,
        lead=lambda start, meter: _usage_of(organization, axis, start, meter),
    )
    month = month_of(now)
    return [
        Picture(title=chart.name, chart=chart, links=range_links(request)),
        usage_lines(organization, month),
        breakdown(request, organization, now),
        forecast(organization, now),
    ]


def _usage_of(organization: Organization, axis: Axis, start: date, meter: str) -> str:
    """Return the address that a bar opens: the explanation of a meter's day, or a list of days."""
    if not axis.by_month and meter != OTHER_METERS:
        return why("day", organization.pk, start, meter)
    return changelist(
        "usage_usageday",
        organization__id__exact=str(organization.pk),
        day__gte=str(start),
        day__lte=str(axis.last_of(start)),
        **({} if meter == OTHER_METERS else {"meter__slug__exact": meter}),
    )


def usage_lines(organization: Organization, month: Period) -> Table:
    """Return a month's charges by meter and operator; the lines add up to the month's total."""
    label = f"{month.start:%Y-%m}"
    lines = usage.usage_lines(organization, month)
    has_operators = any(line.operator for line in lines)
    rows = [
        [
            Cell(line.service),
            *([Cell(line.operator)] if has_operators else []),
            amount_of(line.quantity_micros),
            Cell(line.unit),
            money(line.amount_micros, organization.currency, why("usage", organization.pk, label)),
        ]
        for line in lines
    ]
    columns = ["Meter", *(["Operator"] if has_operators else []), "Quantity", "Unit", "Charged"]
    amounts = [line.amount_micros for line in lines]
    given = usage.paid_by_promotions(organization, month)
    return Table(
        title=f"Usage in {label}",
        columns=columns,
        rows=rows,
        feet=feet(columns, len(columns) - 1, amounts, sum(amounts), organization.currency, is_cut=False),
        empty="No usage this month.",
        explanation=f"Of this, {money_text(given, organization.currency)} was paid from credit that was not bought."
        if given
        else "",
        links=[Link("Why this total?", why("usage", organization.pk, label))],
    )


def forecast(organization: Organization, now: datetime) -> Facts:
    """Return the forecast of the period, as in `GET /v1/usage/forecast`."""
    unit = organization.currency
    try:
        found = customer_forecast(organization, now)
    except WalletNotFound:
        return Facts(title="Forecast", rows=[], explanation="There is no wallet yet.")
    rate = daily_rate(found.usage.days)
    if rate is None:
        return Facts(title="Forecast", rows=[], explanation="There is no full day of usage yet.")
    rows = [("Mean charge per day, over the last full days", money(rate, unit))]
    for name, span in (("Billing period", found.usage.billing), ("Month", found.usage.month)):
        assert span.expected is not None, "a forecast needs one full day"
        rows.append((f"{name} so far", money(span.so_far_micros, unit)))
        rows.append((f"{name} to {day_text(span.period.end)}, expected", money(span.expected.likely_micros, unit)))
        rows.append(("if every day is like the lowest of them", money(span.expected.low_micros, unit)))
        rows.append(("if every day is like the highest of them", money(span.expected.high_micros, unit)))
    rows.append(("Service agreements due this month", money(found.agreements_micros, unit)))
    rows += [
        (f"Invoice of {day_text(each.day)} ({each.kind})", money(each.amount_micros, unit)) for each in found.invoices
    ]
    ends_at = found.credit_ends_at
    rows.append(("Credit runs out", moment(ends_at) if ends_at else Cell("not within 400 days")))
    named = ", ".join(f"{each.meter} {each.model} on {day_text(each.starts_at)}" for each in found.usage.prices_ahead)
    ahead = f" Prices that change before the month ends: {named}." if named else ""
    return Facts(
        title="Forecast",
        rows=rows,
        explanation="Each day to come is taken to cost the mean of the last full UTC days, of which there are "
        f"{len(found.usage.days)}; before tax.{ahead}",
    )


def keys_tab(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """API keys by their visible prefix."""
    rows = [
        [
            Cell(key.prefix, change_page("tenants_apikey", key.pk)),
            Cell(key.name),
            _key_state(key, now),
            Cell(", ".join(key.scopes)),
            moment(key.created_at),
            actor(key.created_by),
            end(key.expires_at),
            moment(key.last_used_at),
        ]
        for key in ApiKey.objects.filter(organization=organization).order_by("-pk")[:SHOWN]
    ]
    issue = f"{reverse('admin:tenants_apikey_issue')}?{urlencode({'organization': organization.slug})}"
    links = [Link("Issue a key", issue)] if request.user.has_perm("tenants.add_apikey") else []
    return [
        Table(
            title="API keys",
            columns=["Key", "Name", "State", "Scopes", "Issued", "By", "Expires", "Last used"],
            rows=rows,
            empty="No keys issued.",
            links=links,
        ),
        _identities(request, organization),
    ]


def _key_state(key: ApiKey, now: datetime) -> Cell:
    if key.revoked_at is not None:
        return Cell("Revoked", variant="danger")
    return Cell("Active", variant="success") if key.works_at(now) else Cell("Expired", variant="warning")


def _identities(request: HttpRequest, organization: Organization) -> Table:
    add = f"{reverse('admin:tenants_identitylink_add')}?{urlencode({'organization': organization.slug})}"
    adding = [Link("Link an identity", add)] if request.user.has_perm("tenants.add_identitylink") else []
    rows = [
        [Cell(link.external_organization_id), Cell(link.issuer), moment(link.created_at)]
        for link in organization.identity_links.order_by("pk")[:SHOWN]
    ]
    return Table(
        title="Identities",
        columns=["External organization", "Issuer", "Linked"],
        rows=rows,
        empty="No identity link: session tokens do not work yet.",
        links=[*adding, Link("All links", changelist("tenants_identitylink"))],
    )
