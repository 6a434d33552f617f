"""Amendments: new terms from a given day. Paid installments stay, unpaid ones are replaced, the old version is kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from apps.common.periods import add_months
from apps.common.transactions import serialized
from apps.contracts.errors import CannotAmendFrom, ImpossibleTerms
from apps.contracts.models import Contract, ContractVersion, Installment
from apps.contracts.schedule import months_to
from apps.contracts.selectors import amendment_boundary, current_schedule, newest_version, rows_to_replace
from apps.contracts.services.collection_requests import request_arrangement
from apps.contracts.services.locks import lock_seen_contract
from apps.contracts.services.prices import end_of_prices, move_prices
from apps.contracts.services.transitions import (
    follow_installments,
    keep,
    notify_change,
    refuse_if_canceled,
    refuse_unless,
)
from apps.contracts.services.versions import add_version, supersede, terms_from
from apps.contracts.terms import CommercialTerms, ScheduledTerms

Status = Contract.Status
AMENDABLE = (Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """The terms agreed on from a day of the current term, and the reason, which the new version keeps."""

    effective_date: date
    agreed: CommercialTerms
    reason: str


def amended_terms(contract: Contract, *, effective_date: date, agreed: CommercialTerms) -> ScheduledTerms:
    """Place an amendment on the calendar.

    Its one-time amount is due on `effective_date`; its periods start at the next period boundary.

    Raises:
        ImpossibleTerms: the term is 0 months, but periods begin on or after the day.
        CannotAmendFrom: a custom schedule's next period starts on another day of the month than the contract.
    """
    rows = current_schedule(contract)
    dropped = [row for row in rows_to_replace(rows, effective_date) if not row.is_one_time]
    if dropped and not agreed.term_months:
        raise ImpossibleTerms(
            f"This would drop the installments from {dropped[0].due_date} on: enter the remaining months and their "
            "amounts too. A term of 0 is only for a one-time amount when no later period is left.",
            field="term_months",
        )
    boundary = amendment_boundary(contract, rows, effective_date)
    anchor = newest_version(contract).anchor_date
    if add_months(anchor, months_to(anchor, boundary)) != boundary:
        raise CannotAmendFrom(
            f"The custom schedule has a period from {boundary}, but monthly periods do not start on that day; "
            "choose a day after its last period starts.",
            field="effective_date",
        )
    return terms_from(
        agreed,
        currency=contract.organization.currency,
        anchor_date=anchor,
        first_month=months_to(anchor, boundary),
        effective_date=effective_date,
    )


@serialized
def amend_contract(
    *, contract_id: UUID, seen_revision: int, amendment: Amendment, created_by: str, now: datetime
) -> Contract:
    """Apply new terms from a day of the current term.

    The new periods start with the first period on or after that day. The portions are totals of the new installments
    only, and the term may be longer or shorter than the rest of the old one. `term_months` 0 adds only a one-time
    amount, when no period is left to replace.

    Raises:
        ChangedMeanwhile: `seen_revision` is not the newest.
        StateForbids: the contract is a draft, has ended, or is canceled at a date.
        CannotAmendFrom: the day is outside the term, or a later installment has a payment.
        ImpossibleTerms: names the field to change.
    """
    contract = lock_seen_contract(contract_id, seen_revision)
    refuse_unless(contract, AMENDABLE)
    refuse_if_canceled(contract)
    old = _replaceable(contract, amendment.effective_date)
    terms = amended_terms(contract, effective_date=amendment.effective_date, agreed=amendment.agreed)
    kind, reason = ContractVersion.Kind.AMENDMENT, amendment.reason
    new = add_version(contract, terms, kind, created_by=created_by, now=now, reason=reason)
    supersede(old, new, now=now)
    were_to_end = end_of_prices(contract)
    contract.end_date = terms.end_date
    keep(contract, "end_date", now=now)
    move_prices(contract, were_to_end, now=now)
    notify_change(contract, was=contract.status, now=now)
    follow_installments(contract, now=now)
    request_arrangement(contract, now=now)
    return contract


def _replaceable(contract: Contract, effective_date: date) -> list[Installment]:
    """Return the installments that an amendment replaces.

    Raises:
        CannotAmendFrom: the day is outside the term, or one of the installments has a payment.
    """
    if not contract.start_date <= effective_date <= contract.end_date:
        raise CannotAmendFrom(
            f"Choose a day in the current term, {contract.start_date} to {contract.end_date}.", field="effective_date"
        )
    rows = rows_to_replace(current_schedule(contract), effective_date)
    paid_on = [row for row in rows if row.is_settled or row.paid_micros or row.state == Installment.State.PROCESSING]
    if paid_on:
        last = max(row.due_date + timedelta(days=1) if row.is_one_time else row.period_end for row in paid_on)
        raise CannotAmendFrom(
            f"The installment of {paid_on[0].due_date} has a payment; amend from {last} or later.",
            field="effective_date",
        )
    return rows
