"""Cancel, expire, or renew a contract."""

from datetime import UTC, datetime
from uuid import UUID

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.models import OPEN_STATES, Contract, ContractVersion, Installment
from apps.contracts.renewal import next_term
from apps.contracts.services.collection_requests import request_arrangement
from apps.contracts.services.locks import lock_contract, refuse_stale
from apps.contracts.services.transitions import (
    end_contract,
    follow_installments,
    keep,
    move_installment,
    notify_change,
    refuse_unless,
)
from apps.contracts.services.versions import add_version
from apps.contracts.terms import ScheduledTerms
from apps.tenants.models import Organization

Status = Contract.Status
State = Installment.State
CANCELLABLE = (Status.DRAFT, Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE)


@serialized
def cancel_contract(*, contract_id: UUID, reason: str, now: datetime, seen_revision: int | None = None) -> Contract:
    """Cancel a contract: unpaid installments become void; paid ones stay and their service is earned to the end.

    Canceling again changes nothing. `seen_revision` is the revision that the user saw, if any.

    Raises:
        ChangedMeanwhile: the contract has changed since `seen_revision`.
        StateForbids: it has expired.
    """
    contract = lock_contract(contract_id)
    if contract.status == Status.CANCELED:
        return contract
    refuse_stale(contract, seen_revision)
    refuse_unless(contract, CANCELLABLE)
    _void_what_is_open(contract)
    end_contract(contract, Status.CANCELED, reason=reason, now=now)
    return contract


@serialized
def end_term(*, contract_id: UUID, now: datetime) -> Contract:
    """Renew or expire a contract whose term is over, once no installment of an active contract is open.

    Safe to run early, late, or twice. A contract canceled at a date ends as canceled. A renewal adds one term; the
    next renewal comes when that term is over and paid. Contracts of archived organizations do not renew.
    """
    contract = lock_contract(contract_id)
    if contract.end_date > now.astimezone(UTC).date() or not _may_end(contract):
        return contract
    if contract.canceled_from is not None:
        end_contract(contract, Status.CANCELED, reason=contract.end_reason, now=now)
        return contract
    renews = contract.auto_renew and contract.status == Status.ACTIVE
    archived = contract.organization.status == Organization.Status.ARCHIVED
    terms = renewal_terms(contract) if renews and not archived else None
    if terms is None:
        _void_what_is_open(contract)
        end_contract(contract, Status.EXPIRED, reason="The term is over", now=now)
    else:
        _renew(contract, terms, now=now)
    return contract


def _may_end(contract: Contract) -> bool:
    """Return whether an active contract has no open installment, or an offered one no payment, done or processing."""
    if contract.status == Status.ACTIVE:
        return not contract.installments.filter(state__in=OPEN_STATES).exists()
    if contract.status == Status.PENDING_PAYMENT:
        paid_on = [State.PROCESSING, State.PARTIALLY_PAID, State.PAID]
        return not contract.installments.filter(state__in=paid_on).exists()
    return False


def given_up(contract: Contract) -> Micros:
    """Return the micros that a cancellation gives up: what is left to pay on open installments; 0 for a draft."""
    if contract.status == Status.DRAFT:
        return Micros(0)
    return Micros(sum(row.remaining_micros for row in contract.installments.all() if row.is_open))


def _void_what_is_open(contract: Contract) -> None:
    for row in contract.installments.filter(state__in=OPEN_STATES).order_by("pk"):
        move_installment(row, State.VOID)


def renewal_terms(contract: Contract, amended: ScheduledTerms | None = None) -> ScheduledTerms | None:
    """Return the terms of the next term, or None if no recurring amount runs to the end of the current one.

    They are based on the newest recurring version, or on `amended`, an amendment being previewed. One-time amounts and
    bonus credits are not repeated, and a custom schedule has no next term.
    """
    currency, end = contract.organization.currency, (amended or contract).end_date
    versions = [version.terms(currency) for version in contract.versions.order_by("-number")]
    for terms in [amended, *versions] if amended else versions:
        if terms.custom_lines:
            return None
        if terms.recurring_credit_micros + terms.recurring_service_micros:
            return next_term(terms, term_start=contract.start_date) if terms.end_date == end else None
    return None


def _renew(contract: Contract, terms: ScheduledTerms, *, now: datetime) -> None:
    contract.term += 1
    contract.start_date, contract.end_date = terms.start_date, terms.end_date
    keep(contract, "term", "start_date", "end_date", now=now)
    notify_change(contract, was=contract.status, now=now)
    add_version(contract, terms, ContractVersion.Kind.RENEWAL, created_by="system:renewal", now=now)
    follow_installments(contract, now=now)
    request_arrangement(contract, now=now)
