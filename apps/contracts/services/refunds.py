"""Money goes back for an installment: by counter-postings, from where its parts went, once per refund or dispute.

A refund that failed, or a dispute won after it was lost, is reversed, once.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import F, Sum

from apps.common.money import Micros, decimal_text, payable_step
from apps.common.transactions import serialized
from apps.contracts.causes import INSTALLMENT_REFUND
from apps.contracts.errors import NotInSmallestUnits, NotPayable, RefundAboveReceived, RefundNotFound
from apps.contracts.models import Installment, InstallmentRefund, InstallmentSurplus
from apps.contracts.portions import Brought, Portions, taken_next
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.receipts import PAYABLE, bring, brought_by, grant_bonus_once, take_bonus_back
from apps.contracts.services.refund_postings import Return, ReturnPosting
from apps.contracts.services.revenue_recognition import cancel_unearned, restore_unearned
from apps.contracts.services.transitions import follow_installments, keep, move_installment
from apps.ledger.errors import IdempotencyMismatch
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role

State = Installment.State


def refund_installment(
    *,
    installment_id: int,
    amount: Micros,
    key: str,
    reason: str,
    created_by: str,
    now: datetime,
    paid_to: Role = Role.CASH,
) -> InstallmentRefund:
    """Counter-post a refund of an installment, whole or in part, once per key.

    Of a settled one, credit goes back as far as it is unspent and the rest becomes a visible debt; service that was not
    earned yet leaves deferred revenue before what was earned leaves revenue; and what its discount gave goes back too,
    in proportion. Refunded whole it is `reversed`, and where it was the contract's last paid one, what is unspent of
    the bonus goes back too. Of one that is not settled, the money simply leaves again.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key named another refund before.
        RefundAboveReceived: more than was received and not given back yet.
        NotInSmallestUnits: not positive, or finer than the currency.
    """
    order = Return(amount=amount, key=key, created_by=created_by, reason=reason, paid_to=paid_to)
    return give_back_installment(installment_id=installment_id, order=order, now=now)


@serialized
def give_back_installment(*, installment_id: int, order: Return, now: datetime) -> InstallmentRefund:
    """Counter-post a refund or a lost dispute; see `refund_installment`."""
    installment = lock_installment(installment_id)
    if known := InstallmentRefund.objects.filter(organization=installment.organization_id, key=order.key).first():
        if (known.installment_id, known.amount_micros) != (installment_id, order.amount):
            raise IdempotencyMismatch(f"The key {order.key} named another refund before")
        return known
    _refuse_wrong_amount(installment, order.amount)
    refund = _write(installment, order, now)
    posting = ReturnPosting(refund, order, now)
    if installment.is_settled:
        _return_what_it_brought(posting)
        take_bonus_back(
            installment.contract, key=f"installment-refund:{order.key}:bonus", created_by=order.created_by, now=now
        )
    else:
        _return_what_was_received(posting)
    keep(installment.contract, now=now)
    follow_installments(installment.contract, now=now)
    if not refund.was_settled:
        request_arrangement(installment.contract, now=now)
    return refund


def _write(installment: Installment, order: Return, now: datetime) -> InstallmentRefund:
    """Write a refund with what it takes of what the installment brought; it is the cause of its postings."""
    refund = InstallmentRefund(
        organization_id=installment.organization_id,
        installment=installment,
        key=order.key,
        order_key=order.key,
        kind=order.kind,
        amount_micros=order.amount,
        paid_to=order.paid_to,
        was_settled=installment.is_settled,
        reason=order.reason,
        created_by=order.created_by,
        created_at=now,
    )
    if refund.was_settled:
        parts = _parts(installment, order.amount)
        refund.credit_micros = parts.money.credit_micros
        refund.promo_credit_micros = parts.promotion.credit_micros
        refund.unearned_micros, refund.earned_micros = cancel_unearned(installment, parts.money.service_micros)
        refund.promo_unearned_micros, refund.promo_earned_micros = cancel_unearned(
            installment, parts.promotion.service_micros
        )
    refund.save(force_insert=True)
    return refund


def _refuse_wrong_amount(installment: Installment, amount: Micros) -> None:
    currency = installment.contract.organization.currency
    if amount <= 0 or amount % payable_step(currency):
        raise NotInSmallestUnits(field="amount")
    left = installment.paid_micros - installment.refunded_micros
    if amount > left:
        raise RefundAboveReceived(f"{decimal_text(left)} {currency} are left of what was received", field="amount")


def _return_what_was_received(posting: ReturnPosting) -> None:
    installment, order = posting.refund.installment, posting.order
    posting.book("received", Role.INSTALLMENTS, order.paid_to, order.amount)
    installment.paid_micros -= order.amount
    unpaid_again = installment.state == State.PARTIALLY_PAID and not installment.paid_micros
    move_installment(installment, State.DUE if unpaid_again else State(installment.state), "paid_micros")


def _return_what_it_brought(posting: ReturnPosting) -> None:
    refund, order = posting.refund, posting.order
    installment = refund.installment
    posting.take_credit("credit", Micros(refund.credit_micros), order.paid_to)
    posting.take_credit("promo-credit", Micros(refund.promo_credit_micros), Role.PROMOTIONS)
    posting.book("unearned", Role.DEFERRED, order.paid_to, Micros(refund.unearned_micros))
    posting.book("earned", Role.REVENUE, order.paid_to, Micros(refund.earned_micros))
    posting.book("promo-unearned", Role.DEFERRED, Role.PROMOTIONS, Micros(refund.promo_unearned_micros))
    posting.book("promo-earned", Role.REVENUE, Role.PROMOTIONS, Micros(refund.promo_earned_micros))
    installment.refunded_micros += order.amount
    whole = installment.refunded_micros == installment.paid_micros
    move_installment(installment, State.REVERSED if whole else State.PAID, "refunded_micros")


def _parts(installment: Installment, amount: Micros) -> Brought:
    """Say what this refund takes of what money and the discount brought, after those that stand."""
    was, currency = brought_by(installment), installment.contract.organization.currency
    return taken_next(amount, before=_taken_by_refunds(installment), was=was, currency=currency)


def _taken_by_refunds(installment: Installment) -> Brought:
    rows = list(installment.refunds.filter(was_settled=True, undone_at=None))
    credit, promo_credit = sum(row.credit_micros for row in rows), sum(row.promo_credit_micros for row in rows)
    service = sum(row.unearned_micros + row.earned_micros for row in rows)
    promo_service = sum(row.promo_unearned_micros + row.promo_earned_micros for row in rows)
    return Brought(
        money=Portions(Micros(credit), Micros(service)),
        promotion=Portions(Micros(promo_credit), Micros(promo_service)),
    )


@serialized
def freeze_installment(*, installment_id: int, amount: Micros, key: str, created_by: str, now: datetime) -> UUID | None:
    """Set aside what is unspent of the credit that a dispute is about, once per key; return the hold, if any.

    It has no end: losing the dispute ends it with `give_back_installment`, winning with `wallets.unfreeze`.
    What was refunded already is not frozen.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    left = installment.paid_micros - installment.refunded_micros
    if installment.grant is None or not left:
        return None
    credit = _parts(installment, Micros(min(amount, left))).money.credit_micros
    hold = credit and wallets.freeze_grant(
        grant=installment.grant, amount=credit, key=key, created_by=created_by, now=now, description="In dispute"
    )
    return hold.pk if hold else None


@serialized
def give_back_surplus(*, installment_id: int, order: Return, now: datetime) -> Micros:
    """Give back up to the order's amount of what came beyond an installment, once per key; return how much that was.

    Whichever payment goes back takes it: of two that were made for the same, either may be the one that came first.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    known = installment.refunds.filter(order_key=order.key, surplus__isnull=False)
    if already := known.aggregate(total=Sum("amount_micros"))["total"]:
        return Micros(already)
    left = int(order.amount)
    for surplus in installment.surpluses.filter(returned_micros__lt=F("amount_micros")).order_by("pk"):
        if share := min(left, surplus.left_micros):
            _return_of(surplus, installment, replace(order, amount=Micros(share)), now)
            left -= share
    if left < order.amount:
        keep(installment.contract, now=now)
    return Micros(order.amount - left)


def _return_of(surplus: InstallmentSurplus, installment: Installment, order: Return, now: datetime) -> None:
    surplus.returned_micros += order.amount
    surplus.save(update_fields=["returned_micros"])
    refund = InstallmentRefund.objects.create(
        organization_id=installment.organization_id,
        installment=installment,
        surplus=surplus,
        key=f"{order.key}:surplus:{surplus.pk}",
        order_key=order.key,
        kind=order.kind,
        amount_micros=order.amount,
        paid_to=order.paid_to,
        was_settled=False,
        reason=order.reason,
        created_by=order.created_by,
        created_at=now,
    )
    posting = ReturnPosting(refund, order, now)
    posting.book("received", Role.INSTALLMENTS, order.paid_to, order.amount)


@serialized
def undo_installment_refund(
    *, organization: Organization, key: str, reason: str, created_by: str, now: datetime
) -> InstallmentRefund:
    """Reverse what the organization's refund with this key posted; undoing it again changes nothing.

    Raises:
        RefundNotFound: there is none.
        NotPayable: the installment was paid anew meanwhile; staff decide.
    """
    refunds = InstallmentRefund.objects.filter(organization=organization, key=key)
    installment_id = refunds.values_list("installment", flat=True).first()
    if installment_id is None:
        raise RefundNotFound
    installment = lock_installment(installment_id)
    refund = refunds.select_related("surplus").get()
    if refund.undone_at is not None:
        return refund
    _refuse_if_paid_anew(installment, refund)
    wallets.undo_cause(
        organization=installment.contract.organization,
        cause=INSTALLMENT_REFUND.of(refund.pk),
        reason=reason,
        created_by=created_by,
        now=now,
    )
    if refund.surplus is not None:
        refund.surplus.returned_micros -= refund.amount_micros
        refund.surplus.save(update_fields=["returned_micros"])
    elif refund.was_settled:
        _settled_again(installment, refund)
        grant_bonus_once(installment.contract, created_by=created_by, now=now)
    else:
        _received_again(installment, refund, created_by, now)
    refund.undone_at = now
    refund.save(update_fields=["undone_at"])
    keep(installment.contract, now=now)
    follow_installments(installment.contract, now=now)
    if not refund.was_settled:
        request_arrangement(installment.contract, now=now)
    return refund


def _refuse_if_paid_anew(installment: Installment, refund: InstallmentRefund) -> None:
    if refund.was_settled or refund.surplus is not None:
        return
    if installment.is_settled or refund.amount_micros > _room(installment):
        raise NotPayable("The installment was paid anew meanwhile")


def _room(installment: Installment) -> int:
    return installment.payable_micros - installment.paid_micros


def _settled_again(installment: Installment, refund: InstallmentRefund) -> None:
    restore_unearned(installment, Micros(refund.unearned_micros + refund.promo_unearned_micros))
    installment.refunded_micros -= refund.amount_micros
    move_installment(installment, State.PAID, "refunded_micros")


def _received_again(installment: Installment, refund: InstallmentRefund, created_by: str, now: datetime) -> None:
    installment.paid_micros += refund.amount_micros
    if installment.state not in PAYABLE:
        installment.save(update_fields=["paid_micros"])
    elif not _room(installment):
        bring(installment, created_by=created_by, now=now)
    else:
        move_installment(installment, State.PARTIALLY_PAID, "paid_micros")
