"""Cancel, expire, or renew a contract, and change the state of unsettled installments."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.errors import StateForbids
from apps.contracts.models import OPEN_STATES, Contract, ContractVersion, Installment
from apps.contracts.renewal import next_term
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_contract, lock_installment, refuse_stale
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
LATE = (State.DUE, State.PARTIALLY_PAID)


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


@serialized
def mark_processing(*, installment_id: int, now: datetime) -> Installment:
    """Mark an installment as having a payment in progress; a settled or written-off one does not change.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is void or replaced by an amendment.
    """
    installment = lock_installment(installment_id)
    if not installment.is_settled and installment.state != State.WRITTEN_OFF:
        move_installment(installment, State.PROCESSING)
        keep(installment.contract, now=now)
    return installment


@serialized
def mark_payment_failed(*, installment_id: int, now: datetime) -> Installment:
    """Make an installment payable again after its payment in progress failed; other states do not change.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    if installment.state == State.PROCESSING:
        _ask_again(installment)
        keep(installment.contract, now=now)
    return installment


@serialized
def mark_installment_overdue(*, installment_id: int, now: datetime) -> Installment:
    """Mark an open installment overdue without a grace period, and its running contract past due.

    An installment on an invoice of ours is not overdue before the invoice is.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    is_early = installment.is_invoiced and installment.pay_by >= now.astimezone(UTC).date()
    if installment.is_open and installment.overdue_at is None and not is_early:
        _note_overdue(installment, now)
        keep(installment.contract, now=now)
        follow_installments(installment.contract, now=now)
    return installment


@serialized
def set_last_day_to_pay(*, installment_id: int, day: date, now: datetime) -> Installment:
    """Set the last day to pay an installment to that of its invoice; until that day has passed, it is not overdue.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    installment.pay_by = day
    was_overdue = installment.overdue_at is not None and day >= now.astimezone(UTC).date()
    if was_overdue:
        installment.overdue_at = None
    installment.save(update_fields=["pay_by", "overdue_at"])
    if was_overdue:
        keep(installment.contract, now=now)
        follow_installments(installment.contract, now=now)
    return installment


@serialized
def mark_overdue(*, contract_id: UUID, now: datetime) -> int:
    """Mark a contract's late installments overdue; return how many were newly marked.

    An installment is late CONTRACT_GRACE_DAYS after the end of the last day to pay it (UTC).
    """
    contract = lock_contract(contract_id)
    late = contract.installments.filter(state__in=LATE, overdue_at=None, pay_by__lt=overdue_before(now))
    rows = list(late.order_by("pk"))
    if contract.status == Contract.Status.DRAFT or not rows:
        return 0
    for row in rows:
        _note_overdue(row, now)
    keep(contract, now=now)
    follow_installments(contract, now=now)
    return len(rows)


def overdue_before(now: datetime) -> date:
    """Return the earliest due date that is not overdue yet."""
    return (now.astimezone(UTC) - timedelta(days=settings.CONTRACT_GRACE_DAYS)).date()


@serialized
def void_installment(*, installment_id: int, now: datetime) -> Installment:
    """Withdraw an unpaid installment, which is then no longer collected. A partial payment stays until it is refunded.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is settled or closed. StateForbids: the contract is a draft.
    """
    return _close(installment_id, State.VOID, now)


@serialized
def write_off_installment(*, installment_id: int, now: datetime) -> Installment:
    """Write off an unpaid installment.

    Nothing is posted, because nothing was booked yet; a late payment still settles it.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is settled or closed. StateForbids: the contract is a draft.
    """
    return _close(installment_id, State.WRITTEN_OFF, now)


@serialized
def reopen_installment(*, installment_id: int, now: datetime) -> Installment:
    """Make a written-off installment payable again; other states do not change.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    if installment.state == State.WRITTEN_OFF:
        _ask_again(installment)
        keep(installment.contract, now=now)
        follow_installments(installment.contract, now=now)
        request_arrangement(installment.contract, now=now)
    return installment


def _close(installment_id: int, to: State, now: datetime) -> Installment:
    installment = lock_installment(installment_id)
    if installment.state == to:
        return installment
    if installment.contract.status == Contract.Status.DRAFT:
        raise StateForbids("The contract is a draft; edit it instead")
    move_installment(installment, to)
    keep(installment.contract, now=now)
    follow_installments(installment.contract, now=now)
    request_arrangement(installment.contract, now=now)
    return installment


def _ask_again(installment: Installment) -> None:
    """Make a locked installment payable again; it is partly paid if it has payments."""
    move_installment(installment, State.PARTIALLY_PAID if installment.paid_micros else State.DUE)


def _note_overdue(installment: Installment, now: datetime) -> None:
    installment.overdue_at = now
    installment.save(update_fields=["overdue_at"])
