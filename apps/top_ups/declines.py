"""The consequences of a refused charge of a saved card, by Stripe's codes.

https://docs.stripe.com/declines/codes and https://docs.stripe.com/declines/card#advice-codes
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DeclineReaction(StrEnum):
    """The reaction to a refusal: stop, try again later, ask the customer, or open an issue for staff."""

    HARD = "hard"
    SOFT = "soft"
    ACTION = "action"
    OURS = "ours"


HARD_ADVICE = frozenset(["do_not_try_again", "confirm_card_data"])
HARD_CODES = frozenset(
    [
        "card_not_supported",
        "currency_not_supported",
        "do_not_try_again",
        "expired_card",
        "fraudulent",
        "incorrect_address",
        "incorrect_cvc",
        "incorrect_number",
        "incorrect_zip",
        "invalid_account",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "invalid_pin",
        "lost_card",
        "merchant_blacklist",
        "not_permitted",
        "offline_pin_required",
        "pickup_card",
        "pin_try_exceeded",
        "resource_missing",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "testmode_decline",
        "transaction_not_allowed",
    ]
)
ACTION_CODES = frozenset(["authentication_required"])
OUR_CODES = frozenset(["invalid_amount", "duplicate_transaction"])
# Every other code is soft, such as insufficient_funds or issuer_not_available: a later attempt may succeed.

# For these codes the customer reads only that the bank declined the card.
PRIVATE_CODES = frozenset(["lost_card", "stolen_card", "fraudulent", "merchant_blacklist", "pickup_card"])
BY_THE_BANK = "declined_by_bank"

WINDOW = timedelta(days=30)
MOST_DECLINES = 4
WAITS = (timedelta(hours=1), timedelta(hours=24), timedelta(hours=72))
TOO_MANY = "card_declined_too_often"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Stripe's codes of a refused charge. `is_of_card` is false if Stripe refused the request itself."""

    code: str = ""
    decline_code: str = ""
    advice_code: str = ""
    is_of_card: bool = True

    @property
    def reason(self) -> str:
        """The most specific code."""
        return (self.decline_code or self.code or "unknown")[:60]


def kind_of(refusal: Refusal) -> DeclineReaction:
    """Return the reaction to a refusal."""
    codes = {refusal.decline_code, refusal.code} - {""}
    if codes & ACTION_CODES:
        return DeclineReaction.ACTION
    if codes & OUR_CODES:
        return DeclineReaction.OURS
    if refusal.advice_code in HARD_ADVICE or codes & HARD_CODES:
        return DeclineReaction.HARD
    return DeclineReaction.SOFT if refusal.is_of_card else DeclineReaction.OURS


@dataclass(frozen=True, slots=True)
class DeclineConsequence:
    """The consequence of a decline: a later try, or a stop for a reason; the card may be blocked for a while."""

    retry_at: datetime | None = None
    stopped_reason: str = ""
    blocked_until: datetime | None = None


def consequence_of(refusal: Refusal, earlier: Collection[datetime], now: datetime) -> DeclineConsequence:
    """Return the consequence of a hard or soft decline, given the times of the same card's earlier declines.

    Soft declines wait 1, 24 and 72 hours. The fourth decline within 30 days stops, and blocks the card until the first
    of these four is 30 days old.
    """
    blocked = blocked_until([*earlier, now], now)
    if kind_of(refusal) is DeclineReaction.HARD:
        return DeclineConsequence(stopped_reason=refusal.reason, blocked_until=blocked)
    if blocked is not None:
        return DeclineConsequence(stopped_reason=TOO_MANY, blocked_until=blocked)
    recent = [each for each in earlier if each > now - WINDOW]
    return DeclineConsequence(retry_at=now + WAITS[len(recent)])


def blocked_until(declines: Collection[datetime], now: datetime) -> datetime | None:
    """Return when a card with these declines may be charged again; None if it may be charged now."""
    recent = sorted(each for each in declines if each > now - WINDOW)
    return recent[-MOST_DECLINES] + WINDOW if len(recent) >= MOST_DECLINES else None


def shown_reason(reason: str) -> str:
    """Return the reason that the customer reads."""
    return BY_THE_BANK if reason in PRIVATE_CODES else reason
