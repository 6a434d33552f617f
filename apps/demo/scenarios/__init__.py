"""The scenarios of the demo, one module per topic; each offers `steps(demo)`. Their order does not matter."""

from collections.abc import Callable, Iterable

from apps.demo.scenarios import (
    bank,
    budgets,
    catalog,
    contracts,
    dunning,
    invoices,
    more_customers,
    sellers,
    snapshots,
    stripe_tax,
    subscriptions,
    usage,
    vouchers,
    wallets,
)
from apps.demo.timeline import Demo, Step

SCENARIOS: tuple[Callable[[Demo], Iterable[Step]], ...] = (
    sellers.steps,
    catalog.steps,
    contracts.steps,
    subscriptions.steps,
    usage.steps,
    vouchers.steps,
    wallets.steps,
    budgets.steps,
    invoices.steps,
    dunning.steps,
    bank.steps,
    more_customers.steps,
    stripe_tax.steps,
    snapshots.steps,
)
