"""The monthly limit for persistent resources: a budget that follows from an organization's terms."""

from datetime import date
from functools import lru_cache
from uuid import UUID, uuid5

from apps.common.money import MICROS_PER_UNIT
from apps.wallets.budgets.state import HARD, MONTH, RESOURCES, SOFT, BudgetState

THRESHOLDS = (50, 80, 100)


def resources_id(book_id: UUID) -> UUID:
    """Return the id of the budget that counts an organization's persistent resources."""
    return uuid5(book_id, "monthly-resource-spend")


@lru_cache(maxsize=2_048)
def resources_budget(
    book_id: UUID, *, limit_usd_micros: int | None, usd_rate_micros: int, pauses: bool, mails: bool
) -> BudgetState:
    """Return the budget for the monthly limit, converted from USD at the stored rate and rounded down.

    Without a limit it only counts.
    """
    limit = None if limit_usd_micros is None else limit_usd_micros * MICROS_PER_UNIT // usd_rate_micros
    return BudgetState(
        id=resources_id(book_id),
        slug="",
        name="Monthly limit for persistent resources",
        kind=RESOURCES,
        scope=(),
        period=MONTH,
        limit_micros=limit,
        mode=HARD if pauses else SOFT,
        thresholds=THRESHOLDS,
        counts_from=date.min,
        limit_usd_micros=limit_usd_micros,
        usd_rate_micros=usd_rate_micros,
        mails=mails,
    )
