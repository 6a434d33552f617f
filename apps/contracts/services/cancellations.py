"""Cancel a contract at a date: amounts for later days are no longer due, or must be refunded if paid."""

from datetime import UTC, datetime
from uuid import UUID

from apps.common.transactions import serialized
from apps.contracts.cancellation import CancellationTerms, InstallmentCut, PaidAmounts, RemainingAmounts, cuts_of
from apps.contracts.errors import StateForbids
from apps.contracts.models import OPEN_STATES, RUNNING, Contract, Installment
from apps.contracts.models.installments import AMOUNT_FIELDS
from apps.contracts.portions import Portions
from apps.contracts.services.collection_requests import request_arrangement
from apps.contracts.services.locks import draw_installment_ids, lock_seen_contract
from apps.contracts.services.prices import end_of_prices, move_prices
from apps.contracts.services.receipts import funding_of, settle
from apps.contracts.services.refunds import taken_by_refunds
from apps.contracts.services.transitions import (
    end_contract,
    follow_installments,
    keep,
    move_installment,
    notify_change,
    refuse_unless,
    save,
)
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.movements import PendingWrites

State = Installment.State
CUT_FIELDS = ("period_end", *AMOUNT_FIELDS)


def cancellation_cuts(contract: Contract, terms: CancellationTerms) -> list[InstallmentCut]:
    """Return what a cancellation would change on a running contract's installments.

    Raises:
        StateForbids: it does not run, or the day is not within its term.
        NotPayable: an installment that would be divided has a payment in progress, or too much is paid on it.
    """
    refuse_unless(contract, RUNNING)
    if not contract.start_date < terms.day <= contract.end_date:
        first, last = contract.start_date, contract.end_date
        raise StateForbids(f"Choose a day after {first}, the start of the term, and no later than {last}.", field="day")
    standing = contract.installments.exclude(state=State.SUPERSEDED).select_related("grant")
    rows = list(standing.order_by("period_start", "pk"))
    for row in rows:
        row.contract = contract
    return list(cuts_of(rows, terms, contract.organization.currency, _paid_amounts))


def money_left(row: Installment) -> Portions:
    """Return what an installment costs, or its money after refunds if it is settled, as credit and service."""
    return funding_of(row).money.minus(taken_by_refunds(row).money)


def _paid_amounts(row: Installment) -> PaidAmounts:
    return PaidAmounts(
        paid=funding_of(row).money,
        left=money_left(row),
        unspent_micros=row.grant.free_micros if row.grant else 0,
    )


@serialized
def cancel_contract_at(
    *, contract_id: UUID, seen_revision: int, terms: CancellationTerms, reason: str, created_by: str, now: datetime
) -> list[InstallmentCut]:
    """Cancel a running contract from a day on and return the cuts; the caller refunds the paid part.

    Open installments are due only for what remains of them. The contract ends on that day, or later, once no
    installment is open; it does not renew.

    Raises:
        ChangedMeanwhile: `seen_revision` is not the newest.
        StateForbids, NotPayable: as `cancellation_cuts`.
    """
    contract = lock_seen_contract(contract_id, seen_revision)
    lock_wallet(contract.organization, now=now)
    cuts = cancellation_cuts(contract, terms)
    for cut in cuts:
        if cut.kept is not None:
            _cut_open(contract, cut.row, cut.kept, terms, created_by=created_by, now=now)
    for row in contract.installments.filter(state=State.NOTHING_DUE, period_start__gte=terms.day):
        move_installment(row, State.VOID)
    were_to_end = end_of_prices(contract)
    contract.end_date = contract.canceled_from = terms.day
    contract.auto_renew, contract.end_reason = False, reason
    keep(contract, "end_date", "canceled_from", "auto_renew", "end_reason", now=now)
    move_prices(contract, were_to_end, now=now)
    notify_change(contract, was=contract.status, now=now)
    follow_installments(contract, now=now)
    if may_end_canceled(contract, now):
        end_contract(contract, Contract.Status.CANCELED, reason=reason, now=now)
    else:
        request_arrangement(contract, now=now)
    return cuts


def may_end_canceled(contract: Contract, now: datetime) -> bool:
    """Return whether the day of a cancellation has come and no installment is open."""
    if contract.canceled_from is None or contract.canceled_from > now.astimezone(UTC).date():
        return False
    return not contract.installments.filter(state__in=OPEN_STATES).exists()


def _cut_open(
    contract: Contract,
    row: Installment,
    kept: RemainingAmounts,
    terms: CancellationTerms,
    *,
    created_by: str,
    now: datetime,
) -> None:
    """Lower an open installment to what remains of it after the cancellation; void it if that is zero."""
    if not kept.credit_micros + kept.service_micros:
        move_installment(row, State.VOID)
        return
    writes = PendingWrites()
    writes.changes.watch(contract)
    writes.changes.watch(row)
    _lapse(row, row.discount_micros - row.agreed_discount_micros - (kept.discount_micros - kept.agreed_micros))
    row.canceled_credit_micros += row.credit_micros - kept.credit_micros
    row.canceled_service_micros += row.service_micros - kept.service_micros
    row.credit_micros, row.service_micros = kept.credit_micros, kept.service_micros
    row.amount_micros = kept.credit_micros + kept.service_micros
    row.discount_micros, row.agreed_discount_micros = kept.discount_micros, kept.agreed_micros
    row.period_end = terms.day
    save(row, *CUT_FIELDS, writes=writes)
    if row.paid_micros == row.payable_micros:
        settle(row, draw_installment_ids(), writes, created_by=created_by, now=now)
    writes.write(now=now)


def _lapse(row: Installment, too_much: int) -> None:
    """Lower the newest discounts of an installment that now exceed it."""
    for discount in row.discounts.filter(withdrawn_at=None, amount_micros__gt=0).order_by("-pk"):
        share = min(too_much, discount.amount_micros)
        if share:
            discount.amount_micros -= share
            discount.save(update_fields=["amount_micros"])
            too_much -= share
