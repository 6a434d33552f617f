"""Present automatic top-up and its attempts; members without a value are left out."""

from typing import Any

from apps.api.fields import number
from apps.payments.top_up_links import confirmation_address
from apps.top_ups.declines import shown_reason
from apps.top_ups.models import TopUp, TopUpAttempt
from apps.top_ups.selectors import TopUpStatus


def top_up(status: TopUpStatus) -> dict[str, Any]:
    """Present the terms, the saved card, and the state."""
    settings, state = status.settings, status.state
    return {
        "enabled": settings is not None and settings.is_enabled,
        **(_terms(settings) if settings is not None and settings.most_per_charge_micros else {}),
        **({"paymentMethod": _card(settings)} if settings is not None and settings.payment_method_id else {}),
        "state": status.status,
        **({"until": status.until} if status.until else {}),
        **({"reason": status.reason} if status.reason else {}),
        **(
            {}
            if state is None
            else {
                "usedToday": number(state.used_today_micros),
                "usedThisMonth": number(state.used_this_month_micros),
            }
        ),
    }


def _terms(settings: TopUp) -> dict[str, Any]:
    amounts = {
        "threshold": settings.threshold_micros,
        "amount": settings.amount_micros,
        "upTo": settings.up_to_micros,
        "mostPerCharge": settings.most_per_charge_micros,
        "mostPerDay": settings.most_per_day_micros,
        "mostPerMonth": settings.most_per_month_micros,
    }
    return {name: number(value) for name, value in amounts.items() if value is not None}


def _card(settings: TopUp) -> dict[str, Any]:
    card = {
        "brand": settings.card_brand,
        "last4": settings.card_last4,
        "expMonth": settings.card_exp_month,
        "expYear": settings.card_exp_year,
    }
    return {name: value for name, value in card.items() if value}


def attempt(row: TopUpAttempt) -> dict[str, Any]:
    """Present an attempt to charge the card; at `url` the customer authenticates the payment."""
    waits = row.state == TopUpAttempt.State.ACTION_REQUIRED
    return {
        "id": row.pk,
        "amount": number(row.amount_micros),
        "tax": number(row.tax_micros),
        "currency": row.currency,
        "state": row.state,
        "createdAt": row.created_at,
        **({"settledAt": row.settled_at} if row.settled_at else {}),
        **({"reason": shown_reason(row.reason)} if row.reason else {}),
        **({"nextAttemptAt": row.retry_at} if row.retry_at else {}),
        **({"url": confirmation_address(row.pk)} if waits else {}),
    }
