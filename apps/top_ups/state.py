"""The settings of automatic top-up and the live attempt as plain values; amounts are micros of one currency."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.common.values import value_class
from apps.top_ups.terms import TopUpTerms

# The task that charges the card; it is in payments.
SEND_TOP_UP = "payments.charge_top_up"

OFF, READY, IN_FLIGHT, BACKING_OFF = "off", "ready", "in_flight", "backing_off"
NEEDS_ACTION, CAPPED, STOPPED = "action_required", "capped", "stopped"


@value_class(frozen=True, slots=True)
class LiveAttempt:
    """An attempt whose result is not known yet; its amount is on its way."""

    id: UUID
    amount_micros: int
    state: str


@value_class(frozen=True, slots=True, kw_only=True)
class TopUpState(TopUpTerms):
    """The terms of a customer who switched it on, the used part of its caps, and the live attempt."""

    step_micros: int
    least_micros: int
    has_card: bool
    retry_at: datetime | None = None
    card_blocked_until: datetime | None = None
    capped_until: datetime | None = None
    stopped_reason: str = ""
    used_today_micros: int = 0
    used_this_month_micros: int = 0
    live: LiveAttempt | None = None

    def waits_until(self, now: datetime) -> datetime | None:
        """Return the moment before which the card is not charged again; None if it may be charged now."""
        until = max((each for each in (self.retry_at, self.card_blocked_until) if each is not None), default=None)
        return until if until is not None and until > now else None

    def status(self, now: datetime) -> str:
        """Return the state that the customer sees; for a top-up that is switched on."""
        if self.live is not None:
            return NEEDS_ACTION if self.live.state == NEEDS_ACTION else IN_FLIGHT
        if self.stopped_reason or not self.has_card:
            return STOPPED
        if self.waits_until(now) is not None:
            return BACKING_OFF
        return CAPPED if self.capped_until is not None and self.capped_until > now else READY


def top_up_state(row: Sequence[Any] | None, *, step_micros: int, least_micros: int) -> TopUpState | None:
    """Parse what `top_up_open` returned; None if top-up is off."""
    if row is None:
        return None
    settings, moments, used, live = row
    names = ("threshold", "amount", "up_to", "most_per_charge", "most_per_day", "most_per_month")
    amounts: Mapping[str, Any] = {f"{name}_micros": value for name, value in zip(names, settings[:6], strict=True)}
    retry, blocked, capped = (each and datetime.fromisoformat(each) for each in moments)
    return TopUpState(
        **amounts,
        step_micros=step_micros,
        least_micros=least_micros,
        has_card=settings[6],
        stopped_reason=settings[7],
        retry_at=retry,
        card_blocked_until=blocked,
        capped_until=capped,
        used_today_micros=int(used[0]),
        used_this_month_micros=int(used[1]),
        live=LiveAttempt(UUID(live[0]), live[1], live[2]) if live else None,
    )
