"""Notices before installments are due, and collection at Stripe.

Collection is requested through the outbox: this app must not import payments.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.common.money import from_micros
from apps.common.transactions import serialized
from apps.contracts import selectors
from apps.contracts.models import Contract
from apps.contracts.services.locks import lock_contract
from apps.notices.services import notify
from apps.outbox.services import add_messages, enqueue, message

DAYS_BEFORE = 7


def announce_installments(*, now: datetime) -> None:
    """Send a notice of each unpaid installment due within `DAYS_BEFORE` days, once per installment and due date."""
    today = now.astimezone(UTC).date()
    for installment in selectors.installments_due_between(today, today + timedelta(days=DAYS_BEFORE)):
        notify(
            organization_id=installment.organization_id,
            notice="installment.due",
            key=f"{installment.pk}:{installment.due_date}",
            data={
                "id": str(installment.pk),
                "version": installment.version_id,
                "contractId": str(installment.contract_id),
                "amount": from_micros(installment.remaining_micros),
                "currency": installment.organization.currency,
                "dueOn": installment.due_date,
            },
            now=now,
        )


def request_arrangement(contract: Contract, *, now: datetime) -> None:
    """Queue a job that updates collection at Stripe to the schedule; see `arrangement`."""
    add_messages([arrangement(contract, now=now)])


def arrangement(contract: Contract, *, now: datetime) -> dict[str, Any]:
    """Return the outbox message that updates collection at Stripe to the schedule.

    Its key holds the revision, so call this after the contract's last change.
    """
    return message(
        "payments.arrange_contract",
        now=now,
        key=f"arrange-contract:{contract.pk}:{contract.revision}",
        arguments={"contract_id": str(contract.pk)},
    )


def request_end(contract: Contract, *, now: datetime) -> None:
    """Queue a job that ends collection for a contract at Stripe."""
    enqueue(
        "payments.cancel_contract",
        now=now,
        key=f"cancel-contract:{contract.pk}",
        arguments={"contract_id": str(contract.pk)},
    )


@serialized
def record_payment_address(*, contract_id: UUID, url: str, now: datetime) -> Contract:
    """Store the URL where the customer can make the contract's next payment; empty if there is none.

    Raises:
        ContractNotFound: there is none.
    """
    contract = lock_contract(contract_id)
    if contract.payment_link_url != url:
        contract.payment_link_url, contract.updated_at = url, now
        contract.save(update_fields=["payment_link_url", "updated_at"])
    return contract
