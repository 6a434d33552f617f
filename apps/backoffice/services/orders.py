"""An order: one money move by hand with everything it takes, to be shown, agreed to and carried out later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from apps.approvals.models import Approval
from apps.common.errors import NotFound
from apps.tenants.models import Organization


class Kind(StrEnum):
    """What staff can do; the value is the approval's kind."""

    GRANT = "money.grant"
    DEDUCT = "money.deduct"
    REVERSE = "money.reverse"
    REVOKE = "money.revoke_grant"
    REFUND = "money.refund"
    RELEASE = "money.release_hold"
    SETTLE = "money.settle_by_bank_transfer"
    WRITE_OFF = "money.write_off"
    LIMIT = "money.change_limit"


TITLES = {
    Kind.GRANT: "Grant credit",
    Kind.DEDUCT: "Deduct credit",
    Kind.REVERSE: "Reverse a transfer",
    Kind.REVOKE: "Take back a grant",
    Kind.REFUND: "Refund by bank transfer",
    Kind.RELEASE: "Release a hold",
    Kind.SETTLE: "Settle by bank transfer",
    Kind.WRITE_OFF: "Write off what is owed",
    Kind.LIMIT: "Change the postpaid limit",
}


class OrderNotFound(NotFound):
    code = "order_not_found"
    title = "What this was about is no longer there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A move of `amount_micros` (its size, never negative) for a customer. `token` names the intent: it is done once.

    `details` are texts: the grant, hold or transfer it is about, an expiry, a reference.
    """

    kind: Kind
    organization: Organization
    amount_micros: int
    reason: str
    token: UUID
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The customer, as approvals name it."""
        return f"organization:{self.organization.pk}"

    @property
    def key(self) -> str:
        """What the ledger recognises a repeat by."""
        return f"staff:{self.token}"

    @property
    def arguments(self) -> dict[str, Any]:
        """What a second person agrees to: all of it."""
        return {
            "amount_micros": self.amount_micros,
            "reason": self.reason,
            "token": str(self.token),
            **{name: str(value) for name, value in sorted(self.details.items())},
        }


def order_of(approval: Approval) -> Order:
    """Return the order that an approval was asked for.

    Raises:
        OrderNotFound: its customer is gone, or it is no order for money.
    """
    arguments = dict(approval.arguments)
    organization = Organization.objects.filter(pk=approval.subject.removeprefix("organization:")).first()
    if organization is None or approval.kind not in TITLES:
        raise OrderNotFound
    return Order(
        kind=Kind(approval.kind),
        organization=organization,
        amount_micros=arguments.pop("amount_micros"),
        reason=arguments.pop("reason"),
        token=UUID(arguments.pop("token")),
        details=arguments,
    )
