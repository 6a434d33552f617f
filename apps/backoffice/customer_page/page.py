"""The customer's page: which tabs each person sees, and the content of the open tab."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from apps.backoffice.components import Block
from apps.backoffice.customer_page import (
    activity_tab,
    billing_tab,
    budget_tab,
    contract_tabs,
    dunning_tab,
    invoice_tab,
    mail_tab,
    money_tabs,
    overview_tab,
    payment_tabs,
    statement_tab,
    summary,
    timeline_tab,
    top_up_tab,
    webhook_tab,
)
from apps.backoffice.explain.money import balance_blocks
from apps.tenants.models import Organization

Read = Callable[[HttpRequest, Organization, datetime], Sequence[Block]]


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its name in the address, its title, the function that fills it, and the permission it needs."""

    name: str
    title: str
    read: Read
    permission: str = ""


# The tabs by group; a group's first tab opens with it. Settings is the last tab of the last group.
GROUPS: Mapping[str, Sequence[Tab]] = {
    "Overview": (
        Tab("", "Overview", overview_tab.overview),
        Tab("why", "Why this balance?", balance_blocks),
        Tab("timeline", "Timeline", timeline_tab.timeline),
        Tab("notes", "Notes", activity_tab.notes),
    ),
    "Credit": (
        Tab("ledger", "Ledger", money_tabs.ledger),
        Tab("grants", "Grants", money_tabs.grants),
        Tab("holds", "Holds", money_tabs.holds),
        Tab("vouchers", "Vouchers", payment_tabs.vouchers),
    ),
    "Limits": (
        Tab("budgets", "Budgets", budget_tab.budgets),
        Tab("top-up", "Top-up", top_up_tab.top_up),
    ),
    "Contracts": (Tab("contracts", "Contracts", contract_tabs.contract_tab),),
    "Invoices": (
        Tab("invoices", "Invoices", invoice_tab.invoices),
        Tab("dunning", "Dunning", dunning_tab.dunning, "dunning.view_dunningcase"),
        Tab("statements", "Statements", statement_tab.statements),
        Tab("stripe", "Stripe", payment_tabs.stripe),
    ),
    "Usage": (Tab("usage", "Usage", contract_tabs.usage_tab),),
    "Access": (
        Tab("keys", "Keys", contract_tabs.keys_tab),
        Tab("mail", "Email", mail_tab.mail_tab, "mail.view_mailmessage"),
        Tab("webhooks", "Webhooks", webhook_tab.webhooks, "webhooks.view_webhookendpoint"),
        Tab("api", "API responses", activity_tab.api_tab, "backoffice.see_api_answers"),
    ),
    "Settings": (Tab("billing", "Billing profile", billing_tab.billing_profile),),
}
TABS = tuple(tab for tabs in GROUPS.values() for tab in tabs)
SETTINGS = "settings"


def allowed_tabs(request: HttpRequest) -> list[Tab]:
    """Return the tabs that this person may open."""
    return [tab for tab in TABS if not tab.permission or request.user.has_perm(tab.permission)]


def context(request: HttpRequest, organization: Organization, now: datetime) -> dict[str, Any]:
    """Return the page's template context; an unknown or forbidden tab falls back to the overview."""
    tabs = allowed_tabs(request)
    wanted = request.GET.get("tab", "")
    chosen = next((tab for tab in tabs if tab.name == wanted), tabs[0])
    return {
        **frame(request, organization, now, chosen.name),
        "blocks": list(chosen.read(request, organization, now)),
        "title": organization.name,
        "subtitle": chosen.title,
    }


def frame(request: HttpRequest, organization: Organization, now: datetime, chosen: str) -> dict[str, Any]:
    """Return the content above every tab, including the settings form."""
    allowed = allowed_tabs(request)
    groups = {
        title: [(tab.title, tab.name) for tab in tabs if tab in allowed]
        + ([("Settings", SETTINGS)] if title == "Settings" else [])
        for title, tabs in GROUPS.items()
    }
    (open_group,) = (title for title, tabs in groups.items() if chosen in (name for _, name in tabs))
    return {
        "organization": organization,
        "tiles": summary.tiles(organization, now),
        "pinned": summary.pinned_notes(organization),
        "groups": [
            (title, summary.tab_of(organization, tabs[0][1]), title == open_group) for title, tabs in groups.items()
        ],
        "tabs": [(title, summary.tab_of(organization, name), name == chosen) for title, name in groups[open_group]],
    }
