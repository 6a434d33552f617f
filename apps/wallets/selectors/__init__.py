"""What a wallet shows: figures in one statement, pages by key, sums from rollups. Nothing here adds up a table."""

from apps.wallets.selectors.balances import account_balances, balance_as_of, cleared_since, foreign_balances
from apps.wallets.selectors.entries import EntryCursor, WalletEntry, entries_page, entries_query
from apps.wallets.selectors.figures import WalletFigures, figures_query, require_wallet, wallet_figures
from apps.wallets.selectors.grants import (
    RecentGrant,
    deductible_micros,
    funded_by,
    granted_by,
    overpaid_micros,
    recent_grants_query,
    returned_micros,
    spent_on,
    upcoming_credit,
    why_not_reversible,
)
from apps.wallets.selectors.periods import (
    Moved,
    charged_between,
    charged_query,
    day_totals,
    moved_by_kind,
    reversed_by_key,
)
from apps.wallets.selectors.reservations import (
    Reservation,
    ReservationStats,
    recent_reservations,
    recent_reservations_query,
    reservation_stats,
    reservation_stats_query,
    reservation_status,
)

__all__ = [
    "EntryCursor",
    "Moved",
    "RecentGrant",
    "Reservation",
    "ReservationStats",
    "WalletEntry",
    "WalletFigures",
    "account_balances",
    "balance_as_of",
    "charged_between",
    "charged_query",
    "cleared_since",
    "day_totals",
    "deductible_micros",
    "entries_page",
    "entries_query",
    "figures_query",
    "foreign_balances",
    "funded_by",
    "granted_by",
    "moved_by_kind",
    "overpaid_micros",
    "recent_grants_query",
    "recent_reservations",
    "recent_reservations_query",
    "require_wallet",
    "reservation_stats",
    "reservation_stats_query",
    "reservation_status",
    "returned_micros",
    "reversed_by_key",
    "spent_on",
    "upcoming_credit",
    "wallet_figures",
    "why_not_reversible",
]
