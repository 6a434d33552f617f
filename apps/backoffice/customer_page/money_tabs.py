"""Tabs for money: the balance and its parts, grants, ledger entries, and holds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.components import Block, Cell, Facts, Link, Table, actor, end, moment, money, state
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.links import why
from apps.common.admin import day_text
from apps.common.reader import code_words, with_own_days
from apps.tenants.models import Organization
from apps.wallets import selectors as wallets
from apps.wallets.accounts import Role, code_of
from apps.wallets.models import EntryType, Grant, Shortfall

SHOWN = 25
HOLD_STATES = {"pending": "info", "captured": "success", "released": "primary", "expired": "warning"}


def changelist(name: str, **query: str) -> str:
    """Return the address of a filtered list."""
    address = reverse(f"admin:{name}_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def entries_of(organization: Organization, first: date, last: date) -> str:
    """Return the address of the list of a customer's wallet entries from one day to another."""
    account = code_of(organization.pk, Role.WALLET)
    return changelist("ledger_entry", account=account, recorded_at_from=str(first), recorded_at_to=str(last))


def ledger(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """The wallet's entries with the balance after each, and the balances of the other accounts."""
    return [movements(organization, now, SHOWN), _accounts(organization)]


def movements(organization: Organization, now: datetime, limit: int) -> Table:
    unit = organization.currency
    everything = datetime(1970, 1, 1, tzinfo=UTC)
    rows = [
        [
            moment(entry.recorded_at, why("transfer", entry.transfer_id)),
            Cell(EntryType(entry.kind).label if entry.kind in EntryType else entry.kind),
            money(entry.amount_micros, unit),
            money(entry.balance_after_micros, unit),
            Cell(with_own_days(entry.description)),
            actor(entry.created_by),
        ]
        for entry in wallets.entries_page(organization, since=everything, limit=limit)
    ]
    return Table(
        title="Movements on the wallet",
        columns=["When", "What", "Amount", "Balance after", "Description", "By"],
        rows=rows,
        empty="No entries yet.",
        links=[
            Link("All of them", changelist("ledger_entry", account=code_of(organization.pk, Role.WALLET))),
            Link("Statements", tab_of(organization, "statements")),
        ],
    )


def _accounts(organization: Organization) -> Facts:
    balances = wallets.account_balances(organization)
    rows = [
        (
            code_words(role),
            money(
                balances.get(role, 0),
                organization.currency,
                changelist("ledger_entry", account=code_of(organization.pk, role)),
            ),
        )
        for role in Role
    ]
    rows += [
        (
            f"{code_words(role)} in {unit}",
            money(balance, unit, changelist("ledger_entry", account=code_of(organization.pk, role, unit))),
        )
        for (role, unit), balance in wallets.foreign_balances(organization).items()
    ]
    return Facts(
        title="Accounts",
        rows=rows,
        explanation=(
            "Positive: the customer's credit, revenue, tax to pay, or the customer's unapplied money. Cash, "
            "receipt and promotion accounts go negative as money comes in."
        ),
    )


def grants(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Grants, the amount left of each, and a link to the transfers that each paid for."""
    unit = organization.currency
    rows = [
        [
            moment(grant.granted_at, reverse("admin:wallets_grant_change", args=[grant.pk])),
            Cell(Grant.Source(grant.source).label),
            money(grant.amount_micros, unit),
            money(grant.remaining_micros, unit),
            money(grant.held_micros, unit),
            end(grant.expires_at),
            _grant_state(grant, now),
            Cell(with_own_days(grant.description)),
            Cell("Show", changelist("wallets_consumption", grant__id__exact=str(grant.pk))),
        ]
        for grant in Grant.objects.filter(organization=organization).order_by("-granted_at", "-pk")[:SHOWN]
    ]
    table = Table(
        title="Grants",
        columns=["Granted", "Source", "Amount", "Left", "Held", "Expires", "State", "Description", "What it paid for"],
        rows=rows,
        empty="No grants yet.",
        links=[Link("All of them", changelist("wallets_grant", organization=str(organization.pk)))],
    )
    return [table, *_debts(organization)]


def _grant_state(grant: Grant, now: datetime) -> Cell:
    if grant.is_expired(now):
        return state("expired", "Expired", {"expired": "warning"})
    if not grant.has_started(now):
        return state("later", f"From {day_text(grant.starts_at)}", {"later": "info"})
    return state("live", "Live", {"live": "success"}) if grant.remaining_micros else Cell("Spent")


def _debts(organization: Organization) -> Sequence[Block]:
    rows = [
        [
            moment(debt.recorded_at, reverse("admin:wallets_shortfall_change", args=[debt.pk])),
            Cell(debt.transfer.description or debt.transfer.kind),
            money(debt.amount_micros, organization.currency),
            money(debt.remaining_micros, organization.currency),
        ]
        for debt in Shortfall.objects.filter(organization=organization, remaining_micros__gt=0)
        .select_related("transfer")
        .order_by("pk")[:SHOWN]
    ]
    if not rows:
        return []
    return [
        Table(
            title="What no grant covered",
            columns=["When", "What", "Amount", "Still open"],
            rows=rows,
            explanation="From usage, a refund or a dispute. The next grant first covers these, oldest first.",
        )
    ]


def holds(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Amounts held by reservations."""
    unit = organization.currency
    rows = []
    for hold in wallets.recent_holds(organization, SHOWN):
        status = wallets.reservation_status(hold, now)
        rows.append(
            [
                moment(hold.created_at, reverse("admin:ledger_hold_change", args=[hold.pk])),
                money(hold.amount_micros, unit),
                money(hold.captured_micros, unit),
                state(status, status.capitalize(), HOLD_STATES),
                moment(hold.expires_at),
                Cell(hold.description or hold.key),
                actor(hold.created_by),
            ]
        )
    return [
        Table(
            title="Holds",
            columns=["Since", "Amount", "Captured", "State", "Ends", "Description", "By"],
            rows=rows,
            empty="No holds yet.",
            links=[Link("All of them", changelist("ledger_hold", account=code_of(organization.pk, Role.WALLET)))],
        )
    ]
