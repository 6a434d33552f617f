"""Redemption: limit and posting in one transaction, under the lock of the voucher's row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts import services as contracts
from apps.contracts.errors import NothingToDiscount
from apps.contracts.models import InstallmentDiscount
from apps.tenants.models import Organization
from apps.vouchers import codes
from apps.vouchers.causes import REDEMPTION
from apps.vouchers.errors import (
    BatchAlreadyRedeemed,
    NoInstallmentToDiscount,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    VoucherNotFound,
    VoucherRevoked,
    VoucherUsedUp,
)
from apps.vouchers.keys import lookup_key
from apps.vouchers.models import Batch, Redemption, Voucher
from apps.vouchers.selectors import vouchers_for
from apps.vouchers.services.guess_limit import note_wrong_code, refuse_if_too_many
from apps.vouchers.services.locks import lock_wrong_codes
from apps.vouchers.terms import credit_expiry
from apps.wallets import services as wallets
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures


@dataclass(frozen=True, slots=True)
class RedemptionResult:
    """What a redemption gave, in micros of the organization's currency, and the balance right after."""

    kind: Batch.Kind
    code: str
    amount: Micros
    balance: Micros
    credit_expires_at: datetime | None

    @property
    def credit(self) -> Micros:
        """What came into the wallet; nothing where a discount was given."""
        return self.amount if self.kind == Batch.Kind.CREDIT else Micros(0)


def redeem_voucher(
    *, organization: Organization, code: str, call_id: UUID, redeemed_by: str, now: datetime
) -> RedemptionResult:
    """Turn a voucher into credit, or into less to pay on a contract. The same call again gives the first result.

    Raises:
        VoucherNotFound: unknown, malformed, not for this organization or not working yet; which one is not told.
        TooManyWrongCodes: ten codes were not found within the hour.
        VoucherRevoked, VoucherExpired: it no longer works.
        VoucherAlreadyRedeemed, BatchAlreadyRedeemed, VoucherUsedUp: it was redeemed as often as it may be.
        NoInstallmentToDiscount: a discount finds no unpaid installment.
    """
    outcome = _examine(organization, codes.normalize(code), call_id, redeemed_by, now)
    if isinstance(outcome, BillingError):
        raise outcome
    return outcome


@serialized
def _examine(
    organization: Organization, code: str, call_id: UUID, redeemed_by: str, now: datetime
) -> RedemptionResult | VoucherNotFound:
    """Redeem, or count a wrong code; that is returned and not raised, so that the count is kept."""
    wrong = lock_wrong_codes(organization)
    before = Redemption.objects.select_related("batch").filter(call_id=call_id).first()
    if before is not None:
        return _result(before, code)
    refuse_if_too_many(wrong, now)
    voucher = _lock_voucher_with_code(code, organization, now)
    if voucher is None:
        note_wrong_code(wrong, now)
        return VoucherNotFound()
    # Read after the lock was granted: a batch that was switched off while we waited is seen as it is now.
    batch = Batch.objects.get(pk=voucher.batch_id)
    _refuse_unless_valid(batch, voucher, now)
    _refuse_if_redeemed(batch, voucher, organization)
    return _result(_redeem(batch, voucher, organization, call_id, redeemed_by, now), code)


def _lock_voucher_with_code(code: str, organization: Organization, now: datetime) -> Voucher | None:
    """Lock the voucher with this code if the organization may know of it; one statement whatever is wrong."""
    found = vouchers_for(organization, now).filter(code_hash=codes.keyed_hash(lookup_key(), code))
    return found.select_for_update(of=("self",), no_key=True).first()


def _refuse_unless_valid(batch: Batch, voucher: Voucher, now: datetime) -> None:
    if voucher.revoked_at or voucher.disabled_at or batch.state != Batch.State.ACTIVE:
        raise VoucherRevoked()
    if batch.expires_at is not None and batch.expires_at <= now:
        raise VoucherExpired()


def _refuse_if_redeemed(batch: Batch, voucher: Voucher, organization: Organization) -> None:
    own = Redemption.objects.filter(organization=organization)
    if own.filter(voucher=voucher).count() >= batch.max_per_organization:
        raise VoucherAlreadyRedeemed()
    if voucher.redemption_count >= voucher.max_redemptions:
        raise VoucherUsedUp()
    most = batch.max_codes_per_organization
    if most is not None and own.filter(batch=batch).count() >= most:
        raise BatchAlreadyRedeemed()


def _redeem(
    batch: Batch, voucher: Voucher, organization: Organization, call_id: UUID, redeemed_by: str, now: datetime
) -> Redemption:
    redemption = Redemption(
        id=uuid4(),
        voucher=voucher,
        batch=batch,
        organization=organization,
        number=voucher.redemption_count + 1,
        amount_micros=batch.amount_micros,
        call_id=call_id,
        redeemed_by=redeemed_by,
        redeemed_at=now,
    )
    if batch.kind == Batch.Kind.CREDIT:
        redemption.grant = _grant(redemption, now)
    else:
        redemption.discount = _discount(redemption, now)
        redemption.amount_micros = redemption.discount.amount_micros
    redemption.balance_after_micros = wallet_figures(organization, now).balance_micros
    redemption.save(force_insert=True)
    Voucher.objects.filter(pk=voucher.pk).update(redemption_count=redemption.number)
    return redemption


def _grant(redemption: Redemption, now: datetime) -> Grant:
    return wallets.grant_credits(
        organization=redemption.organization,
        amount=Micros(redemption.amount_micros),
        source=Grant.Source.VOUCHER,
        key=redemption.key,
        cause=REDEMPTION.of(redemption.pk),
        created_by=redemption.redeemed_by,
        now=now,
        description=f"Voucher {redemption.voucher.masked}",
        expires_at=credit_expiry(now, redemption.batch.credit_days),
    )


def _discount(redemption: Redemption, now: datetime) -> InstallmentDiscount:
    try:
        return contracts.apply_discount(
            organization=redemption.organization,
            amount=Micros(redemption.amount_micros),
            key=redemption.key,
            created_by=redemption.redeemed_by,
            now=now,
            description=f"Voucher {redemption.voucher.masked}",
        )
    except NothingToDiscount as error:
        raise NoInstallmentToDiscount() from error


def _result(redemption: Redemption, code: str) -> RedemptionResult:
    batch = redemption.batch
    generated = batch.origin == Batch.Origin.GENERATED
    return RedemptionResult(
        kind=Batch.Kind(batch.kind),
        code=codes.written(code, batch.prefix) if generated else code,
        amount=Micros(redemption.amount_micros),
        balance=Micros(redemption.balance_after_micros),
        credit_expires_at=credit_expiry(redemption.redeemed_at, batch.credit_days),
    )
