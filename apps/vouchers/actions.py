"""Staff actions on vouchers that give credit or take it back. A person's daily total counts in one pool."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Case, F, Model, Sum, When
from django.db.models.functions import Coalesce

from apps.approvals.actions import Action, Scope, register
from apps.common.admin import count_text, moment_words, money_text
from apps.common.changes import Change
from apps.common.errors import Conflict
from apps.vouchers.errors import BatchNotFound, VoucherNotFound, VoucherRevoked
from apps.vouchers.models import Batch, Redemption, Voucher
from apps.vouchers.services.batch_start import open_batch
from apps.vouchers.services.batch_state import change_limit, enable_batch, enable_voucher, extend_batch
from apps.vouchers.services.locks import lock_batch
from apps.vouchers.services.revocation import revoke_batch, revoke_voucher

# A review names this many customers.
NAMED = 5


class AboveRequestedAmount(Conflict):
    code = "voucher_size_changed"
    title = "The amount has grown since this was requested; reload the page and request it again"


@dataclass(frozen=True, kw_only=True)
class VoucherAction(Action):
    """An action on a batch or a code. It has no customer, since nobody knows yet who will redeem."""

    permission: ClassVar[str] = "vouchers.change_batch"
    pool: ClassVar[Scope] = Scope.VOUCHERS
    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros"})

    organization_id: UUID | None = None

    def refuse_more_than_agreed(self, size_micros: int) -> None:
        """Refuse an action that has become larger than its requested amount; call this under the lock.

        Raises:
            AboveRequestedAmount: `size_micros` exceeds the amount; the message names both.
        """
        if size_micros > self.amount_micros:
            size, agreed = (money_text(each, self.currency) for each in (size_micros, self.amount_micros))
            raise AboveRequestedAmount(
                f"It was requested for {agreed} and is now {size}; reload the page and request it again."
            )


@dataclass(frozen=True, kw_only=True)
class BatchAction(VoucherAction):
    """An action on a whole batch."""

    subject_model: ClassVar[type[Model]] = Batch
    subject_field: ClassVar[str] = "batch_id"

    batch_id: UUID

    def about(self) -> str:
        return f"Voucher batch {self.batch()}"

    def batch(self) -> Batch:
        """Return the batch.

        Raises:
            BatchNotFound: there is none.
        """
        return self.row_among(Batch.objects.all(), BatchNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        batch = self.batch()
        return {
            "State": batch.get_state_display(),
            "Codes that work": count_text(_working(batch, now)),
            "Each redemption gives": money_text(batch.amount_micros, batch.currency),
            "Can still be redeemed": money_text(_redeemable(batch, now), batch.currency),
            "Valid until": moment_words(batch.expires_at) if batch.expires_at else "no end",
        }


@register
@dataclass(frozen=True, kw_only=True)
class StartBatch(BatchAction):
    """Issue a batch. Its size is the maximum cost of all codes; the terms of a waiting batch cannot change."""

    kind: ClassVar[str] = "vouchers.start_batch"
    title: ClassVar[str] = "Issue a batch of vouchers"
    permission: ClassVar[str] = "vouchers.add_batch"

    @classmethod
    def of(cls, batch: Batch, *, reason: str, key: str) -> Self:
        """Return the action; its size is the batch's maximum cost."""
        return cls(amount_micros=batch.worth_micros, currency=batch.currency, batch_id=batch.pk, reason=reason, key=key)

    def about(self) -> str:
        return super().about() if Batch.objects.filter(pk=self.batch_id).exists() else "A new batch of vouchers"

    def perform(self, *, by: User, now: datetime) -> None:
        open_batch(batch_id=self.batch_id, reason=self.reason, by=by, now=now)

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        return [*super().preview(by=by, now=now), *(Change(name, "", text) for name, text in _terms(self.batch()))]


@register
@dataclass(frozen=True, kw_only=True)
class ExtendBatch(BatchAction):
    """Extend the validity of codes, expired ones included. Its size is what can still be redeemed."""

    kind: ClassVar[str] = "vouchers.extend_batch"
    title: ClassVar[str] = "Extend the validity of the codes"

    expires_at: datetime | None

    @classmethod
    def of(cls, batch: Batch, *, expires_at: datetime | None, reason: str, key: str) -> Self:
        """Return the action."""
        return cls(
            amount_micros=left_to_redeem(batch),
            currency=batch.currency,
            batch_id=batch.pk,
            expires_at=expires_at,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        batch = extend_batch(batch_id=self.batch_id, expires_at=self.expires_at, reason=self.reason, by=by, now=now)
        self.refuse_more_than_agreed(left_to_redeem(batch))


@register
@dataclass(frozen=True, kw_only=True)
class EnableBatch(BatchAction):
    """Enable the codes of a batch again. Its size is what can still be redeemed."""

    kind: ClassVar[str] = "vouchers.enable_batch"
    title: ClassVar[str] = "Switch all codes back on"

    @classmethod
    def of(cls, batch: Batch, *, reason: str, key: str) -> Self:
        """Return the action."""
        return cls(
            amount_micros=left_to_redeem(batch), currency=batch.currency, batch_id=batch.pk, reason=reason, key=key
        )

    def perform(self, *, by: User, now: datetime) -> None:
        batch = enable_batch(batch_id=self.batch_id, reason=self.reason, by=by, now=now)
        self.refuse_more_than_agreed(left_to_redeem(batch))


@dataclass(frozen=True, kw_only=True)
class Revocation(VoucherAction):
    """Stop codes for good and take back their unspent credit in the background. Its size is that credit.

    It is refused if more has been redeemed since it was requested. Switch codes off before asking a second person.
    """

    danger: ClassVar[bool] = True

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        text = money_text(self.amount_micros, self.currency)
        return [
            *super().preview(by=by, now=now),
            Change("Unspent credit", text, "taken back"),
            Change("Customers who lose it", "", _holders(self.currency, **self.redeemed())),
        ]

    def redeemed(self) -> dict[str, Any]:
        """Return the condition that finds the redemptions of the codes."""
        return {self.subject_field: getattr(self, self.subject_field)}


@register
@dataclass(frozen=True, kw_only=True)
class RevokeBatch(Revocation, BatchAction):
    """Revoke all codes of a batch."""

    kind: ClassVar[str] = "vouchers.revoke_batch"
    title: ClassVar[str] = "Revoke the batch"

    @classmethod
    def of(cls, batch: Batch, *, reason: str, key: str) -> Self:
        """Return the action."""
        unspent = _unspent(batch=batch)
        return cls(amount_micros=unspent, currency=batch.currency, batch_id=batch.pk, reason=reason, key=key)

    def perform(self, *, by: User, now: datetime) -> None:
        batch = revoke_batch(batch_id=self.batch_id, reason=self.reason, by=by, now=now)
        self.refuse_more_than_agreed(_unspent(batch=batch))


@dataclass(frozen=True, kw_only=True)
class CodeAction(VoucherAction):
    """An action on a code."""

    permission: ClassVar[str] = "vouchers.change_voucher"
    subject_model: ClassVar[type[Model]] = Voucher
    subject_field: ClassVar[str] = "voucher_id"

    voucher_id: int

    def about(self) -> str:
        return f"Voucher {self.voucher()}"

    def voucher(self) -> Voucher:
        """Return the code.

        Raises:
            VoucherNotFound: there is none.
        """
        return self.row_among(Voucher.objects.select_related("batch"), VoucherNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        voucher = self.voucher()
        state = "Revoked" if voucher.revoked_at else "Switched off" if voucher.disabled_at else "On"
        left = left_of_code(voucher) if state == "On" else 0
        return {
            "State": state,
            "Maximum redemptions": count_text(voucher.max_redemptions),
            "Can still be redeemed": money_text(left, voucher.batch.currency),
        }


@register
@dataclass(frozen=True, kw_only=True)
class EnableVoucher(CodeAction):
    """Enable a code again. Its size is what can still be redeemed."""

    kind: ClassVar[str] = "vouchers.enable_code"
    title: ClassVar[str] = "Switch this code back on"

    @classmethod
    def of(cls, voucher: Voucher, *, reason: str, key: str) -> Self:
        """Return the action."""
        return cls(
            amount_micros=left_of_code(voucher),
            currency=voucher.batch.currency,
            voucher_id=voucher.pk,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        voucher = enable_voucher(voucher_id=self.voucher_id, reason=self.reason, by=by, now=now)
        self.refuse_more_than_agreed(left_of_code(voucher))


@register
@dataclass(frozen=True, kw_only=True)
class ChangeVoucherLimit(CodeAction):
    """Change the redemption limit of a custom code. Its size is the cost of the added redemptions."""

    kind: ClassVar[str] = "vouchers.change_limit"
    title: ClassVar[str] = "Change the redemption limit"

    max_redemptions: int

    @classmethod
    def of(cls, voucher: Voucher, *, max_redemptions: int, reason: str, key: str) -> Self:
        """Return the action."""
        return cls(
            amount_micros=max(0, max_redemptions - voucher.max_redemptions) * voucher.batch.amount_micros,
            currency=voucher.batch.currency,
            voucher_id=voucher.pk,
            max_redemptions=max_redemptions,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        lock_batch(self.voucher().batch_id, Batch.State.ACTIVE, Batch.State.DISABLED)
        voucher = self.voucher()
        self.refuse_more_than_agreed((self.max_redemptions - voucher.max_redemptions) * voucher.batch.amount_micros)
        change_limit(
            voucher_id=self.voucher_id, max_redemptions=self.max_redemptions, reason=self.reason, by=by, now=now
        )


@register
@dataclass(frozen=True, kw_only=True)
class RevokeVoucher(Revocation, CodeAction):
    """Revoke a code."""

    kind: ClassVar[str] = "vouchers.revoke_code"
    title: ClassVar[str] = "Revoke a code"

    @classmethod
    def of(cls, voucher: Voucher, *, reason: str, key: str) -> Self:
        """Return the action."""
        return cls(
            amount_micros=_unspent(voucher=voucher),
            currency=voucher.batch.currency,
            voucher_id=voucher.pk,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        if self.voucher().revoked_at is not None:
            raise VoucherRevoked("It is revoked already")
        voucher = revoke_voucher(voucher_id=self.voucher_id, reason=self.reason, by=by, now=now)
        self.refuse_more_than_agreed(_unspent(voucher=voucher))


def left_to_redeem(batch: Batch) -> int:
    """Return the cost of all redemptions left for the enabled codes of a batch, in micros, as if it were active."""
    works = Voucher.objects.filter(batch=batch, disabled_at=None, revoked_at=None)
    uses = works.aggregate(left=Sum(F("max_redemptions") - F("redemption_count")))["left"] or 0
    to_be_made = (batch.code_count - batch.generated_count) * batch.max_redemptions
    return batch.amount_micros * (uses + to_be_made)


def left_of_code(voucher: Voucher) -> int:
    """Return the cost of all redemptions left for a code, in micros, as if it were enabled."""
    return (voucher.max_redemptions - voucher.redemption_count) * voucher.batch.amount_micros


def _redeemable(batch: Batch, now: datetime) -> int:
    return left_to_redeem(batch) if _is_on(batch, now) else 0


def _working(batch: Batch, now: datetime) -> int:
    """Return how many codes of a batch can be redeemed, those still to be made included."""
    if not _is_on(batch, now):
        return 0
    works = Voucher.objects.filter(batch=batch, disabled_at=None, revoked_at=None)
    return works.filter(redemption_count__lt=F("max_redemptions")).count() + batch.code_count - batch.generated_count


def _is_on(batch: Batch, now: datetime) -> bool:
    ended = batch.expires_at is not None and batch.expires_at <= now
    return batch.state in (Batch.State.GENERATING, Batch.State.ACTIVE) and not ended


def _holders(currency: str, **which: Any) -> str:
    """Return the customers whose credit or discount from codes is unspent: how many, and those with most of it."""
    rows = Redemption.objects.filter(reversals=None, **which).values_list("organization__name")
    left = Coalesce(Sum(Case(When(discount=None, then="grant__remaining_micros"), default="amount_micros")), 0)
    holders = list(rows.annotate(left=left).filter(left__gt=0).order_by("-left", "organization__name"))
    named = [f"{name} {money_text(micros, currency)}" for name, micros in holders[:NAMED]]
    if len(holders) > NAMED:
        named.append(f"{count_text(len(holders) - NAMED)} more")
    return ", ".join(named) or "nobody"


def _unspent(**which: Any) -> int:
    """Return the unspent credit and the discounts of redemptions not yet taken back, in micros.

    Held credit counts as unspent: it lapses when the hold returns it.
    """
    rows = Redemption.objects.filter(reversals=None, **which)
    free = rows.aggregate(left=Sum("grant__remaining_micros"))["left"] or 0
    discounts = rows.exclude(discount=None).aggregate(total=Sum("amount_micros"))["total"] or 0
    return int(max(0, free)) + int(discounts)


def _terms(batch: Batch) -> list[tuple[str, str]]:
    """Return the terms of a batch as labels and texts; empty ones are omitted."""
    named = [str(each) for each in (*batch.organizations.all(), *batch.plans.all())]
    terms = {
        "Maximum cost of all codes": money_text(batch.worth_micros, batch.currency),
        "Kind": batch.get_kind_display(),
        "Codes": f"{count_text(batch.code_count)}, {batch.get_origin_display().lower()}",
        "Redemptions per code": count_text(batch.max_redemptions),
        "For": ", ".join(named) or "everyone",
        "Valid from": moment_words(batch.starts_at) if batch.starts_at else "",
        "Credit expires after": f"{batch.credit_days} days" if batch.credit_days else "",
        "Tag": batch.tag,
    }
    return [(name, text) for name, text in terms.items() if text]
