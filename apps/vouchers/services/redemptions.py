"""Redemption of codes. Credit takes one statement to read and one to write.

A discount is applied by the contracts app, so its locks are taken first.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from apps.common.errors import BillingError
from apps.common.money import Micros, from_micros
from apps.common.transactions import serialized
from apps.common.values import value_class
from apps.contracts import services as contracts
from apps.contracts.errors import NothingToDiscount
from apps.contracts.models import InstallmentDiscount
from apps.notices.services import notice_message
from apps.tenants.models import Organization
from apps.vouchers import codes
from apps.vouchers.causes import REDEMPTION
from apps.vouchers.errors import NoInstallmentToDiscount, VoucherNotFound
from apps.vouchers.guess_limit import with_one_more
from apps.vouchers.keys import lookup_key
from apps.vouchers.models import Batch
from apps.vouchers.redemption_rules import (
    RedemptionOutcome,
    RedemptionReading,
    VoucherState,
    opening_of,
    redeemable,
    redemption_key,
    redemption_row,
)
from apps.vouchers.services.locks import lock_voucher, lock_wrong_codes
from apps.vouchers.terms import VoucherKind, credit_expiry
from apps.wallets.accounts import Role
from apps.wallets.decisions.availability import balance_micros
from apps.wallets.decisions.expiry import decide_ends
from apps.wallets.decisions.grants import NewGrant, decide_grant
from apps.wallets.kinds import Source
from apps.wallets.services.books import BookQuery
from apps.wallets.services.books_with_rows import LayerCall, LayerDecision, LayerFunctions, decide_with_rows, look
from apps.wallets.state import BookDecision, BookState
from apps.wallets.wallet_posting import unchanged

VOUCHERS = LayerFunctions("voucher_open", "voucher_write")


@value_class(frozen=True, slots=True)
class RedemptionResult:
    """A redemption's amount and the balance after it, in micros of the organization's currency."""

    kind: Batch.Kind
    code: str
    amount: Micros
    balance: Micros
    credit_expires_at: datetime | None

    @property
    def credit(self) -> Micros:
        """The credit added to the wallet; 0 for a discount."""
        return self.amount if self.kind == Batch.Kind.CREDIT else Micros(0)


@value_class(frozen=True, slots=True, kw_only=True)
class RedemptionCall:
    """A call that redeems a code; `redemption_id` is the id that a redemption would get."""

    organization: Organization
    code: str
    call_id: UUID
    redeemed_by: str
    redemption_id: UUID
    now: datetime


class IsDiscount(Exception):
    """The code gives a discount, which must be applied by the contracts app first."""

    def __init__(self, voucher: VoucherState) -> None:
        super().__init__(voucher.id)
        self.voucher = voucher


def redeem_voucher(
    *, organization: Organization, code: str, call_id: UUID, redeemed_by: str, now: datetime
) -> RedemptionResult:
    """Redeem a voucher for credit or for a discount on a contract. Repeating a `call_id` returns the first result.

    Raises:
        VoucherNotFound: unknown, malformed, not for this organization, or not valid yet; the response hides which.
        TooManyWrongCodes: ten wrong codes within the last hour.
        VoucherRevoked, VoucherExpired: it is no longer valid.
        VoucherAlreadyRedeemed, BatchAlreadyRedeemed, VoucherUsedUp: a redemption limit is reached.
        NoInstallmentToDiscount: there is no unpaid installment to discount.
    """
    call = RedemptionCall(
        organization=organization,
        code=codes.normalize(code),
        call_id=call_id,
        redeemed_by=redeemed_by,
        redemption_id=uuid4(),
        now=now,
    )
    try:
        outcome = decide_with_rows(_with_decision(call), now=now).result
    except IsDiscount as found:
        outcome = _redeem_discount(call, found.voucher.id)
    if isinstance(outcome, BillingError):
        raise outcome
    return _result(outcome, call.code)


Outcome = RedemptionOutcome | VoucherNotFound


@serialized
def _redeem_discount(call: RedemptionCall, voucher_id: int) -> Outcome:
    """Lock the wrong codes and the voucher, apply the discount under the contracts' locks, and write the redemption."""
    lock_wrong_codes(call.organization)
    lock_voucher(voucher_id)
    try:
        return look(_with_decision(call), now=call.now).result
    except IsDiscount as found:
        discount = _discount(call, found.voucher)
    return decide_with_rows(_with_decision(call, discount), now=call.now).result


def _discount(call: RedemptionCall, voucher: VoucherState) -> InstallmentDiscount:
    try:
        return contracts.apply_discount(
            organization=call.organization,
            amount=Micros(voucher.amount_micros),
            key=redemption_key(call.redemption_id),
            created_by=call.redeemed_by,
            now=call.now,
            description=f"Voucher {voucher.masked}",
        )
    except NothingToDiscount as error:
        raise NoInstallmentToDiscount() from error


def _with_decision(call: RedemptionCall, discount: InstallmentDiscount | None = None) -> LayerCall[Outcome]:
    """Return the call to `voucher_open` and its decision, with the discount if it has been applied."""
    return LayerCall(
        VOUCHERS,
        call.organization.pk,
        BookQuery(roles=(Role.PROMOTIONS,)),
        {"code_hash": codes.keyed_hash(lookup_key(), call.code), "call_id": str(call.call_id)},
        lambda state, read: _decide(call, state, opening_of(read), discount),
    )


def _decide(
    call: RedemptionCall, state: BookState, opened: RedemptionReading, discount: InstallmentDiscount | None
) -> LayerDecision[Outcome]:
    """Decide a redemption or count a wrong code. The error is returned, not raised, so that the count is committed."""
    if opened.known is not None:
        return LayerDecision(unchanged(state, None), {}, opened.known)
    seen: dict[str, Any] = {"wrong": list(opened.wrong)}
    try:
        voucher = redeemable(opened, state.ledger.unit, call.now)
    except VoucherNotFound as wrong:
        rows = {"seen": seen, "wrong": with_one_more(opened.wrong, call.now)}
        return LayerDecision(unchanged(state, None), rows, wrong)
    if voucher.kind == VoucherKind.DISCOUNT and discount is None:
        raise IsDiscount(voucher)
    given = decide_ends(state, call.now) if discount else _give(call, voucher, state)
    redeemed = RedemptionOutcome(
        kind=voucher.kind,
        origin=voucher.origin,
        prefix=voucher.prefix,
        amount_micros=discount.amount_micros if discount else voucher.amount_micros,
        balance_after_micros=balance_micros(given.after, call.now),
        redeemed_at=call.now,
        credit_days=voucher.credit_days,
    )
    row = redemption_row(
        voucher,
        redeemed,
        redemption_id=call.redemption_id,
        call_id=call.call_id,
        redeemed_by=call.redeemed_by,
        discount_id=None if discount is None else discount.pk,
    )
    written: dict[str, Any] = {
        "seen": seen | voucher.as_seen(),
        "redemption": row,
        "grant_number": None if discount else given.result,
        "outbox": [_notice(call, redeemed, state.ledger.unit)],
    }
    return LayerDecision(given, written, redeemed)


def _notice(call: RedemptionCall, redeemed: RedemptionOutcome, currency: str) -> dict[str, Any]:
    """Return the notice of a redemption."""
    return notice_message(
        organization_id=call.organization.pk,
        notice="voucher.redeemed",
        key=str(call.redemption_id),
        data={
            "id": str(call.redemption_id),
            "version": 1,
            "redemptionId": str(call.redemption_id),
            "amount": from_micros(redeemed.amount_micros),
            "currency": currency,
        },
        now=call.now,
    )


def _give(call: RedemptionCall, voucher: VoucherState, state: BookState) -> BookDecision[int]:
    """Grant the credit of a voucher; the result is the number of its transfer."""
    new_grant = NewGrant(
        amount=Micros(voucher.amount_micros),
        source=Source.VOUCHER,
        key=redemption_key(call.redemption_id),
        cause=REDEMPTION.of(call.redemption_id),
        created_by=call.redeemed_by,
        description=f"Voucher {voucher.masked}",
        expires_at=credit_expiry(call.now, voucher.credit_days),
    )
    decided = decide_grant(state, new_grant, call.now)
    return BookDecision(decided.after, decided.changes, decided.result.number)


def _result(redeemed: RedemptionOutcome, code: str) -> RedemptionResult:
    generated = redeemed.origin == Batch.Origin.GENERATED
    return RedemptionResult(
        kind=Batch.Kind(redeemed.kind),
        code=codes.written(code, redeemed.prefix) if generated else code,
        amount=Micros(redeemed.amount_micros),
        balance=Micros(redeemed.balance_after_micros),
        credit_expires_at=credit_expiry(redeemed.redeemed_at, redeemed.credit_days),
    )
