"""Amounts, days and lists in the words of a mail."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template

from apps.common.money import money_text, to_micros

register = template.Library()

PERIODS = {
    "day": "day",
    "week": "week",
    "month": "calendar month",
    "billing_period": "billing period",
    "once": "period",
}
DIMENSIONS = {"key": "API key", "user": "end user"}


@register.filter
def money(amount: Decimal | int, currency: str) -> str:
    """Write whole units exactly, with grouped digits and the currency: 1,234.50 EUR."""
    return money_text(to_micros(amount), currency)


@register.filter
def day(moment: str | date) -> str:
    """Write the day of a date or time in UTC: 5 March 2027."""
    when = date.fromisoformat(moment[:10]) if isinstance(moment, str) else moment
    return f"{when.day} {when:%B %Y}"


@register.filter
def last_day(end: str) -> str:
    """Write the last day of a period that ends before `end`."""
    return day(date.fromisoformat(end) - timedelta(days=1))


@register.filter
def moment(value: str | datetime) -> str:
    """Write a time in UTC to the minute: 5 March 2027, 14:30 UTC."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{day(when)}, {when:%H:%M} UTC"


@register.filter
def month(value: str) -> str:
    """Write a month: March 2027."""
    return f"{date.fromisoformat(f'{value}-01'):%B %Y}"


@register.filter
def period_words(period: str) -> str:
    """Name a budget's period."""
    return PERIODS[period]


@register.simple_tag
def budget_words(scope: Mapping[str, Any], bucket: str = "") -> str:
    """Say what a budget is about: "the end user vip", "each project", or the whole organization."""
    if not scope:
        return "your organization"
    parts = []
    for dimension, value in scope.items():
        name = DIMENSIONS.get(dimension, dimension)
        chosen = bucket if value == "*" else value
        parts.append(f"the {name} {chosen}" if chosen else f"each {name}")
    return ", ".join(parts)


REASONS = {
    # why automatic top-up stopped
    "declined_by_bank": "Your bank declined the card",
    "card_declined_too_often": "The card was declined four times",
    "card_gone": "The saved card was removed",
    "refunded": "An earlier top-up was refunded",
    "disputed": "An earlier top-up was disputed",
    "not_authenticated": "The bank's confirmation was not given in time",
    # why a payment was disputed, as the card networks say
    "credit_not_processed": "A refund that was expected did not come",
    "duplicate": "Charged twice",
    "fraudulent": "The cardholder does not recognize it",
    "product_not_received": "The goods or services were not received",
    "product_unacceptable": "The goods or services were not as described",
    "subscription_canceled": "Charged after the subscription was canceled",
    "unrecognized": "The cardholder does not recognize it",
}
CONTRACT_STATES = {"pending_payment": "waiting for the first payment", "cancelled": "canceled"}


@register.filter
def reason_words(reason: str) -> str:
    """Say why in words: those of a known code, else the text as a sentence."""
    return REASONS.get(reason) or reason.replace("_", " ").capitalize()


@register.filter
def contract_words(state: str) -> str:
    """Name a contract's state."""
    return CONTRACT_STATES.get(state, state.replace("_", " "))


@register.simple_tag
def card_month(year: int, number: int) -> str:
    """Write the month at whose end a card expires: March 2027."""
    return f"{date(int(year), int(number), 1):%B %Y}"
