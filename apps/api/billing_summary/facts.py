"""Read everything the summary shows, in one statement."""

from dataclasses import dataclass
from datetime import UTC, datetime

from apps.common.periods import billing_period
from apps.common.queries import fetch_together
from apps.contracts.selectors import shown_status_query
from apps.plans.selectors import SubscriptionFigures, subscription_query
from apps.tenants.models import Organization
from apps.usage.selectors import RecentEvent, ResourceSpend, recent_events_query, resources_query
from apps.wallets import selectors as wallets
from apps.wallets.selectors import RecentGrant, Reservation, ReservationStats, WalletEntry, WalletFigures

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """The facts of an organization at `now`; amounts in micros of its currency.

    `contract_status` is the status of the contract shown to customers, used if there is no plan.
    """

    organization: Organization
    now: datetime
    limit: int
    figures: WalletFigures
    subscription: SubscriptionFigures
    contract_status: str | None
    resources: ResourceSpend
    charged_micros: int
    reservation_stats: ReservationStats
    grants: list[RecentGrant]
    usage_events: list[RecentEvent]
    entries: list[WalletEntry]
    reservations: list[Reservation]


def read_facts(organization: Organization, *, limit: int, now: datetime) -> SummaryFacts:
    """Read the facts; each list has at most `limit` rows."""
    found = fetch_together(
        wallets.figures_query(organization, now),
        subscription_query(organization, now),
        shown_status_query(organization),
        resources_query(organization, now),
        wallets.charged_query(organization, billing_period(organization.anchor_day, now)),
        wallets.reservation_stats_query(organization, now),
        wallets.recent_grants_query(organization, limit),
        recent_events_query(organization, limit),
        wallets.entries_query(organization, since=_EVER, limit=limit),
        wallets.recent_reservations_query(organization, limit),
    )
    return SummaryFacts(organization, now, limit, *found)
