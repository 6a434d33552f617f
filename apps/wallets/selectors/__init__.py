"""Reads of wallets: figures in one statement, keyset pages, sums from rollups. Nothing here sums a whole table."""

from apps.wallets.selectors.all_wallets import of_each_wallet
from apps.wallets.selectors.balances import account_balances, balance_as_of, cleared_since, foreign_balances
from apps.wallets.selectors.budgets import BUDGET_ORDERS, PeriodFilter, budget_periods
from apps.wallets.selectors.entries import EntryCursor, WalletEntry, entries_page, entries_query
from apps.wallets.selectors.explained import ExplainedEntry, explained_entry
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
from apps.wallets.selectors.reservation_pages import (
    RESERVATION_STATUSES,
    ReservationFilter,
    ReservationRow,
    exhausted_since,
    find_reservation,
    reservation_page,
    reservations_of_all,
)
from apps.wallets.selectors.reservations import (
    Reservation,
    ReservationStats,
    recent_holds,
    recent_reservations,
    recent_reservations_query,
    reservation_stats,
    reservation_stats_query,
    reservation_status,
)

__all__ = [
    "BUDGET_ORDERS",
    "RESERVATION_STATUSES",
    "EntryCursor",
    "ExplainedEntry",
    "Moved",
    "PeriodFilter",
    "RecentGrant",
    "Reservation",
    "ReservationFilter",
    "ReservationRow",
    "ReservationStats",
    "WalletEntry",
    "WalletFigures",
    "account_balances",
    "balance_as_of",
    "budget_periods",
    "charged_between",
    "charged_query",
    "cleared_since",
    "day_totals",
    "deductible_micros",
    "entries_page",
    "entries_query",
    "exhausted_since",
    "explained_entry",
    "figures_query",
    "find_reservation",
    "foreign_balances",
    "funded_by",
    "granted_by",
    "moved_by_kind",
    "of_each_wallet",
    "overpaid_micros",
    "recent_grants_query",
    "recent_holds",
    "recent_reservations",
    "recent_reservations_query",
    "require_wallet",
    "reservation_page",
    "reservation_stats",
    "reservation_stats_query",
    "reservation_status",
    "reservations_of_all",
    "returned_micros",
    "reversed_by_key",
    "spent_on",
    "upcoming_credit",
    "wallet_figures",
    "why_not_reversible",
]
