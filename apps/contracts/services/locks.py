"""Row locks of contracts and service agreements.

All contracts of an organization are locked together. An installment is changed only under its contract's lock and has
none of its own. Wallets and ledger accounts are locked later, by their own services.
"""

from uuid import UUID

from apps.contracts.errors import AgreementNotFound, ChangedMeanwhile, ContractNotFound, InstallmentNotFound
from apps.contracts.models import Contract, Installment, ServiceAgreement


def lock_contract(contract_id: UUID) -> Contract:
    """Lock all contracts of a contract's organization, in primary-key order, and return the contract.

    Raises:
        ContractNotFound: there is none.
    """
    owner = Contract.objects.filter(pk=contract_id).values("organization")
    rows = Contract.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    for contract in rows.filter(organization__in=owner).order_by("pk"):
        if contract.pk == contract_id:
            return contract
    raise ContractNotFound


def lock_seen_contract(contract_id: UUID, seen_revision: int) -> Contract:
    """Lock a contract and check that it is still at the revision that the user saw.

    Raises:
        ContractNotFound: there is none.
        ChangedMeanwhile: it has changed since.
    """
    contract = lock_contract(contract_id)
    refuse_stale(contract, seen_revision)
    return contract


def refuse_stale(contract: Contract, seen_revision: int | None) -> None:
    """Raise ChangedMeanwhile if `seen_revision` is not the newest; None skips the check."""
    if seen_revision is not None and contract.revision != seen_revision:
        raise ChangedMeanwhile


def lock_installment(installment_id: int) -> Installment:
    """Lock the contract of an installment and return the installment, read under the lock.

    Raises:
        InstallmentNotFound: there is none, or an edit has just deleted it.
    """
    contract_id = Installment.objects.filter(pk=installment_id).values_list("contract", flat=True).first()
    if contract_id is None:
        raise InstallmentNotFound
    contract = lock_contract(contract_id)
    installment = Installment.objects.filter(pk=installment_id).first()
    if installment is None:
        raise InstallmentNotFound
    installment.contract = contract
    return installment


def lock_agreement(agreement_id: UUID) -> ServiceAgreement:
    """Lock a service agreement.

    Raises:
        AgreementNotFound: there is none.
    """
    agreement = ServiceAgreement.objects.select_for_update(no_key=True).filter(pk=agreement_id).first()
    if agreement is None:
        raise AgreementNotFound
    return agreement
