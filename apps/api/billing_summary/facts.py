"""Read everything the summary shows, in one statement."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apps.common.periods import billing_period
from apps.common.queries import Query, fetch_together
from apps.contracts.selectors import shown_status_query
from apps.plans.selectors import SubscriptionFigures, subscription_query
from apps.tenants.models import Organization
from apps.usage.selectors import RecentEvent, ResourceSpend, recent_events_query, resources_query
from apps.wallets import selectors as wallets
from apps.wallets.selectors import RecentGrant, Reservation, ReservationStats, WalletEntry, WalletFigures

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """The budget of an organization at `now`; amounts in micros of its currency.

    `contract_status` is the status of the contract shown to customers, used if there is no plan.
    """

    organization: Organization
    now: datetime
    figures: WalletFigures
    subscription: SubscriptionFigures
    contract_status: str | None
    resources: ResourceSpend
    charged_micros: int


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """The facts of an organization: its budget, and lists of at most `limit` rows."""

    budget: BudgetFacts
    limit: int
    reservation_stats: ReservationStats
    grants: list[RecentGrant]
    usage_events: list[RecentEvent]
    entries: list[WalletEntry]
    reservations: list[Reservation]


def budget_queries(organization: Organization, now: datetime) -> tuple[Query[Any], ...]:
    """Return the queries of `BudgetFacts`, in the order of its members."""
    return (
        wallets.figures_query(organization, now),
        subscription_query(organization, now),
        shown_status_query(organization),
        resources_query(organization, now),
        wallets.charged_query(organization, billing_period(organization.anchor_day, now)),
    )


def read_facts(organization: Organization, *, limit: int, now: datetime) -> SummaryFacts:
    """Read the facts; each list has at most `limit` rows."""
    asked = budget_queries(organization, now)
    found = fetch_together(
        *asked,
        wallets.reservation_stats_query(organization, now),
        wallets.recent_grants_query(organization, limit),
        recent_events_query(organization, limit),
        wallets.entries_query(organization, since=_EVER, limit=limit),
        wallets.recent_reservations_query(organization, limit),
    )
    budget = BudgetFacts(organization, now, *found[: len(asked)])
    return SummaryFacts(budget, limit, *found[len(asked) :])
