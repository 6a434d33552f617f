"""How each kind of order is carried out: one call of the service that owns the money."""

from collections.abc import Callable
from datetime import datetime

from apps.backoffice.services.orders import Kind, Order, OrderNotFound
from apps.common.errors import Conflict, Rejected
from apps.common.money import Micros
from apps.contracts import selectors as contract_selectors
from apps.contracts import services as contracts
from apps.ledger.models import Hold, Transfer
from apps.tenants import services as tenants
from apps.tenants.models import Organization
from apps.wallets import selectors, services
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.services.locks import lock_wallet

POSTED_WITH_ROWS = (
    "installment:",
    "instalment-payment:",
    "instalment-refund:",
    "service-revenue:",
    "refund:",
    "dispute:",
    "invoice:",
    "invoice-payment:",
)
Doer = Callable[[Order, str, datetime], None]


class NothingOwed(Conflict):
    code = "nothing_owed"
    title = "That much is not owed"


class OfInstalment(Conflict):
    code = "belongs_to_instalment"
    title = "It belongs to a contract's instalment or a payment; give money back there"


class MoreThanPaid(Rejected):
    code = "more_than_paid"
    title = "More than was paid for the grant cannot be refunded"


def grant(order: Order, by: str, now: datetime) -> None:
    """Give credit away, as a bonus or an adjustment."""
    expires = order.details.get("expires_at")
    services.grant_credits(
        organization=order.organization,
        amount=Micros(order.amount_micros),
        source=order.details.get("source", Grant.Source.ADJUSTMENT),
        key=order.key,
        created_by=by,
        now=now,
        description=order.reason,
        expires_at=datetime.fromisoformat(expires) if expires else None,
    )


def deduct(order: Order, by: str, now: datetime) -> None:
    """Take credit away."""
    services.deduct(
        organization=order.organization,
        amount=Micros(order.amount_micros),
        key=order.key,
        reason=order.reason,
        created_by=by,
        now=now,
    )


def reverse(order: Order, by: str, now: datetime) -> None:
    """Undo a transfer by a new one; what contracts and payments posted is undone by them, with their own rows."""
    original = Transfer.objects.filter(pk=int(order.details["transfer_id"])).first()
    if original is not None and original.key.startswith(POSTED_WITH_ROWS):
        raise OfInstalment
    services.reverse_transfer(
        organization=order.organization,
        transfer_id=int(order.details["transfer_id"]),
        reason=order.reason,
        created_by=by,
        now=now,
    )


def revoke(order: Order, by: str, now: datetime) -> None:
    """Take back what is unspent of a grant and end it; an instalment's goes back with the money that paid for it."""
    bought = grant_of(order)
    if contract_selectors.instalment_of(bought) is not None:
        raise OfInstalment
    services.revoke_grant(grant=bought, reason=order.reason, created_by=by, now=now)


def refund(order: Order, by: str, now: datetime) -> None:
    """Give money back by bank transfer: out of the grant it bought, the rest as visible debt.

    An instalment's grant came with its service: the contract takes both back, in their proportion.
    """
    bought = grant_of(order)
    if installment := contract_selectors.instalment_of(bought):
        contracts.refund_instalment(
            installment_id=installment.pk,
            amount=Micros(order.amount_micros),
            key=order.key,
            reason=order.reason,
            created_by=by,
            now=now,
            paid_to=Role.MANUAL_RECEIPTS,
        )
        return
    lock_wallet(order.organization, now=now)
    if order.amount_micros > bought.paid_micros - selectors.returned_micros(bought):
        raise MoreThanPaid(field="amount")
    services.refund_grant(
        grant=bought,
        amount=Micros(order.amount_micros),
        key=order.key,
        created_by=by,
        now=now,
        description=order.reason,
        to_role=Role.MANUAL_RECEIPTS,
    )


def release(order: Order, by: str, now: datetime) -> None:
    """Return what a hold holds."""
    hold = Hold.objects.filter(pk=order.details["hold_id"]).first()
    if hold is None:
        raise OrderNotFound
    services.release_reservation(organization=order.organization, hold_id=hold.pk, now=now)


def settle(order: Order, by: str, now: datetime) -> None:
    """Record money that came by bank transfer for what a postpaid customer owes; what is over becomes credit."""
    services.receive_postpaid_payment(
        organization=order.organization,
        amount=Micros(order.amount_micros),
        key=order.key,
        created_by=by,
        now=now,
        received_in=Role.MANUAL_RECEIPTS,
        description=f"Bank transfer {order.details['reference']}: {order.reason}",
    )


def write_off(order: Order, by: str, now: datetime) -> None:
    """Give up what a postpaid customer owes."""
    lock_wallet(order.organization, now=now)
    if (
        not _is_written(order)
        and order.amount_micros > selectors.wallet_figures(order.organization, now).outstanding_micros
    ):
        raise NothingOwed(field="amount")
    services.book(
        organization=order.organization,
        source=Role.WRITE_OFFS,
        destination=Role.RECEIVABLE,
        amount=Micros(order.amount_micros),
        kind="write_off",
        key=order.key,
        created_by=by,
        now=now,
        description=order.reason,
    )


def change_limit(order: Order, by: str, now: datetime) -> None:
    """Let a postpaid customer owe more or less."""
    organization = tenants.lock_organization(order.organization.pk)
    if organization.billing_mode != Organization.BillingMode.POSTPAID:
        raise Conflict("Only a postpaid customer has a limit.")
    organization.postpaid_limit_micros, organization.updated_at = order.amount_micros, now
    organization.save(update_fields=["postpaid_limit_micros", "updated_at"])


def _is_written(order: Order) -> bool:
    return Transfer.objects.filter(key=order.key).exists()


def grant_of(order: Order) -> Grant:
    """Return the grant that an order is about."""
    rows = Grant.objects.select_related("wallet__organization", "transfer")
    found = rows.filter(pk=order.details["grant_id"], wallet__organization=order.organization).first()
    if found is None:
        raise OrderNotFound
    return found


DOERS: dict[Kind, Doer] = {
    Kind.GRANT: grant,
    Kind.DEDUCT: deduct,
    Kind.REVERSE: reverse,
    Kind.REVOKE: revoke,
    Kind.REFUND: refund,
    Kind.RELEASE: release,
    Kind.SETTLE: settle,
    Kind.WRITE_OFF: write_off,
    Kind.LIMIT: change_limit,
}
