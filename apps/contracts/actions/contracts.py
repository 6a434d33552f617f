"""Staff actions that offer, edit, amend, or cancel a contract and so change what a customer pays or receives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self, TypedDict
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import register
from apps.common.admin import day_text, money_text
from apps.contracts.errors import ChangedMeanwhile, ContractNotFound
from apps.contracts.models import Contract, Installment
from apps.contracts.price_reviews import (
    published_texts,
)
from apps.contracts.selectors import current_schedule
from apps.contracts.services import (
    cancel_contract,
    change_details,
    given_up,
    renewal_terms,
)
from apps.contracts.services.locks import lock_contract, refuse_stale
from apps.wallets.actions import CustomerAction, wallet_texts


@dataclass(frozen=True, kw_only=True)
class ContractAction(CustomerAction):
    """An action on a contract."""

    permission: ClassVar[str] = "contracts.change_contract"
    subject_model: ClassVar[type[Model]] = Contract
    subject_field: ClassVar[str] = "contract_id"

    contract_id: UUID

    @classmethod
    def on(cls, contract: Contract, **given: object) -> Self:
        """Return the action on a contract, with its customer and currency filled in."""
        organization = contract.organization
        owner = {"organization_id": organization.pk, "currency": organization.currency}
        return cls(contract_id=contract.pk, **owner, **given)  # type: ignore[arg-type]

    def about(self) -> str:
        contract = self.contract()
        start, end = day_text(contract.start_date), day_text(contract.end_date)
        return f"{contract.organization.name}: contract from {start} to {end}"

    def contract(self) -> Contract:
        """Return the contract.

        Raises:
            ContractNotFound: there is none.
        """
        return self.row_among(Contract.objects.select_related("organization"), ContractNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        contract = self.contract()
        rows = current_schedule(contract)

        def money(micros: int) -> str:
            return money_text(micros, self.currency)

        return {
            "Status": contract.get_status_display(),
            "Value of the term": money(sum(row.payable_micros for row in rows if _counts(row))),
            "Credit included": money(sum(row.credit_micros for row in rows if _counts(row))),
            "Left to pay": money(sum(row.remaining_micros for row in rows if row.is_open)),
            "Partial payments to refund": money(
                sum(row.paid_micros - row.refunded_micros for row in rows if not row.is_settled)
            ),
            "Bonus credit": money(contract.bonus_credits_micros),
            "Ends": day_text(contract.end_date),
            "Renews automatically": "yes" if contract.auto_renew else "no",
            "Notes": contract.notes,
            **published_texts(contract),
            **wallet_texts(contract.organization, now),
        }


class RevisionArguments(TypedDict):
    """The common arguments of services that change a contract: the revision that was seen, and the time."""

    contract_id: UUID
    seen_revision: int
    now: datetime


@dataclass(frozen=True, kw_only=True)
class RevisionAction(ContractAction):
    """An action on a contract that is refused if the contract has changed since it was requested."""

    seen_revision: int

    def seen(self, now: datetime) -> RevisionArguments:
        """Return the arguments common to services that change a contract."""
        return {"contract_id": self.contract_id, "seen_revision": self.seen_revision, "now": now}


@register
@dataclass(frozen=True, kw_only=True)
class ChangeRenewal(RevisionAction):
    """Change a contract's automatic renewal and notes. Its size is the next term's total if renewal is turned on."""

    kind: ClassVar[str] = "contracts.change_renewal"
    title: ClassVar[str] = "Renewal and notes"

    auto_renew: bool
    notes: str

    @classmethod
    def of(cls, contract: Contract, *, auto_renew: bool, notes: str, seen_revision: int, reason: str, key: str) -> Self:
        """Return the action."""
        next_term = renewal_terms(contract) if auto_renew and not contract.auto_renew else None
        return cls.on(
            contract,
            amount_micros=next_term.total_micros if next_term else 0,
            seen_revision=seen_revision,
            auto_renew=auto_renew,
            notes=notes,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        change_details(
            auto_renew=self.auto_renew,
            notes=self.notes,
            **self.seen(now),
        )


@register
@dataclass(frozen=True, kw_only=True)
class CancelContract(ContractAction):
    """Cancel a contract. Its size is what is left to pay on the open installments."""

    kind: ClassVar[str] = "contracts.cancel"
    title: ClassVar[str] = "Cancel a contract"
    danger: ClassVar[bool] = True

    @classmethod
    def of(cls, contract: Contract, *, seen_revision: int, reason: str, key: str) -> Self:
        """Return the action.

        Raises:
            ChangedMeanwhile: the contract has changed since `seen_revision`.
        """
        if not contract.is_ended:
            refuse_stale(contract, seen_revision)
        return cls.on(contract, amount_micros=given_up(contract), reason=reason, key=key)

    def perform(self, *, by: User, now: datetime) -> None:
        if given_up(lock_contract(self.contract_id)) != self.amount_micros:
            raise ChangedMeanwhile
        cancel_contract(contract_id=self.contract_id, reason=self.reason, now=now)


def _counts(row: Installment) -> bool:
    return row.state not in (Installment.State.VOID, Installment.State.WRITTEN_OFF)
