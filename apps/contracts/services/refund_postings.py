"""The order to refund money, and the postings of a refund, whose keys derive from the order's key."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from apps.common.money import Micros
from apps.contracts.causes import INSTALLMENT_REFUND
from apps.contracts.models import InstallmentRefund
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

Kind = InstallmentRefund.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """An order to refund `amount` micros from the account `paid_to`; `key` identifies the external refund or dispute.

    A lost dispute is paid from the disputes account and first releases `hold_id`, placed when the dispute opened.
    """

    amount: Micros
    key: str
    created_by: str
    reason: str
    kind: Kind = Kind.REFUND
    paid_to: Role = Role.CASH
    hold_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefundPosting:
    """Posts the transfers of one saved refund, with the refund as their cause."""

    refund: InstallmentRefund
    order: RefundOrder
    now: datetime

    def book(self, part: str, source: Role, destination: Role, amount: Micros) -> None:
        """Post a part between two accounts, unless it is zero."""
        if amount:
            wallets.post_transfer(
                organization=self.refund.installment.contract.organization,
                source=source,
                destination=destination,
                amount=amount,
                kind=BookingKind(self.order.kind),
                key=self._key(part),
                cause=INSTALLMENT_REFUND.of(self.refund.pk),
                created_by=self.order.created_by,
                now=self.now,
                description=self.order.reason,
            )

    def take_credit(self, part: str, amount: Micros, to_role: Role) -> None:
        """Take a part from the wallet, from the unspent credit of the installment's grant first, unless it is zero."""
        installment = self.refund.installment
        if not amount or installment.grant is None:
            return
        take = (
            partial(wallets.claw_back_grant, hold_id=self.order.hold_id)
            if to_role == Role.DISPUTES
            else partial(wallets.refund_grant, to_role=to_role)
        )
        take(
            grant=installment.grant,
            amount=amount,
            key=self._key(part),
            cause=INSTALLMENT_REFUND.of(self.refund.pk),
            created_by=self.order.created_by,
            now=self.now,
            description=f"{self.order.kind.label} of contract installment {installment.period}",
        )

    def _key(self, part: str) -> str:
        return f"installment-refund:{self.refund.key}:{part}"
