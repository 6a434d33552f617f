"""Cancelling by hand: what is given up counts as a move, so above what one may move alone it waits for a second person.

What the end of a term voids needs nobody: `ending` does that.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from apps.approvals.alone import Wanted, do_or_ask
from apps.approvals.models import Approval
from apps.approvals.services import lock_approval, use_approval
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.errors import ChangedMeanwhile, ContractNotFound
from apps.contracts.models import Contract
from apps.contracts.services.ending import cancel_contract
from apps.contracts.services.locks import lock_contract, refuse_stale

APPROVAL_KIND = "contracts.cancel"
_PREFIX = "contract:"


def given_up(contract: Contract) -> Micros:
    """Return what cancelling gives up: what is left to pay of the open instalments. A draft asks for nothing yet."""
    if contract.status == Contract.Status.DRAFT:
        return Micros(0)
    return Micros(sum(row.remaining_micros for row in contract.installments.all() if row.is_open))


@serialized
def submit_cancellation(
    *, contract_id: UUID, seen_revision: int, reason: str, key: str, by: User, now: datetime
) -> Approval | None:
    """Cancel a contract, or ask for a second person where that gives up more than one may alone; return the request.

    Raises:
        ContractNotFound: there is none.
        ChangedMeanwhile: it has changed since it was looked at.
        StateForbids: it has expired.
    """
    return do_or_ask(
        wanted=_wanted(contract_id, seen_revision, key),
        do=lambda: cancel_contract(contract_id=contract_id, reason=reason, seen_revision=seen_revision, now=now),
        reason=reason,
        by=by,
        now=now,
    )


@serialized
def carry_out_cancellation(*, approval_id: int, now: datetime) -> Contract:
    """Cancel the contract that a second person agreed to cancel, once.

    Raises:
        ApprovalRequired and its kin: it is not agreed to, or was used, or has expired.
        ChangedMeanwhile: another amount would be given up by now.
        StateForbids: it has expired.
    """
    approval = lock_approval(approval_id)
    use_approval(
        approval_id=approval_id,
        kind=APPROVAL_KIND,
        subject=approval.subject,
        arguments=approval.arguments,
        now=now,
    )
    contract = lock_contract(UUID(approval.subject.removeprefix(_PREFIX)))
    if given_up(contract) != approval.arguments["amount_micros"]:
        raise ChangedMeanwhile
    return cancel_contract(contract_id=contract.pk, reason=approval.reason, now=now)


def _wanted(contract_id: UUID, seen_revision: int, key: str) -> Wanted:
    contract = Contract.objects.select_related("organization").filter(pk=contract_id).first()
    if contract is None:
        raise ContractNotFound
    if not contract.is_ended:
        refuse_stale(contract, seen_revision)
    amount = given_up(contract)
    return Wanted(
        kind=APPROVAL_KIND,
        subject=f"{_PREFIX}{contract.pk}",
        arguments={"amount_micros": int(amount), "key": key},
        about=f"organization:{contract.organization_id}",
        amount_micros=amount,
        currency=contract.organization.currency,
    )
