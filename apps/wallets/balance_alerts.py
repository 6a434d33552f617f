"""Alerts about low credit: thresholds, and which of them are in alarm. No database access.

A threshold is in alarm while the available amount plus the held amount is at or below it. Zero is always a threshold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.common.money import from_micros
from apps.common.values import value_class
from apps.wallets.budgets.state import Notice

MOST_THRESHOLDS = 8
MAILED_EVERY = timedelta(hours=24)


def lowest_threshold() -> list[int]:
    """Return the thresholds of a customer who set none."""
    return [0]


@value_class(frozen=True, slots=True)
class AlarmState:
    """Thresholds in micros, ascending from zero, with one alarm bit each; `version` counts changes of the bits."""

    thresholds: tuple[int, ...] = (0,)
    by_mail: bool = True
    bits: int = 0
    version: int = 0
    mailed: Mapping[str, str] = field(default_factory=dict)

    def after(self, free_micros: int) -> "AlarmState":
        """Return the state in which the thresholds at or above `free_micros` are in alarm, and no others."""
        bits = sum(1 << place for place, each in enumerate(self.thresholds) if free_micros <= each)
        return self if bits == self.bits else replace(self, bits=bits, version=self.version + 1)

    def with_thresholds(self, thresholds: Sequence[int], *, by_mail: bool) -> "AlarmState":
        """Return the state with other thresholds; those that stay keep their alarm, new ones have none yet."""
        alarmed = {each for place, each in enumerate(self.thresholds) if self.bits >> place & 1}
        kept = tuple(sorted({0, *thresholds}))
        bits = sum(1 << place for place, each in enumerate(kept) if each in alarmed)
        mailed = {name: at for name, at in self.mailed.items() if int(name) in kept}
        return AlarmState(kept, by_mail, bits, self.version + 1, mailed)


@value_class(frozen=True, slots=True)
class NewAttempt:
    """A top-up attempt to write."""

    id: UUID
    amount_micros: int
    currency: str
    is_for_refusal: bool
    created_at: datetime


@value_class(frozen=True, slots=True)
class AlarmChanges:
    """The changes of alarms and top-up by a movement; the alarms' new values are in the state after it.

    `is_touched` gives the book a new version although none of its rows change, because the caller changes a row that
    decisions depend on.
    """

    alarms: bool = False
    attempt: NewAttempt | None = None
    capped_until: datetime | None = None
    is_touched: bool = False

    def __bool__(self) -> bool:
        return self.alarms or self.attempt is not None or self.capped_until is not None or self.is_touched

    def then(self, later: "AlarmChanges") -> "AlarmChanges":
        """Merge later changes into these; there is at most one new attempt."""
        return AlarmChanges(
            self.alarms or later.alarms,
            self.attempt or later.attempt,
            later.capped_until or self.capped_until,
            self.is_touched or later.is_touched,
        )


@value_class(frozen=True, slots=True)
class Balance:
    """The figures in notices about low credit."""

    organization_id: UUID
    balance_micros: int
    available_micros: int
    currency: str


def crossings(before: AlarmState, after: AlarmState, told: Balance, now: datetime) -> tuple[AlarmState, list[Notice]]:
    """Return a notice for each threshold that changed, and the state with the emails noted.

    Email goes for the lowest threshold reached, at most once in 24 hours for each.
    """
    notices = []
    mails_left = after.by_mail
    mailed = dict(after.mailed)
    for threshold, is_low in _changed(before, after):
        name = str(threshold)
        due = name not in mailed or datetime.fromisoformat(mailed[name]) <= now - MAILED_EVERY
        by_mail = is_low and mails_left and due
        if by_mail:
            mailed[name], mails_left = now.isoformat(), False
        kind = "balance.low" if is_low else "balance.recovered"
        notices.append(
            Notice(kind, f"{threshold}:{after.version}", _data(threshold, told, after.version), now, by_mail)
        )
    return replace(after, mailed=mailed), notices


def _changed(before: AlarmState, after: AlarmState) -> Iterator[tuple[int, bool]]:
    for place, threshold in enumerate(after.thresholds):
        if (before.bits ^ after.bits) >> place & 1:
            yield threshold, bool(after.bits >> place & 1)


def _data(threshold: int, told: Balance, version: int) -> Mapping[str, Any]:
    return {
        "id": str(told.organization_id),
        "balance": from_micros(told.balance_micros),
        "threshold": from_micros(threshold),
        "availableBudget": from_micros(told.available_micros),
        "currency": told.currency,
        "version": version,
    }
