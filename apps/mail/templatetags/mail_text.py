"""Template filters that write amounts, days and lists in the email's language."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from apps.common.languages import Language
from apps.common.money import money_text, to_micros
from apps.common.reader import code_words

register = template.Library()

# The grouping separator and the decimal point.
SEPARATORS = {
    Language.ENGLISH: (",", "."),
    Language.GERMAN: (".", ","),
    Language.FRENCH: ("\N{NARROW NO-BREAK SPACE}", ","),
}
DAYS = {Language.ENGLISH: "j F Y", Language.GERMAN: "j. F Y", Language.FRENCH: "j F Y"}
MONTH = "F Y"

LIMITS = {
    "day": _("Limit for the day"),
    "week": _("Limit for the week"),
    "month": _("Limit for the calendar month"),
    "billing_period": _("Limit for the billing period"),
    "once": _("Limit for the period"),
}
# Texts for one value, and for each value.
DIMENSIONS = {
    "project": (_("the project %(value)s"), _("each project")),
    "key": (_("the API key %(value)s"), _("each API key")),
    "user": (_("the end user %(value)s"), _("each end user")),
    "agent": (_("the agent %(value)s"), _("each agent")),
    "tag": (_("the tag %(value)s"), _("each tag")),
    "meter": (_("the meter %(value)s"), _("each meter")),
    "model": (_("the model %(value)s"), _("each model")),
}

# The id of the budget that every customer has.
MONTHLY_RESOURCES = "monthly-resource-spend"

UNITS = {
    "explorer_units": _("%(amount)s explorer units"),
    "developer_units": _("%(amount)s developer units"),
    "credits": _("%(amount)s credits"),
}


@register.filter
def money(amount: Decimal | int, currency: str) -> str:
    """Write whole units exactly, with grouped digits and the currency: 1,234.50 EUR, or 1.234,50 EUR in German."""
    return _separated(money_text(to_micros(amount), currency))


@register.simple_tag
def unit_words(amount: Decimal | int, unit: str) -> str:
    """Write an amount of a plan's units: 1,234.5 explorer units."""
    return gettext(UNITS[unit]) % {"amount": _separated(f"{Decimal(amount).normalize():,f}")}


@register.filter
def percentage(percent: Decimal | int) -> str:
    """Write a percentage: 101.05%, or 101,05 % in German."""
    text = _separated(f"{Decimal(percent):,f}")
    return f"{text}%" if _language() == Language.ENGLISH else f"{text}\N{NO-BREAK SPACE}%"


def _separated(text: str) -> str:
    """Replace the separators of English digits by those of the email's language."""
    group, point = SEPARATORS[_language()]
    return text.translate({ord(","): group, ord("."): point})


def _language() -> Language:
    return Language(get_language() or Language.ENGLISH)


@register.filter
def day(moment: str | date) -> str:
    """Write the day of a date or time in UTC: 5 March 2027."""
    when = date.fromisoformat(moment[:10]) if isinstance(moment, str) else moment
    return date_format(when, DAYS[_language()])


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
    return date_format(date.fromisoformat(f"{value}-01"), MONTH)


@register.filter
def limit_words(period: str) -> str:
    """Name the limit of a budget's period."""
    return gettext(LIMITS[period])


@register.simple_tag
def colon() -> str:
    """Write the colon after a label, which French separates from the label."""
    return "\N{NO-BREAK SPACE}:" if _language() == Language.FRENCH else ":"


@register.simple_tag
def budget_named(budget_id: str, name: str) -> str:
    """Name a budget at the beginning of a sentence, by its id if it has no name."""
    if budget_id == MONTHLY_RESOURCES:
        return gettext("The monthly budget for persistent resources")
    return gettext("The budget “%(name)s”") % {"name": name or budget_id}


@register.simple_tag
def budget_words(scope: Mapping[str, Any], bucket: str = "", budget_id: str = "") -> str:
    """Name the scope of a budget: "the end user vip", "each project", or the whole organization."""
    if budget_id == MONTHLY_RESOURCES:
        return gettext("persistent resources")
    if not scope:
        return gettext("your organization")
    parts = []
    for dimension, value in scope.items():
        one, each = DIMENSIONS[dimension]
        chosen = bucket if value == "*" else value
        parts.append(gettext(one) % {"value": chosen} if chosen else gettext(each))
    return ", ".join(parts)


REASONS = {
    # why automatic top-up stopped
    "declined_by_bank": _("Your bank declined the card"),
    "card_declined_too_often": _("The card was declined four times"),
    "card_gone": _("The saved card was removed"),
    "refunded": _("An earlier top-up was refunded"),
    "disputed": _("An earlier top-up was disputed"),
    "not_authenticated": _("The payment was not confirmed in time"),
    # why a card was declined, according to the bank
    **dict.fromkeys(
        ("generic_decline", "do_not_honor", "call_issuer", "no_action_taken", "card_declined", "unknown"),
        _("Your bank declined the payment and gave no reason"),
    ),
    **dict.fromkeys(
        ("try_again_later", "approve_with_id", "reenter_transaction", "processing_error", "issuer_not_available"),
        _("Your bank could not process the payment"),
    ),
    **dict.fromkeys(
        ("card_velocity_exceeded", "withdrawal_count_limit_exceeded"),
        _("The card's limit on amounts or on the number of payments was reached"),
    ),
    **dict.fromkeys(
        ("card_not_supported", "currency_not_supported", "transaction_not_allowed", "service_not_allowed"),
        _("The card does not allow this kind of payment"),
    ),
    **dict.fromkeys(
        ("incorrect_number", "incorrect_cvc", "incorrect_zip", "incorrect_address", "invalid_number", "invalid_cvc"),
        _("The card details are incorrect"),
    ),
    **dict.fromkeys(
        ("stop_payment_order", "revocation_of_authorization", "revocation_of_all_authorizations"),
        _("Payments with this card were stopped at the bank"),
    ),
    "insufficient_funds": _("The card has insufficient funds"),
    "expired_card": _("The card has expired"),
    "authentication_required": _("Your bank requires you to confirm the payment"),
    # why a payment was disputed, according to the card networks
    "credit_not_processed": _("A refund was not received"),
    "duplicate": _("Charged twice"),
    "fraudulent": _("The cardholder does not recognize it"),
    "product_not_received": _("The goods or services were not received"),
    "product_unacceptable": _("The goods or services were not as described"),
    "subscription_canceled": _("Charged after the subscription was canceled"),
    "unrecognized": _("The cardholder does not recognize it"),
}
CONTRACT_STATES = {
    "draft": _("draft"),
    "pending_payment": _("waiting for the first payment"),
    "active": _("active"),
    "past_due": _("past due"),
    "expired": _("expired"),
    "cancelled": _("canceled"),
}


@register.filter
def reason_words(reason: str) -> str:
    """Write a reason: the text of a known code, else the reason itself as a sentence."""
    return gettext(REASONS[reason]) if reason in REASONS else code_words(reason)


@register.filter
def contract_words(state: str) -> str:
    """Name a contract's state."""
    return gettext(CONTRACT_STATES[state])


@register.simple_tag
def card_month(year: int, number: int) -> str:
    """Write the month at whose end a card expires: March 2027."""
    return date_format(date(int(year), int(number), 1), MONTH)
