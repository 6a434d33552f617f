"""The order to refund an installment, and the transfers that the refund posts."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

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

    A lost dispute is paid from the disputes account; its freeze ends before. A bank transfer has a `value_date`, from
    which the money counts as sent; credit leaves the wallet when it is posted.
    Of a settled installment, `credit` is taken from its credit and the rest from its service; None takes from both in
    proportion.
    """

    amount: Micros
    key: str
    created_by: str
    reason: str
    kind: Kind = Kind.REFUND
    paid_to: Role = Role.CASH
    value_date: date | None = None
    credit: Micros | None = None


@dataclass(frozen=True, slots=True)
class RefundPosting:
    """Posts the transfers of one saved refund, with the refund as their cause.

    Money that leaves counts from `sent_at`; if that is None, from when it is posted.
    """

    refund: InstallmentRefund
    order: RefundOrder
    now: datetime
    sent_at: datetime | None

    @property
    def counter_account(self) -> Role:
        """The account that the parts of a settled installment go to.

        With a value date they are collected in the installments account, which then sends the sum in one transfer.
        """
        return Role.INSTALLMENTS if self.sent_at else self.order.paid_to

    def post_portions(self) -> None:
        """Post the refund of a settled installment, taken from each portion that it was settled into."""
        refund, to_role = self.refund, self.counter_account
        self.take_credit("credit", Micros(refund.credit_micros), to_role)
        self.take_credit("promo-credit", Micros(refund.promo_credit_micros), Role.PROMOTIONS)
        self.book("unearned", Role.DEFERRED, to_role, Micros(refund.unearned_micros))
        self.book("earned", Role.REVENUE, to_role, Micros(refund.earned_micros))
        if self.sent_at:
            self.send("sent", self.order.amount)
        self.book("promo-unearned", Role.DEFERRED, Role.PROMOTIONS, Micros(refund.promo_unearned_micros))
        self.book("promo-earned", Role.REVENUE, Role.PROMOTIONS, Micros(refund.promo_earned_micros))

    def send(self, part: str, amount: Micros) -> None:
        """Post money that leaves the installments account, as of its value date if it has one."""
        self.book(part, Role.INSTALLMENTS, self.order.paid_to, amount, self.sent_at)

    def book(
        self, part: str, source: Role, destination: Role, amount: Micros, effective_at: datetime | None = None
    ) -> None:
        """Post a part between two accounts, unless it is zero."""
        if amount:
            wallets.post_transfer(
                organization=self.refund.installment.contract.organization,
                booking=wallets.Booking(
                    source=source,
                    destination=destination,
                    amount=amount,
                    kind=BookingKind(self.order.kind),
                    key=self._key(part),
                    cause=INSTALLMENT_REFUND.of(self.refund.pk),
                    created_by=self.order.created_by,
                    description=self.order.reason,
                    effective_at=effective_at,
                ),
                now=self.now,
            )

    def take_credit(self, part: str, amount: Micros, to_role: Role) -> None:
        """Take a part from the wallet, from the unspent credit of the installment's grant first, unless it is zero."""
        installment = self.refund.installment
        if not amount or installment.grant is None:
            return
        take = wallets.claw_back_grant if to_role == Role.DISPUTES else partial(wallets.refund_grant, to_role=to_role)
        take(
            grant=installment.grant,
            amount=amount,
            order=wallets.Instruction(
                key=self._key(part),
                cause=INSTALLMENT_REFUND.of(self.refund.pk),
                created_by=self.order.created_by,
                description=f"{self.order.kind.label} of contract installment {installment.period}",
            ),
            now=self.now,
        )

    def _key(self, part: str) -> str:
        return f"installment-refund:{self.refund.key}:{part}"
