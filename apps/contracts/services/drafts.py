"""Write a contract, edit it before the first payment, and offer it to the customer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from apps.billing_profiles.models import TaxRate
from apps.billing_profiles.selectors import require_tax
from apps.common.money import decimal_text
from apps.common.transactions import serialized
from apps.contracts.errors import ContractHasPayments, ImpossibleTerms, StateForbids
from apps.contracts.models import SETTLED_STATES, Contract, ContractVersion, Installment, InstallmentPayment
from apps.contracts.schedule import refuse_impossible
from apps.contracts.selectors import current_schedule, newest_version
from apps.contracts.services.collection_requests import request_arrangement
from apps.contracts.services.locks import lock_seen_contract
from apps.contracts.services.prices import end_of_prices, move_prices
from apps.contracts.services.transitions import keep, move_contract, notify_change, refuse_if_canceled, refuse_unless
from apps.contracts.services.versions import add_version, supersede, terms_from
from apps.contracts.terms import MAX_TOTAL_MICROS, CommercialTerms, ScheduledTerms
from apps.tenants.models import Organization
from apps.tenants.services import lock_open_organization
from apps.wallets import services as wallets

Status = Contract.Status
EDITABLE = (Status.DRAFT, Status.PENDING_PAYMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractDraft:
    """The fields of a contract that staff enter. Bonus credits are micros and not part of the contract's total."""

    start_date: date
    agreed: CommercialTerms
    auto_renew: bool = False
    bonus_credits_micros: int = 0
    notes: str = ""

    def terms(self, currency: str) -> ScheduledTerms:
        """Return the terms of the first term."""
        return terms_from(
            self.agreed,
            currency=currency,
            anchor_date=self.start_date,
            first_month=0,
            effective_date=self.start_date,
        )


@serialized
def draft_contract(*, organization: Organization, draft: ContractDraft, created_by: str, now: datetime) -> Contract:
    """Create a draft with its schedule. Customers do not see it until it is offered.

    Raises:
        ImpossibleTerms: names the field to change.
    """
    _refuse_negative_bonus(draft)
    contract = Contract(organization=organization, created_by=created_by, created_at=now, updated_at=now)
    terms = _write(contract, draft)
    contract.save(force_insert=True)
    add_version(contract, terms, ContractVersion.Kind.ORIGINAL, created_by=created_by, now=now)
    return contract


@serialized
def edit_contract(
    *, contract_id: UUID, seen_revision: int, draft: ContractDraft, edited_by: str, now: datetime
) -> Contract:
    """Edit a contract without payments.

    An offered one gets a new version, its customer is notified, and its collection is set up again.
    `publish_agreed_prices` then replaces the published prices by those of the new version.

    Raises:
        ChangedMeanwhile: `seen_revision` is not the newest.
        ContractHasPayments: it has had payments; amend or cancel it. StateForbids: it is not a draft or offered.
        ImpossibleTerms: names the field to change.
    """
    contract = lock_seen_contract(contract_id, seen_revision)
    refuse_unless(contract, EDITABLE)
    refuse_if_paid(contract)
    _refuse_negative_bonus(draft)
    old = list(contract.installments.exclude(state=Installment.State.SUPERSEDED).order_by("pk"))
    terms = _write(contract, draft)
    if contract.status == Status.DRAFT:
        version = newest_version(contract)
        contract.installments.all().delete()
        version.delete()
    new = add_version(contract, terms, ContractVersion.Kind.ORIGINAL, created_by=edited_by, now=now)
    if contract.status != Status.DRAFT:
        supersede(old, new, now=now)
    keep(contract, "start_date", "end_date", "auto_renew", "bonus_credits_micros", "notes", now=now)
    notify_change(contract, was=contract.status, now=now)
    if contract.status != Status.DRAFT:
        request_arrangement(contract, now=now)
    return contract


@serialized
def offer_contract(*, contract_id: UUID, seen_revision: int, now: datetime) -> Contract:
    """Offer a draft to the customer, who can then pay. Collection at Stripe is set up after the commit.

    Raises:
        ChangedMeanwhile: `seen_revision` is not the newest.
        StateForbids: it is not a draft, or its term is over.
        OrganizationArchived: the customer is archived.
        NoTaxRule, VatNumberMissing: its installments are to be invoiced, and the tax table has no rate for them.
    """
    contract = lock_seen_contract(contract_id, seen_revision)
    refuse_unless(contract, [Status.DRAFT])
    if contract.end_date <= now.astimezone(UTC).date():
        raise StateForbids("The term of this draft is over; change its start date first")
    lock_open_organization(contract.organization_id)
    require_tax(contract.organization_id, _sold(contract), now)
    wallets.open_wallet(organization=contract.organization, now=now)
    move_contract(contract, Status.PENDING_PAYMENT, now=now)
    request_arrangement(contract, now=now)
    return contract


def _sold(contract: Contract) -> Iterator[str]:
    """Yield what is to be paid for: credit, service, or both."""
    rows = current_schedule(contract)
    if any(row.credit_micros for row in rows):
        yield TaxRate.Product.CREDIT
    if any(row.service_micros for row in rows):
        yield TaxRate.Product.SERVICE


@serialized
def change_details(*, contract_id: UUID, seen_revision: int, auto_renew: bool, notes: str, now: datetime) -> Contract:
    """Change automatic renewal and the customer's notes, which do not affect installments; notify the customer.

    Raises:
        ChangedMeanwhile: `seen_revision` is not the newest.
        StateForbids: it has ended, or would renew although it is canceled at a date.
    """
    contract = lock_seen_contract(contract_id, seen_revision)
    if contract.is_ended:
        raise StateForbids(f"The contract is {contract.get_status_display().lower()}")
    if auto_renew:
        refuse_if_canceled(contract)
    were_to_end = end_of_prices(contract)
    is_changed = (contract.auto_renew, contract.notes) != (auto_renew, notes)
    contract.auto_renew, contract.notes = auto_renew, notes
    keep(contract, "auto_renew", "notes", now=now)
    move_prices(contract, were_to_end, now=now)
    if is_changed:
        notify_change(contract, was=contract.status, now=now)
    return contract


def refuse_if_paid(contract: Contract) -> None:
    """Raise ContractHasPayments if the contract ever had a payment, even a refunded one, or has one in progress."""
    touched = [*SETTLED_STATES, Installment.State.PROCESSING]
    if (
        InstallmentPayment.objects.filter(installment__contract=contract).exists()
        or contract.installments.filter(state__in=touched).exists()
    ):
        raise ContractHasPayments


def _write(contract: Contract, draft: ContractDraft) -> ScheduledTerms:
    terms = draft.terms(contract.organization.currency)
    refuse_impossible(terms)
    if draft.auto_renew and terms.custom_lines:
        raise ImpossibleTerms("A custom schedule has no next term, so it cannot renew.", field="auto_renew")
    contract.start_date, contract.end_date = draft.start_date, terms.end_date
    contract.auto_renew, contract.notes = draft.auto_renew, draft.notes
    contract.bonus_credits_micros = draft.bonus_credits_micros
    return terms


def _refuse_negative_bonus(draft: ContractDraft) -> None:
    if not 0 <= draft.bonus_credits_micros <= MAX_TOTAL_MICROS:
        most = decimal_text(MAX_TOTAL_MICROS)
        raise ImpossibleTerms(f"Bonus credits must be zero or more, at most {most}.", field="bonus_credits_micros")
