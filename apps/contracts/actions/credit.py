"""Revoke and refund grants.

The credit of an installment is refunded together with its service, so these actions live in this app.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import person, register
from apps.approvals.errors import SubjectGone
from apps.common.admin import money_text
from apps.contracts.actions.installments import bank_refund
from apps.contracts.errors import ChangedMeanwhile
from apps.contracts.selectors import installment_of
from apps.contracts.services import refund_bought_credit, refund_installment
from apps.wallets import services as wallets
from apps.wallets.actions import CustomerAction, wallet_texts
from apps.wallets.errors import BelongsToInstallment, BelongsToInvoice, TransferNotFound
from apps.wallets.models import Grant
from apps.wallets.selectors import bank_refunds, is_sold_by_invoice, posted_with
from apps.wallets.services.locks import lock_wallet


@dataclass(frozen=True, kw_only=True)
class GrantAction(CustomerAction):
    """An action on a customer's grant."""

    subject_model: ClassVar[type[Model]] = Grant
    subject_field: ClassVar[str] = "grant_id"

    grant_id: int

    def grant(self) -> Grant:
        """Return the grant.

        Raises:
            SubjectGone: the customer has no grant with this id.
        """
        rows = Grant.objects.filter(organization=self.organization_id).select_related("organization", "transfer")
        return self.row_among(rows, SubjectGone)

    def about(self) -> str:
        grant = self.grant()
        return f"{grant.organization}: {grant.get_source_display()} of {grant.granted_at:%Y-%m-%d}"

    def figures(self, now: datetime) -> Mapping[str, str]:
        left = money_text(self.grant().remaining_micros, self.currency)
        return {"Left of the grant": left, **wallet_texts(self.organization(), now)}


@register
@dataclass(frozen=True, kw_only=True)
class RevokeGrant(GrantAction):
    """End a grant and take back its unspent credit. A contract grant is refunded through its installment instead.

    Its size is all unspent credit, held or not: credit that a hold returns to an ended grant lapses.
    """

    kind: ClassVar[str] = "wallets.revoke_grant"
    title: ClassVar[str] = "Take back a grant"
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        lock_wallet(self.customer(), now=now)
        granted = self.grant()
        if installment_of(granted) is not None:
            raise BelongsToInstallment
        if is_sold_by_invoice(granted):
            raise BelongsToInvoice
        if granted.remaining_micros > self.amount_micros:
            raise ChangedMeanwhile
        wallets.revoke_grant(grant=granted, cause=self.cause, reason=self.reason, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class RefundGrant(GrantAction):
    """Refund by bank transfer money that paid for a grant: its unspent credit is taken back, the rest becomes debt.

    A contract grant is refunded through its installment, which takes credit and service back in proportion.
    """

    kind: ClassVar[str] = "wallets.refund_grant"
    title: ClassVar[str] = "Refund by bank transfer"
    danger: ClassVar[bool] = True

    value_date: date | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        bought, order = self.grant(), bank_refund(self, by, self.value_date)
        if installment := installment_of(bought):
            refund_installment(installment_id=installment.pk, order=order, now=now)
            return
        if is_sold_by_invoice(bought):
            raise BelongsToInvoice
        refund_bought_credit(grant=bought, order=order, cause=self.cause, now=now)


@register
@dataclass(frozen=True, kw_only=True)
class UndoGrantRefund(GrantAction):
    """Undo a refund by bank transfer that was recorded by mistake or came back; the credit that it took returns.

    The refund of a contract grant is undone on its installment.
    """

    kind: ClassVar[str] = "wallets.undo_grant_refund"
    title: ClassVar[str] = "Undo the refund of a grant"

    transfer_id: int

    def perform(self, *, by: User, now: datetime) -> None:
        lock_wallet(self.customer(), now=now)
        bought = self.grant()
        if installment_of(bought):
            raise BelongsToInstallment
        refund = bank_refunds(bought).filter(pk=self.transfer_id).first()
        if refund is None:
            raise TransferNotFound
        if refund.amount_micros != self.amount_micros:
            raise ChangedMeanwhile
        for posted in posted_with(refund):
            wallets.undo_transfer(
                organization=self.customer(),
                transfer_id=posted.pk,
                cause=self.cause,
                reason=self.reason,
                created_by=person(by),
                now=now,
            )
