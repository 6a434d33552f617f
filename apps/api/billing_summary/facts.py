"""Everything the summary shows, read from the apps that know it, in a bounded number of statements."""

from dataclasses import dataclass
from datetime import UTC, datetime

from apps.plans.selectors import SubscriptionFigures, current_subscription
from apps.tenants.models import Organization
from apps.wallets import selectors as wallets
from apps.wallets.models import Grant
from apps.wallets.selectors import Reservation, ReservationStats, WalletEntry, WalletFigures

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """What is true of an organization at `now`; amounts in micros of its currency."""

    organization: Organization
    now: datetime
    limit: int
    figures: WalletFigures
    subscription: SubscriptionFigures
    charged_micros: int
    reservation_stats: ReservationStats
    grants: list[Grant]
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
        charged_micros=wallets.charged_between(organization, subscription.billing),
        reservation_stats=wallets.reservation_stats(organization, now),
        grants=wallets.recent_grants(organization, limit),
        entries=wallets.entries_page(organization, since=_EVER, limit=limit),
        reservations=wallets.recent_reservations(organization, limit),
    )
