"""Letting Stripe collect nothing more for a contract: invoices, sessions and links are withdrawn there."""

from datetime import datetime
from uuid import UUID

from apps.contracts import services as contracts
from apps.contracts.models import Contract
from apps.payments.services.withdrawals import withdraw_superfluous


def cancel_contract(*, contract_id: UUID, now: datetime) -> None:
    """Let Stripe collect nothing more for a contract: no invoice, no session, no link."""
    stop_collecting(Contract.objects.select_related("organization").get(pk=contract_id), now=now)


def stop_collecting(contract: Contract, *, now: datetime) -> None:
    """Do so for a contract that has ended. What Stripe keeps open is shown to staff and stops nothing else."""
    withdraw_superfluous(contract=contract, now=now)
    contracts.record_payment_address(contract_id=contract.pk, url="", now=now)
