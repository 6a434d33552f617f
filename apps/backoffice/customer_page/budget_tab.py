"""The tab for budgets: each budget's limit, counters and room, and the values with the highest spending."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import slugify

from apps.backoffice.components import Block, Cell, Link, Table, bar, moment, money, state
from apps.backoffice.customer_page.money_tabs import changelist
from apps.backoffice.customer_page.summary import tab_of
from apps.common.admin import count_text
from apps.tenants.models import Organization
from apps.usage.selectors import unit_alerts
from apps.wallets import selectors, services
from apps.wallets.budgets.limits import percent_of, room_micros, status_of
from apps.wallets.budgets.state import ANY, BudgetState, PeriodState
from apps.wallets.models import Budget

SHOWN = 25
STATES = {"ok": "success", "warned": "warning", "exceeded": "danger"}
ALARMS = {"ok": "success", "low": "warning"}
FIGURES = ["Limit", "Spent", "Held", "Room", "Used", "State"]


def budgets(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """The live budgets as a tree, the organization's first, and the buckets of those with one for each value."""
    statuses = services.budget_statuses(organization, now)
    resources = services.resources_status(organization, now)
    if resources.budget.limit_micros is not None:
        statuses = [resources, *statuses]
    rows = [
        [
            Cell("- " * len(each.budget.scope) + _name(each.budget), _form(organization, each.budget)),
            Cell(scope_text(each.budget)),
            Cell(f"{Budget.Period(each.budget.period).label}, {Budget.Mode(each.budget.mode).label.lower()}"),
            Cell("Staff" if each.budget.set_by == "staff" else "Customer"),
            *_figures(organization, each.budget, each.period, each.held_micros),
        ]
        for each in statuses
    ]
    by_id = {each.budget.id: each.budget for each in statuses}
    buckets = [
        [Cell(by_id[budget].slug), Cell(value), *_figures(organization, by_id[budget], period, held)]
        for budget, value, period, held in selectors.most_spent_buckets(organization, SHOWN, now)
        if budget in by_id
    ]
    return [
        Table(
            title="Budgets",
            columns=["Budget", "For", "Period", "Set by", *FIGURES],
            rows=rows,
            empty="No budgets: only the wallet's limits apply.",
            explanation="Room is what may still be spent: the limit and what was added to it, less what is spent and "
            "held. A budget for each value, such as for each project, has its limit for each of them: its row here is "
            "the work that names none, and the values are below.",
            links=[Link("What would a call cost?", reverse("admin:cost", args=[organization.pk]))],
        ),
        Table(
            title="Values with the highest spending in the current period",
            columns=["Budget", "Value", *FIGURES],
            rows=buckets,
            empty="No value has spent anything.",
        ),
        _alerts(organization),
        _refused(organization),
    ]


def _alerts(organization: Organization) -> Table:
    """The amounts of credit and of the plan's units at which the customer is notified."""
    alarms, unit = selectors.balance_alerts(organization), organization.currency
    credit = [
        [Cell("Credit"), money(amount, unit), _alarm(is_low=bool(alarms.bits >> place & 1))]
        for place, amount in enumerate(alarms.thresholds)
    ]
    units = [
        [
            Cell(f"{each.get_unit_display()} of the plan"),
            money(each.threshold_micros),
            _alarm(is_low=each.is_low),
        ]
        for each in unit_alerts(organization)
    ]
    return Table(
        title="Alerts",
        columns=["Alert on", "At or below", "Now"],
        rows=[*credit, *units],
        explanation="Set by the customer, except the alert at zero, which everyone has."
        f" Sent by webhook{' and email' if alarms.by_mail else ' only'}.",
    )


def _alarm(*, is_low: bool) -> Cell:
    return state("low", "Reached", ALARMS) if is_low else state("ok", "Above", ALARMS)


def _refused(organization: Organization) -> Table:
    """Refused work by minute and by the limit that refused it."""
    unit, rows = organization.currency, selectors.recent_refusals(organization, SHOWN)
    return Table(
        title="Refused",
        columns=["Minute", "Refused by", "Budget", "Times", "Asked for", "Short by", "Work"],
        rows=[
            [
                moment(each.minute, reverse("admin:wallets_refusal_change", args=[each.pk])),
                Cell(each.get_reason_display()),
                Cell(" ".join(name for name in (each.budget, each.bucket) if name)),
                Cell(count_text(each.count)),
                money(each.last_requested_micros, unit),
                money(each.last_missing_micros, unit),
                Cell(selectors.work_text(each.last_work)),
            ]
            for each in rows
        ],
        empty="Nothing was refused.",
        explanation="A refusal counts for the first limit that refused. The amounts and the work are those of the "
        "minute's last one. Written every few seconds, kept for 90 days.",
        links=[Link("All of them", changelist("wallets_refusal", organization=str(organization.pk)))],
    )


def _name(budget: BudgetState) -> str:
    """Return a budget's name, and its id if it is another word; the limit for resources has no id."""
    is_told = not budget.slug or slugify(budget.name) == budget.slug
    return budget.name if is_told else f"{budget.name} ({budget.slug})" if budget.name else budget.slug


def _form(organization: Organization, budget: BudgetState) -> str:
    """Return the address of the form that changes a budget; the limit for resources is changed in the settings."""
    if not budget.slug:
        return tab_of(organization, "settings")
    form = reverse("admin:tenants_organization_set_budget", args=[organization.pk])
    return f"{form}?{urlencode({'budget': budget.slug})}"


def scope_text(budget: BudgetState) -> str:
    """Return a budget's selectors as text."""
    if not budget.slug:
        return "Persistent resources"
    selected = [f"each {name}" if value == ANY else f"{name} {value}" for name, value in budget.scope]
    return ", ".join(selected) or "Everything"


def _figures(
    organization: Organization, budget: BudgetState, period: PeriodState | None, held_micros: int
) -> list[Cell]:
    limit, unit = budget.limit_micros or 0, organization.currency
    if period is None:
        return [money(limit, unit), *[Cell("")] * 5]
    status = status_of(period.alarms)
    return [
        money(limit + period.added_micros, unit),
        money(period.spent_micros, unit),
        money(held_micros, unit),
        money(room_micros(limit, period, held_micros), unit),
        bar(percent_of(limit, period), STATES[status]),
        state(status, status.capitalize(), STATES),
    ]
