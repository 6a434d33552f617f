"""Service revenue: deferred when paid, recognized month by month in proportion to days, canceled when refunded."""

from datetime import UTC, datetime
from uuid import UUID

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.causes import SERVICE_REVENUE
from apps.contracts.models import Installment
from apps.contracts.selectors import unearned_parts
from apps.contracts.services.locks import lock_contract
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind


@serialized
def recognize_service_revenue(*, contract_id: UUID, now: datetime) -> Micros:
    """Post the service earned in a contract's ended months from deferred to revenue; return the amount in micros.

    Includes earlier months and service restored by an undone refund. Running it twice changes nothing.
    """
    contract = lock_contract(contract_id)
    today = now.astimezone(UTC).date()
    earned = 0
    for part in unearned_parts().filter(installment__contract=contract, period_end__lte=today).order_by("pk"):
        amount = Micros(part.unearned_micros)
        wallets.post_transfer(
            organization=contract.organization,
            booking=wallets.Booking(
                source=Role.DEFERRED,
                destination=Role.REVENUE,
                amount=amount,
                kind=BookingKind.RECOGNITION,
                key=f"service-revenue:{part.pk}:{part.recognized_micros}",
                cause=SERVICE_REVENUE.of(part.pk),
                created_by="system:recognition",
                description=f"Service earned {part.period_start}/{part.period_end}",
            ),
            now=now,
        )
        part.recognized_micros += amount
        part.save(update_fields=["recognized_micros"])
        earned += amount
    return Micros(earned)


def cancel_unearned(installment: Installment, amount: Micros) -> tuple[Micros, Micros]:
    """Cancel up to `amount` micros of unearned service, last months first.

    Returns the amount canceled and the remainder, which was already earned.
    """
    missing = int(amount)
    for part in installment.revenue.order_by("-period_start"):
        share = min(part.unearned_micros, missing)
        if share:
            part.canceled_micros += share
            part.save(update_fields=["canceled_micros"])
            missing -= share
    return Micros(amount - missing), Micros(missing)


def restore_unearned(installment: Installment, amount: Micros) -> None:
    """Restore `amount` micros of canceled service, first months first."""
    missing = int(amount)
    for part in installment.revenue.order_by("period_start"):
        share = min(part.canceled_micros, missing)
        if share:
            part.canceled_micros -= share
            part.save(update_fields=["canceled_micros"])
            missing -= share
    assert not missing, "cannot restore more than was canceled"
