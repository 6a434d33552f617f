"""Everything the summary shows, read from the apps that know it, in a bounded number of statements."""

from dataclasses import dataclass
from datetime import UTC, datetime

from apps.contracts.selectors import shown_contract
from apps.plans.selectors import SubscriptionFigures, current_subscription
from apps.tenants.models import Organization
from apps.usage.models import UsageEvent
from apps.usage.selectors import ResourceSpend, recent_usage_events, resource_spend
from apps.wallets import selectors as wallets
from apps.wallets.models import Grant
from apps.wallets.selectors import Reservation, ReservationStats, WalletEntry, WalletFigures, reservation_stats

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """What is true of an organization at `now`; amounts in micros of its currency."""

    organization: Organization
    now: datetime
    limit: int
    figures: WalletFigures
    subscription: SubscriptionFigures
    contract_status: str | None
    resources: ResourceSpend
    charged_micros: int
    reservation_stats: ReservationStats
    grants: list[Grant]
    usage_events: list[UsageEvent]
    entries: list[WalletEntry]
    reservations: list[Reservation]


def read_facts(organization: Organization, *, limit: int, now: datetime) -> SummaryFacts:
    """Read them; `limit` bounds each list."""
    subscription = current_subscription(organization, now)
    return SummaryFacts(
        organization=organization,
        now=now,
        limit=limit,
        figures=wallets.wallet_figures(organization, now),
        subscription=subscription,
        contract_status=_contract_status(organization) if subscription.subscription_id is None else None,
        resources=resource_spend(organization, now),
        charged_micros=wallets.charged_between(organization, subscription.billing),
        reservation_stats=reservation_stats(organization, now),
        grants=wallets.recent_grants(organization, limit),
        usage_events=recent_usage_events(organization, limit),
        entries=wallets.entries_page(organization, since=_EVER, limit=limit),
        reservations=wallets.recent_reservations(organization, limit),
    )


def _contract_status(organization: Organization) -> str | None:
    """Where no plan says how the organization stands, its contract does."""
    contract = shown_contract(organization)
    return None if contract is None else contract.status
