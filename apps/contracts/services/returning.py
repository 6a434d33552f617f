"""The order to give money back, and the postings that carry it out, under keys made from the order's own."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros
from apps.contracts.models import Installment, InstallmentRefund
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role

Kind = InstallmentRefund.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Money that goes back, to the account `paid_to`, under a key that names the outside fact.

    A lost dispute goes to the disputes account and first ends the freeze `hold_id` that its opening placed.
    """

    amount: Micros
    key: str
    created_by: str
    reason: str
    kind: Kind = Kind.REFUND
    paid_to: Role = Role.CASH
    hold_id: UUID | None = None


@dataclass(slots=True)
class ReturnPosting:
    """The postings of one refund, under keys made from its own."""

    installment: Installment
    order: Return
    now: datetime
    transfer_ids: list[int] = field(default_factory=list)

    @property
    def organization(self) -> Organization:
        return self.installment.contract.organization

    def book(self, part: str, source: Role, destination: Role, amount: Micros) -> None:
        """Move a part between two accounts, unless it is zero."""
        if amount:
            transfer = wallets.post_transfer(
                organization=self.organization,
                source=source,
                destination=destination,
                amount=amount,
                kind=self.order.kind,
                key=f"installment-refund:{self.order.key}:{part}",
                created_by=self.order.created_by,
                now=self.now,
                description=self.order.reason,
            )
            self.transfer_ids.append(transfer.pk)

    def take_credit(self, part: str, amount: Micros, to_role: Role) -> None:
        """Take a part out of the wallet, from the installment's grant as far as that is unspent, unless it is zero."""
        grant = self.installment.grant
        if not amount or grant is None:
            return
        key = f"installment-refund:{self.order.key}:{part}"
        about = f"{self.order.kind.label} of contract installment {self.installment.period}"
        by, now = self.order.created_by, self.now
        if to_role == Role.DISPUTES:
            transfer = wallets.claw_back_grant(
                grant=grant,
                amount=amount,
                key=key,
                created_by=by,
                now=now,
                description=about,
                hold_id=self.order.hold_id,
            )
        else:
            transfer = wallets.refund_grant(
                grant=grant, amount=amount, key=key, created_by=by, now=now, description=about, to_role=to_role
            )
        self.transfer_ids.append(transfer.pk)
