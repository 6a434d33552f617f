"""An organization's wallet, its grants and their consumption, and shortfalls that no grant covered."""

from apps.wallets.models.budgets import Bucket, BucketPeriod, Budget, BudgetAddition
from apps.wallets.models.charges import ChargeNet, ChargeReversal, Shortfall
from apps.wallets.models.grants import Consumption, Grant, GrantReturn, HoldSlice
from apps.wallets.models.refusals import Refusal
from apps.wallets.models.wallets import CHARGES, BookingKind, DayTotal, EntryType, OrganizationRow, Wallet

__all__ = [
    "CHARGES",
    "BookingKind",
    "Bucket",
    "BucketPeriod",
    "Budget",
    "BudgetAddition",
    "ChargeNet",
    "ChargeReversal",
    "Consumption",
    "DayTotal",
    "EntryType",
    "Grant",
    "GrantReturn",
    "HoldSlice",
    "OrganizationRow",
    "Refusal",
    "Shortfall",
    "Wallet",
]
