"""Decides when credit is bought automatically, and how much. No database access."""

from datetime import UTC, datetime, timedelta

from apps.common.periods import add_months, midnight
from apps.common.values import value_class
from apps.top_ups.state import TopUpState

DAY, MONTH = "day", "month"


@value_class(frozen=True, slots=True)
class Charge:
    """Credit to buy now."""

    amount_micros: int


@value_class(frozen=True, slots=True)
class CappedTopUp:
    """Credit would be bought, but a cap leaves less than the smallest payable amount until it resets at `until`."""

    cap: str
    limit_micros: int
    until: datetime


Decision = Charge | CappedTopUp | None


def decide_top_up(state: TopUpState, available_micros: int, now: datetime, *, refused_micros: int = 0) -> Decision:
    """Decide whether credit is bought: if the available amount is low, or if it would cover a refused amount.

    `refused_micros` is the amount of a reservation that the wallet refused. Above the threshold, it starts a charge
    only if that one charge would cover it.
    """
    if state.live is not None or state.stopped_reason or not state.has_card or state.waits_until(now) is not None:
        return None
    is_low = available_micros <= state.threshold_micros
    if not is_low and not refused_micros:
        return None
    decision = _amount(state, available_micros, now)
    if is_low or (isinstance(decision, Charge) and available_micros + decision.amount_micros >= refused_micros):
        return decision
    return None


def _amount(state: TopUpState, available_micros: int, now: datetime) -> Decision:
    wanted = state.amount_micros
    if wanted is None:
        wanted = (state.up_to_micros or 0) - available_micros
    wanted = -(-wanted // state.step_micros) * state.step_micros
    wanted = max(wanted, state.least_micros)
    today = now.astimezone(UTC).date()
    next_month = add_months(today.replace(day=1), 1)
    left = {
        DAY: (state.most_per_day_micros, state.used_today_micros, midnight(today + timedelta(days=1))),
        MONTH: (state.most_per_month_micros, state.used_this_month_micros, midnight(next_month)),
    }
    # A used-up month is reported before a used-up day, because it lasts longer.
    for cap in (MONTH, DAY):
        limit, used, until = left[cap]
        if _payable(limit - used, state) < state.least_micros:
            return CappedTopUp(cap, limit, until)
    room = min(state.most_per_charge_micros, *(limit - used for limit, used, _ in left.values()))
    return Charge(min(wanted, _payable(room, state)))


def _payable(room_micros: int, state: TopUpState) -> int:
    """Round an amount down to a payable one."""
    return room_micros // state.step_micros * state.step_micros
