"""Rehearse, submit, carry out. Above the limit an order waits for a second person, whoever the first one is."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from apps.approvals import services as approvals
from apps.approvals.alone import Wanted, do_or_ask, would_need_second_person
from apps.approvals.errors import ApprovalForSomethingElse
from apps.approvals.models import Approval
from apps.backoffice.audit import record_action
from apps.backoffice.services.doing import DOERS
from apps.backoffice.services.orders import TITLES, Kind, Order, order_of
from apps.common.errors import Forbidden
from apps.common.transactions import serialized
from apps.tenants.models import Organization
from apps.wallets import selectors
from apps.wallets.selectors import WalletFigures

# Where nothing leaves or enters the customer's credit for good: what is set free was theirs before.
FREE_OF_LIMIT = frozenset({Kind.RELEASE})


class MayNotMoveMoney(Forbidden):
    code = "may_not_move_money"
    title = "Moving money needs the permission to"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A customer's figures before and after an order, as carrying it out would leave them."""

    before: WalletFigures
    after: WalletFigures


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an order: carried out, or waiting for the approval."""

    order: Order
    waits_for: Approval | None = None


@serialized
def rehearse(*, order: Order, by: User, now: datetime) -> Rehearsal:
    """Carry an order out, look, and undo it: exact figures, and every refusal as it would come.

    Raises:
        BillingError: what carrying it out would raise.
    """
    with transaction.atomic():
        before = selectors.wallet_figures(order.organization, now)
        DOERS[order.kind](order, person(by), now)
        after = selectors.wallet_figures(Organization.objects.get(pk=order.organization.pk), now)
        transaction.set_rollback(True)
    return Rehearsal(before, after)


@serialized
def submit(*, order: Order, by: User, now: datetime) -> Done:
    """Carry an order out, or ask for a second person where it is above what one may move alone.

    Raises:
        MayNotMoveMoney: `by` lacks the permission.
        BillingError: what carrying it out raises.
    """
    _refuse_stranger(by)
    if order.kind in FREE_OF_LIMIT:
        _do(order, by, now)
        return Done(order)
    waits = do_or_ask(wanted=_wanted(order), do=lambda: _do(order, by, now), reason=order.reason, by=by, now=now)
    return Done(order, waits)


@serialized
def carry_out(*, approval_id: int, now: datetime) -> Done:
    """Carry out what a second person has agreed to, once, in the name of who asked.

    Raises:
        ApprovalRequired and its kin: it is not agreed to, or was used, or has expired.
        BillingError: what carrying it out raises; the approval then stays as it was.
    """
    approval = approvals.lock_approval(approval_id)
    order = order_of(approval)
    if order.arguments != approval.arguments:
        raise ApprovalForSomethingElse
    approvals.use_approval(
        approval_id=approval.pk, kind=order.kind, subject=order.subject, arguments=order.arguments, now=now
    )
    _do(order, approval.requested_by, now, approval)
    return Done(order)


def person(user: User) -> str:
    """Name a member of staff the way `created_by` columns do."""
    return f"staff:{user.get_username()}"


def _do(order: Order, by: User, now: datetime, approval: Approval | None = None) -> None:
    DOERS[order.kind](order, person(by), now)
    agreed = {"approval": approval.pk, "agreed_by": str(approval.decided_by)} if approval else {}
    record_action(
        order.organization,
        what=TITLES[order.kind],
        amount_micros=order.amount_micros,
        reason=order.reason,
        key=order.key,
        **order.details,
        **agreed,
    )


def _refuse_stranger(by: User) -> None:
    if not (by.is_active and by.is_staff and by.has_perm("backoffice.move_money")):
        raise MayNotMoveMoney


def needs_second_person(order: Order, by: User, now: datetime) -> bool:
    """Say whether an order is above what this person may move alone for the customer within a day."""
    if order.kind in FREE_OF_LIMIT:
        return False
    return would_need_second_person(wanted=_wanted(order), by=by, now=now)


def _wanted(order: Order) -> Wanted:
    return Wanted(
        kind=order.kind,
        subject=order.subject,
        arguments=order.arguments,
        about=order.subject,
        amount_micros=order.amount_micros,
        currency=order.organization.currency,
    )
