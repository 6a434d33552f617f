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
def forget_subscription(*, contract_id: UUID, stripe_subscription_id: str, now: datetime) -> Contract:
    """Show a subscription that ended at Stripe, and its price, on the contract no more; another one's stay.

    Raises:
        ContractNotFound: there is none.
    """
    contract = lock_contract(contract_id)
    if contract.stripe_subscription_id == stripe_subscription_id:
        contract.stripe_subscription_id = contract.stripe_price_id = ""
        contract.updated_at = now
        contract.save(update_fields=["stripe_subscription_id", "stripe_price_id", "updated_at"])
    return contract


@serialized
def record_arrangement(
    *,
    contract_id: UUID,
    now: datetime,
    payment_link_url: str | None = None,
    stripe_price_id: str | None = None,
    stripe_subscription_id: str | None = None,
) -> Contract:
    """Keep what payments arranged at Stripe, as the contract's document shows it; None leaves a value as it is.

    Raises:
        ContractNotFound: there is none.
    """
    contract = lock_contract(contract_id)
    given = {
        "payment_link_url": payment_link_url,
        "stripe_price_id": stripe_price_id,
        "stripe_subscription_id": stripe_subscription_id,
    }
    changed = [name for name, value in given.items() if value is not None and value != getattr(contract, name)]
    for name in changed:
        setattr(contract, name, given[name])
    if changed:
        contract.updated_at = now
        contract.save(update_fields=[*changed, "updated_at"])
    return contract
