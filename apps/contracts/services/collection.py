"""How a contract is paid at Stripe: asked for through the outbox, since payments stand above, and then recorded."""

from datetime import datetime
from uuid import UUID

from apps.common.transactions import serialized
from apps.contracts.models import Contract
from apps.contracts.services.locks import lock_contract
from apps.outbox.services import enqueue


def request_arrangement(contract: Contract, *, now: datetime) -> None:
    """Ask that what Stripe collects be brought in line with the schedule; once per revision, so ask when it is kept."""
    enqueue(
        "payments.arrange_contract",
        now=now,
        key=f"arrange-contract:{contract.pk}:{contract.revision}",
        arguments={"contract_id": str(contract.pk)},
    )


def request_end(contract: Contract, *, now: datetime) -> None:
    """Ask that Stripe collect nothing more for a contract."""
    enqueue(
        "payments.cancel_contract",
        now=now,
        key=f"cancel-contract:{contract.pk}",
        arguments={"contract_id": str(contract.pk)},
    )


@serialized
def record_payment_address(*, contract_id: UUID, url: str, now: datetime) -> Contract:
    """Keep where a contract's next payment can be made, as its document shows it; empty where nothing asks for it.

    Raises:
        ContractNotFound: there is none.
    """
    contract = lock_contract(contract_id)
    if contract.payment_link_url != url:
        contract.payment_link_url, contract.updated_at = url, now
        contract.save(update_fields=["payment_link_url", "updated_at"])
    return contract
