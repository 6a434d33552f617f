"""Whether a code is redeemed, and what the redemption is: decided on plain values that one statement reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.ledger.book_rows import moment
from apps.vouchers.errors import (
    BatchAlreadyRedeemed,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    VoucherNotFound,
    VoucherRevoked,
    VoucherUsedUp,
)
from apps.vouchers.guess_limit import refuse_if_too_many

ACTIVE = "active"
KNOWN = (ACTIVE, "disabled", "revoked")


@dataclass(frozen=True, slots=True)
class VoucherState:
    """A voucher, its batch, and how often the organization redeemed it and codes of the batch before.

    `names_organization` is whether the batch is for the organization or for a plan that it is on.
    """

    id: int
    batch_id: str
    masked: str
    max_redemptions: int
    redemption_count: int
    is_disabled: bool
    is_revoked: bool
    kind: str
    origin: str
    batch_state: str
    amount_micros: int
    currency: str
    prefix: str
    max_per_organization: int
    max_codes_per_organization: int | None
    starts_at: datetime | None
    expires_at: datetime | None
    credit_days: int | None
    is_for_everybody: bool
    names_organization: bool
    own_count: int
    own_batch_count: int

    def is_known(self, currency: str, now: datetime) -> bool:
        """Whether it exists for the organization: issued, begun, in its currency, and for it or its plan."""
        has_begun = self.starts_at is None or self.starts_at <= now
        is_eligible = self.is_for_everybody or self.names_organization
        return self.batch_state in KNOWN and has_begun and self.currency == currency and is_eligible

    def as_seen(self) -> dict[str, Any]:
        """What of it and of its batch must still be so when the redemption is written, as columns."""
        counted = {"redemption_count": self.redemption_count, "max_redemptions": self.max_redemptions}
        ends = self.expires_at and self.expires_at.isoformat()
        return {
            "voucher": {"id": self.id, **counted},
            "batch": {"id": self.batch_id, "state": self.batch_state, "expires_at": ends},
        }


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A redemption: what it gave and the balance right after, in micros, with the terms that its answer shows."""

    kind: str
    origin: str
    prefix: str
    amount_micros: int
    balance_after_micros: int
    redeemed_at: datetime
    credit_days: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What was read of a code: the organization's wrong ones, what the same call gave before, and the voucher."""

    wrong: Sequence[int]
    known: Redeemed | None
    voucher: VoucherState | None


def opening_of(read: Mapping[str, Any]) -> Opening:
    """Return what an opening read from its JSON."""
    known, voucher = read["known"], read["voucher"]
    return Opening(
        wrong=read["wrong"] or (),
        known=known and Redeemed(*[*known[:5], moment(known[5]), known[6]]),
        voucher=voucher and VoucherState(*[*voucher[:15], *map(moment, voucher[15:17]), *voucher[17:]]),
    )


def redeemable(opened: Opening, currency: str, now: datetime) -> VoucherState:
    """Return the voucher that a code names, which the organization may redeem now.

    Raises:
        TooManyWrongCodes: ten codes were not found within the hour; nothing is looked at.
        VoucherNotFound: unknown, malformed, not for this organization or not working yet; which one is not told.
        VoucherRevoked, VoucherExpired: it no longer works.
        VoucherAlreadyRedeemed, BatchAlreadyRedeemed, VoucherUsedUp: it was redeemed as often as it may be.
    """
    refuse_if_too_many(opened.wrong, now)
    voucher = opened.voucher
    if voucher is None or not voucher.is_known(currency, now):
        raise VoucherNotFound
    if voucher.is_revoked or voucher.is_disabled or voucher.batch_state != ACTIVE:
        raise VoucherRevoked
    if voucher.expires_at is not None and voucher.expires_at <= now:
        raise VoucherExpired
    if voucher.own_count >= voucher.max_per_organization:
        raise VoucherAlreadyRedeemed
    if voucher.redemption_count >= voucher.max_redemptions:
        raise VoucherUsedUp
    most = voucher.max_codes_per_organization
    if most is not None and voucher.own_batch_count >= most:
        raise BatchAlreadyRedeemed
    return voucher


def redemption_key(redemption_id: UUID) -> str:
    """What the grant or the discount of a redemption is keyed by."""
    return f"voucher-redemption:{redemption_id}"


def redemption_row(
    voucher: VoucherState,
    redeemed: Redeemed,
    *,
    redemption_id: UUID,
    call_id: UUID,
    redeemed_by: str,
    discount_id: int | None,
) -> dict[str, Any]:
    """Return a redemption as its columns; its grant has no id yet."""
    return {
        "id": str(redemption_id),
        "voucher_id": voucher.id,
        "batch_id": voucher.batch_id,
        "number": voucher.redemption_count + 1,
        "amount_micros": redeemed.amount_micros,
        "discount_id": discount_id,
        "call_id": str(call_id),
        "balance_after_micros": redeemed.balance_after_micros,
        "redeemed_by": redeemed_by,
        "redeemed_at": redeemed.redeemed_at.isoformat(),
    }
