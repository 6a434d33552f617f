"""The terms of a voucher batch and the rules they follow. Plain values."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from apps.common.money import MAX_MICROS, payable_step
from apps.vouchers import codes
from apps.vouchers.errors import InvalidTerms

MOST_CODES = 100_000
MOST_REDEMPTIONS = 1_000_000
MOST_DAYS = 36_500


class VoucherKind(StrEnum):
    """What a code gives: credit in the wallet, or a discount on the next contract installment."""

    CREDIT = "credit"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTerms:
    """The terms of a batch. Amounts are micros of `currency` per redemption.

    `max_redemptions` and `max_per_organization` limit one code; `max_codes_per_organization` limits an organization's
    redemptions in the whole batch (None: no limit). Codes are valid from `starts_at` to before `expires_at`. Credit
    expires `credit_days` after redemption. Without organizations and plans, every organization is eligible.
    """

    kind: VoucherKind
    amount_micros: int
    currency: str
    count: int = 1
    prefix: str = ""
    max_redemptions: int = 1
    max_per_organization: int = 1
    max_codes_per_organization: int | None = None
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    credit_days: int | None = None
    organization_ids: tuple[UUID, ...] = ()
    plan_ids: tuple[int, ...] = ()
    tag: str = ""
    note: str = ""

    @property
    def worth_micros(self) -> int:
        """The maximum cost of all codes, in micros."""
        return self.amount_micros * self.count * self.max_redemptions


def credit_expiry(redeemed_at: datetime, days: int | None) -> datetime | None:
    """Return when redeemed credit expires, or None if it does not."""
    return None if days is None else redeemed_at + timedelta(days=days)


def check_terms(terms: BatchTerms, now: datetime) -> None:
    """Check the rules of a batch's terms.

    Raises:
        InvalidTerms: names the field and the rule.
    """
    _check_amount(terms)
    _check_range("count", terms.count, MOST_CODES)
    _check_range("max_redemptions", terms.max_redemptions, MOST_REDEMPTIONS)
    _check_range("max_per_organization", terms.max_per_organization, terms.max_redemptions)
    if terms.max_codes_per_organization is not None:
        _check_range("max_codes_per_organization", terms.max_codes_per_organization, MOST_REDEMPTIONS)
    if terms.credit_days is not None:
        _check_range("credit_days", terms.credit_days, MOST_DAYS)
    if terms.prefix and not (codes.is_plain("XXX" + terms.prefix) and len(terms.prefix) <= codes.LONGEST_PREFIX):
        raise InvalidTerms("The prefix must have at most 16 capital letters and digits.", field="prefix")
    if terms.expires_at is not None and terms.expires_at <= max(now, terms.starts_at or now):
        raise InvalidTerms("The end must be in the future and after the start.", field="expires_at")
    if terms.worth_micros > MAX_MICROS:
        raise InvalidTerms("The total value of all codes is too large.", field="count")


def _check_amount(terms: BatchTerms) -> None:
    if not re.fullmatch(r"[A-Z]{3}", terms.currency):
        raise InvalidTerms("The currency must be three capital letters, such as EUR.", field="currency")
    if not 0 < terms.amount_micros <= MAX_MICROS:
        raise InvalidTerms("The amount must be positive.", field="amount_micros")
    if terms.kind == VoucherKind.DISCOUNT and terms.amount_micros % payable_step(terms.currency):
        raise InvalidTerms(
            f"A discount must be a multiple of the smallest payable amount in {terms.currency}.", field="amount_micros"
        )
    if terms.kind == VoucherKind.DISCOUNT and terms.credit_days is not None:
        raise InvalidTerms("A discount cannot have an expiry in days.", field="credit_days")


def _check_range(field: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InvalidTerms(f"It must be between 1 and {most:,}.", field=field)
