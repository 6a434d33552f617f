"""Parse the alarms and the top-up that `wallet_open` returns, and serialize those that `wallet_write` takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.common.money import from_minor_units, payable_step
from apps.top_ups.state import top_up_state
from apps.wallets.balance_alerts import AlarmChanges, AlarmState, NewAttempt


def watch_state(read: Sequence[Any], unit: str, *, least_top_up: int) -> dict[str, Any]:
    """Parse the members `alarms` and `top_up` of a book's state; the least top-up is in the unit's smallest unit."""
    (thresholds, by_mail, bits, version, mailed), top_up = read
    return {
        "alarms": AlarmState(tuple(thresholds), by_mail, bits, version, mailed),
        "top_up": None
        if top_up is None
        else top_up_state(
            top_up,
            step_micros=payable_step(unit),
            least_micros=from_minor_units(least_top_up, unit),
        ),
    }


def watch_written(after: AlarmState, changed: AlarmChanges) -> Mapping[str, Any]:
    """Serialize the changes; the message that sends a new attempt is added by the caller."""
    rows: dict[str, Any] = {}
    if changed.alarms:
        rows["alarms"] = {
            "alert_thresholds_micros": list(after.thresholds),
            "alert_mail": after.by_mail,
            "alarm_bits": after.bits,
            "alarm_version": after.version,
            "alarms_mailed": dict(after.mailed),
        }
    top_up: dict[str, Any] = {}
    if changed.attempt is not None:
        top_up["attempt"] = _attempt(changed.attempt)
    if changed.capped_until is not None:
        top_up["capped_until"] = changed.capped_until.isoformat()
    return {**rows, "top_up": top_up}


def _attempt(attempt: NewAttempt) -> Mapping[str, Any]:
    return {
        "id": str(attempt.id),
        "amount_micros": attempt.amount_micros,
        "currency": attempt.currency,
        "is_for_refusal": attempt.is_for_refusal,
        "created_at": attempt.created_at.isoformat(),
    }
