"""Manual staff actions on the money of an installment."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import person, register
from apps.common.admin import money_text
from apps.contracts.errors import ChangedMeanwhile, InstallmentNotFound, RefundNotFound
from apps.contracts.models import Installment
from apps.contracts.selectors import bank_refunds
from apps.contracts.services import (
    Receipt,
    RefundOrder,
    discount_installment,
    refund_installment,
    settle_installment,
    undo_installment_refund,
    void_installment,
    write_off_installment,
)
from apps.contracts.services.locks import lock_installment
from apps.wallets.accounts import Role
from apps.wallets.actions import CustomerAction, wallet_texts


@dataclass(frozen=True, kw_only=True)
class InstallmentAction(CustomerAction):
    """An action on an installment. The amount of a write-off or void is what was left to pay when it was requested."""

    subject_model: ClassVar[type[Model]] = Installment
    subject_field: ClassVar[str] = "installment_id"

    installment_id: int

    @classmethod
    def of(cls, row: Installment, **given: object) -> Self:
        """Return the action on an installment, with its customer and currency filled in."""
        organization = row.contract.organization
        owner = {"organization_id": organization.pk, "currency": organization.currency}
        return cls(installment_id=row.pk, **owner, **given)  # type: ignore[arg-type]

    def about(self) -> str:
        row = self.installment()
        contract = row.contract
        return (
            f"{contract.organization.name}: installment due {row.due_date} of the contract from {contract.start_date}"
        )

    def installment(self) -> Installment:
        """Return the installment.

        Raises:
            InstallmentNotFound: there is none.
        """
        return self.row_among(Installment.objects.select_related("contract__organization"), InstallmentNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        row = self.installment()

        def money(micros: int) -> str:
            return money_text(micros, self.currency)

        return {
            "State": row.shown_state(now.date())[1],
            "Left to pay": money(row.remaining_micros),
            "Received": money(row.paid_micros),
            "Refunded": money(row.refunded_micros),
            "Contract": row.contract.get_status_display(),
            **wallet_texts(row.contract.organization, now),
        }


def bank_refund(action: CustomerAction, by: User, value_date: date | None = None) -> RefundOrder:
    """Return the order to refund an action's amount by bank transfer, sent with this value date."""
    return RefundOrder(
        amount=action.amount,
        key=action.key,
        created_by=person(by),
        reason=action.reason,
        paid_to=Role.MANUAL_RECEIPTS,
        value_date=value_date,
    )


@register
@dataclass(frozen=True, kw_only=True)
class RecordBankTransfer(InstallmentAction):
    """Record money received outside Stripe. An installment that is paid in full grants its credit."""

    kind: ClassVar[str] = "contracts.record_bank_transfer"
    title: ClassVar[str] = "Record a bank transfer"
    permission: ClassVar[str] = "contracts.change_installment"

    reference: str
    value_date: date | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        receipt = Receipt(
            installment_id=self.installment_id,
            amount=self.amount,
            key=self.key,
            received_in=Role.MANUAL_RECEIPTS,
            reference=self.reference,
            created_by=person(by),
            value_date=self.value_date,
        )
        settle_installment(receipt, now=now)


@register
@dataclass(frozen=True, kw_only=True)
class RefundInstallment(InstallmentAction):
    """Refund an installment by bank transfer: unspent credit is taken back, the rest becomes debt."""

    kind: ClassVar[str] = "contracts.give_back"
    title: ClassVar[str] = "Refund an installment by bank transfer"
    permission: ClassVar[str] = "contracts.change_installment"
    danger: ClassVar[bool] = True

    value_date: date | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        order = bank_refund(self, by, self.value_date)
        refund_installment(installment_id=self.installment_id, order=order, now=now)


@register
@dataclass(frozen=True, kw_only=True)
class UndoBankRefund(InstallmentAction):
    """Undo a refund by bank transfer that was recorded by mistake or came back; what it took is restored."""

    kind: ClassVar[str] = "contracts.undo_bank_refund"
    title: ClassVar[str] = "Undo a refund by bank transfer"
    permission: ClassVar[str] = "contracts.change_installment"

    refund_id: int

    def perform(self, *, by: User, now: datetime) -> None:
        refund = bank_refunds(self.installment()).filter(pk=self.refund_id).first()
        if refund is None:
            raise RefundNotFound
        if refund.amount_micros != self.amount_micros:
            raise ChangedMeanwhile
        undo_installment_refund(
            organization=self.customer(), key=refund.key, reason=self.reason, created_by=person(by), now=now
        )


@register
@dataclass(frozen=True, kw_only=True)
class DiscountInstallment(InstallmentAction):
    """Reduce what is left to pay, at our cost. A discount of the whole remainder settles the installment."""

    kind: ClassVar[str] = "contracts.discount"
    title: ClassVar[str] = "Discount an installment"
    permission: ClassVar[str] = "contracts.change_installment"
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        discount_installment(
            installment_id=self.installment_id,
            amount=self.amount,
            key=self.key,
            created_by=person(by),
            now=now,
            description=self.reason,
        )


@dataclass(frozen=True, kw_only=True)
class CloseInstallment(InstallmentAction):
    """Give up what is left to pay on an installment."""

    permission: ClassVar[str] = "contracts.change_installment"
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        row = lock_installment(self.installment_id)
        if row.is_open and row.remaining_micros != self.amount_micros:
            raise ChangedMeanwhile
        self.close(now)

    @abstractmethod
    def close(self, now: datetime) -> None:
        """Close the installment."""


@register
@dataclass(frozen=True, kw_only=True)
class WriteOffInstallment(CloseInstallment):
    """Write off an unpaid installment; a late payment still settles it."""

    kind: ClassVar[str] = "contracts.write_off"
    title: ClassVar[str] = "Write off an installment"

    def close(self, now: datetime) -> None:
        write_off_installment(installment_id=self.installment_id, now=now)


@register
@dataclass(frozen=True, kw_only=True)
class VoidInstallment(CloseInstallment):
    """Withdraw an installment that was billed by mistake."""

    kind: ClassVar[str] = "contracts.void"
    title: ClassVar[str] = "Void an installment"

    def close(self, now: datetime) -> None:
        void_installment(installment_id=self.installment_id, now=now)
