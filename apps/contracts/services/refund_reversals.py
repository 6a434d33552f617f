"""A refund that failed, or a dispute won after it was lost: its postings are reversed, once."""

from datetime import datetime

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.causes import INSTALLMENT_REFUND
from apps.contracts.errors import NotPayable, RefundNotFound
from apps.contracts.models import Installment, InstallmentRefund
from apps.contracts.services.bonus import grant_bonus_once
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.revenue_recognition import restore_unearned
from apps.contracts.services.settlement import PAYABLE, bring
from apps.contracts.services.transitions import follow_installments, keep, move_installment
from apps.tenants.models import Organization
from apps.wallets import services as wallets

State = Installment.State


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
