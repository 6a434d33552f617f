"""Money goes back for an installment: by counter-postings, from where its parts went, once per refund or dispute."""

from datetime import datetime
from uuid import UUID

from apps.common.money import Micros, decimal_text, payable_step
from apps.common.transactions import serialized
from apps.contracts.errors import NotInSmallestUnits, RefundAboveReceived
from apps.contracts.models import Installment, InstallmentRefund
from apps.contracts.portions import Brought, Portions, taken_next
from apps.contracts.services.bonus import take_bonus_back
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.refund_postings import Return, ReturnPosting
from apps.contracts.services.revenue_recognition import cancel_unearned
from apps.contracts.services.settlement import brought_by
from apps.contracts.services.transitions import follow_installments, keep, move_installment
from apps.ledger.errors import IdempotencyMismatch
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
