"""The rules of redemption, as pure functions on the values that `voucher_open` reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.common.values import value_class
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


@value_class(frozen=True, slots=True)
class VoucherState:
    """A voucher, its batch, and the organization's earlier redemptions of the voucher and of the batch.

    `names_organization` is whether the batch names the organization or a plan that it is on.
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
        """Whether the organization may learn that it exists: issued, already valid, in its currency, and open to it."""
        has_begun = self.starts_at is None or self.starts_at <= now
        is_eligible = self.is_for_everybody or self.names_organization
        return self.batch_state in KNOWN and has_begun and self.currency == currency and is_eligible

    def as_seen(self) -> dict[str, Any]:
        """Return the columns of the voucher and its batch that must be unchanged when the redemption is written."""
        counted = {"redemption_count": self.redemption_count, "max_redemptions": self.max_redemptions}
        ends = self.expires_at and self.expires_at.isoformat()
        return {
            "voucher": {"id": self.id, **counted},
            "batch": {"id": self.batch_id, "state": self.batch_state, "expires_at": ends},
        }


@value_class(frozen=True, slots=True)
class RedemptionOutcome:
    """A redemption: its amount and the balance after it, in micros, and the terms shown in the response."""

    kind: str
    origin: str
    prefix: str
    amount_micros: int
    balance_after_micros: int
    redeemed_at: datetime
    credit_days: int | None


@value_class(frozen=True, slots=True)
class RedemptionReading:
    """What `voucher_open` read: recent wrong codes, the result of the same call if it ran before, and the voucher."""

    wrong: Sequence[int]
    known: RedemptionOutcome | None
    voucher: VoucherState | None


def opening_of(read: Mapping[str, Any]) -> RedemptionReading:
    """Parse the JSON of `voucher_open`."""
    known, voucher = read["known"], read["voucher"]
    return RedemptionReading(
        wrong=read["wrong"] or (),
        known=known and RedemptionOutcome(*[*known[:5], moment(known[5]), known[6]]),
        voucher=voucher and VoucherState(*[*voucher[:15], *map(moment, voucher[15:17]), *voucher[17:]]),
    )


def redeemable(opened: RedemptionReading, currency: str, now: datetime) -> VoucherState:
    """Return the voucher if the organization may redeem it now.

    Raises:
        TooManyWrongCodes: ten wrong codes within the last hour; the code is not checked.
        VoucherNotFound: unknown, malformed, not for this organization, or not valid yet; the response hides which.
        VoucherRevoked, VoucherExpired: it is no longer valid.
        VoucherAlreadyRedeemed, BatchAlreadyRedeemed, VoucherUsedUp: a redemption limit is reached.
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
    """Return the idempotency key of a redemption's grant or discount."""
    return f"voucher-redemption:{redemption_id}"


def redemption_row(
    voucher: VoucherState,
    redeemed: RedemptionOutcome,
    *,
    redemption_id: UUID,
    call_id: UUID,
    redeemed_by: str,
    discount_id: int | None,
) -> dict[str, Any]:
    """Return a redemption's columns, without the grant, which has no id yet."""
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
