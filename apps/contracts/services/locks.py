"""Row locks of contracts and service agreements, and what is read with the lock to book receipts of installments.

All contracts of an organization are locked together. An installment is changed only under its contract's lock and has
none of its own. Wallets and ledger accounts are locked later, by their own services.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db.models import Model

from apps.common.queries import prepared_rows
from apps.common.rows import read_row
from apps.contracts.errors import AgreementNotFound, ChangedMeanwhile, ContractNotFound, InstallmentNotFound
from apps.contracts.models import Contract, Installment, InstallmentPayment, InstallmentSurplus, ServiceAgreement
from apps.tenants.models import Organization
from apps.wallets.services.movements import PendingWrites

M = TypeVar("M", bound=Model)
Read = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReceiptIds:
    """Unused ids for the rows that a receipt of an installment can make.

    `received`, `beyond` and `service` are transfers: of the payment, of an overpayment, and of the service portion.
    """

    payment: int
    surplus: int
    received: int
    beyond: int
    service: int
    grant: int


@dataclass(slots=True)
class ContractRows:
    """All contracts of one organization, locked; all installments of the contracts being paid; earlier receipts by key.

    Changes are written with `writes`. `drawn` has unused ids by installment, for one receipt each.
    """

    contracts: Mapping[UUID, Contract]
    installments: Mapping[int, Installment]
    payments: Mapping[str, InstallmentPayment]
    surpluses: Mapping[str, InstallmentSurplus]
    drawn: Mapping[int, ReceiptIds]
    writes: PendingWrites

    def of(self, contract: Contract) -> list[Installment]:
        """Return a contract's installments."""
        return [each for each in self.installments.values() if each.contract_id == contract.pk]


def lock_contract_rows(installment_ids: Sequence[int], keys: Sequence[str], writes: PendingWrites) -> ContractRows:
    """Lock the contracts of one organization's installments, and read what receipts under these keys need.

    Raises:
        InstallmentNotFound: one does not exist, or an edit has just deleted it.
    """
    asked = [list(installment_ids), list(keys)]
    ((text,),) = prepared_rows("SELECT installment_open(%s::bigint[], %s::text[])::text", asked)
    if text is None:
        raise InstallmentNotFound
    rows = contract_rows(orjson.loads(text), writes)
    if not rows.installments.keys() >= set(installment_ids):
        raise InstallmentNotFound
    return rows


def draw_installment_ids() -> ReceiptIds:
    """Return unused ids for the rows that settling an installment makes."""
    ((text,),) = prepared_rows("SELECT installment_ids()::text")
    return ReceiptIds(**orjson.loads(text))


def contract_rows(read: Read, writes: PendingWrites) -> ContractRows:
    """Parse what `installment_open` returned."""
    owner = read_row(Organization, read["organization"])
    contracts = {row.pk: row for row in _rows(Contract, read["contracts"])}
    installments = {row.pk: row for row in _rows(Installment, read["installments"])}
    for contract in contracts.values():
        contract.organization = owner
        writes.changes.watch(contract)
    for installment in installments.values():
        installment.organization, installment.contract = owner, contracts[installment.contract_id]
        writes.changes.watch(installment)
    return ContractRows(
        contracts=contracts,
        installments=installments,
        payments={row.key: row for row in _rows(InstallmentPayment, read["payments"])},
        surpluses={row.key: row for row in _rows(InstallmentSurplus, read["surpluses"])},
        drawn={int(pk): ReceiptIds(**ids) for pk, ids in read["drawn"].items()},
        writes=writes,
    )


def _rows(model: type[M], read: Sequence[Read] | None) -> list[M]:
    return [read_row(model, row) for row in read or ()]


def lock_contracts(organization_ids: Collection[UUID]) -> None:
    """Lock all contracts of organizations, in primary-key order."""
    rows = Contract.objects.select_for_update(no_key=True).filter(organization__in=organization_ids)
    list(rows.order_by("pk").values_list("pk"))


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
