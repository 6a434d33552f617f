"""Where an organization meets its ledger account: grants, what each paid for, and what no grant covered."""

from apps.wallets.models.charges import ChargeNet, Shortfall, Undoing
from apps.wallets.models.grants import Consumption, Grant, HoldSlice
from apps.wallets.models.wallets import CHARGES, REVERSIBLE_BY_STAFF, DayTotal, EntryType, Wallet

__all__ = [
    "CHARGES",
    "REVERSIBLE_BY_STAFF",
    "ChargeNet",
    "Consumption",
    "DayTotal",
    "EntryType",
    "Grant",
    "HoldSlice",
    "Shortfall",
    "Undoing",
    "Wallet",
]
