"""Reservations: set credit aside before the work and capture it after the work."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.keys import beside
from apps.ledger.models import Hold, Transfer
from apps.ledger.requests import HoldRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.budgets.scopes import NOWHERE, Dimensions, labels_of
from apps.wallets.decisions.holds import (
    Admission,
    Capture,
    HoldResult,
    decide_admission,
    decide_capture,
    decide_extend,
    decide_read,
    decide_release,
    decide_reserve,
)
from apps.wallets.errors import CapturesRefused
from apps.wallets.keys import OWED
from apps.wallets.selectors import ReservationRow, find_reservation
from apps.wallets.services.books import BookCall, BookQuery, BookResult, in_turn, merged_query, open_query, opened
from apps.wallets.services.group_commit import decide
from apps.wallets.services.refusals import CountingRefusals, note_refused
from apps.wallets.services.rows import hold_row, transfer_row
from apps.wallets.state import BookDecision, BookState


@value_class(frozen=True, slots=True)
class ReservationResult:
    """A reservation after a call: its row, its result, and the charge from it, if any.

    `entry_id` is the charge's entry in the wallet, if this call posted it.
    """

    hold: Hold
    result: HoldResult
    transfer: Transfer | None = None
    entry_id: int | None = None


@value_class(frozen=True, slots=True, kw_only=True)
class NewReservation:
    """An amount, in micros, to set aside until `expires_at` (None: no end) under an idempotency key; see `reserve`.

    `metadata` is stored with the hold. When the key is used again, `facts` and the amount must match; a fact named
    `amount` replaces the amount in this comparison. `work` decides which budgets count it and may refuse it.
    """

    amount: Micros
    key: str
    expires_at: datetime | None
    created_by: str
    description: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    work: Dimensions = NOWHERE

    def request(self) -> HoldRequest:
        """Return the hold under a new id."""
        return HoldRequest(
            uuid4(),
            self.key,
            self.amount,
            self.created_by,
            self.expires_at,
            self.description,
            self.metadata,
            self.facts,
            self.work.as_json(),
        )


def reserve(*, organization: Organization, reservation: NewReservation, now: datetime) -> ReservationResult:
    """Set an amount aside, once per key, and assign the grants that back it.

    Raises:
        BudgetExceeded: less than the amount is available (402). BudgetLimitReached: less is left of a budget (402).
        WorkPaused: staff paused new work (403).
        ResourcesPaused: the monthly limit for persistent resources is reached (403).
        TooManyReservations: as many as are allowed are pending (429).
        DimensionRequired: a budget requires a dimension that the work does not name (422).
        IdempotencyMismatch: the key was used before with other inputs (409).
    """
    request, work = reservation.request(), reservation.work
    labels = tuple(sorted(labels_of([work])))
    query = BookQuery(hold_keys=(request.key,), days=_today(now), labels=labels, first_grants=True)
    with CountingRefusals(organization, work, now):
        answer = decide(organization.pk, query, lambda state: decide_reserve(state, request, now), now)
    return _reserved(organization, answer)


def admission(*, organization: Organization, work: Dimensions, amount: Micros, now: datetime) -> Admission:
    """Return whether `amount`, in micros, could be reserved for some work now, in one statement."""
    labels = tuple(sorted(labels_of([work])))
    query = BookQuery(days=_today(now), labels=labels, first_grants=True)
    decision = partial(decide_admission, work=work, amount_micros=amount, now=now)
    return decide(organization.pk, query, decision, now).result


def reservation_result(organization: Organization, hold_id: UUID, now: datetime) -> tuple[ReservationRow, HoldResult]:
    """Return a reservation in any status with the available amount and its limits, in one statement.

    Raises:
        HoldNotFound: the organization has no such reservation.
    """
    query = BookQuery(hold_ids=(hold_id,), days=_today(now), is_bounded=False)
    call = BookCall(organization.pk, query, partial(decide_read, hold_id=hold_id, now=now))
    row = find_reservation(organization, hold_id, opened=open_query(call, now))
    read: Any = row.hold
    return row, call.decision(opened(call, read.opened)).result


def capture_reservation(*, organization: Organization, capture: Capture, now: datetime) -> ReservationResult:
    """Charge an amount from a reservation and free the rest; zero charged releases it without a transfer.

    A part that neither its slices nor free grants cover is owed by a postpaid organization, otherwise a shortfall.
    `overage` decides about the part above the hold: "refuse" refuses it; "allow" charges it if the available budget
    covers it; "available" charges as much as the budget covers; "owe" charges all of it, even below zero.

    Raises:
        HoldNotFound: the organization has no such reservation (404).
        HoldClosed: it was captured or released (409). HoldExpired: its end has passed (410).
        HeldByDispute: a dispute froze it (409).
        CaptureAboveHold: the amount exceeds the hold, and `overage` is "refuse" (422).
        BudgetExceeded, BudgetLimitReached: the part above the hold exceeds the available budget or a hard budget, and
            `overage` is "allow" (402).
    """
    with CountingRefusals(organization, NOWHERE, now):
        query = capture_query(capture, now)
        answer = decide(organization.pk, query, lambda state: decide_capture(state, capture, now), now)
    return _reserved(organization, answer)


def capture_reservations(
    *, organization: Organization, captures: Sequence[Capture], atomic: bool, now: datetime
) -> list[ReservationResult | Exception]:
    """Capture from several reservations in order and in one write; return the outcome of each.

    A refused capture does not affect the others, unless `atomic`: then nothing is captured.

    Raises:
        CapturesRefused: `atomic`, and one was refused (422); `context` has its index and the refusal.
    """
    calls = [
        BookCall(organization.pk, capture_query(each, now), partial(decide_capture, call=each, now=now))
        for each in captures
    ]

    def decide_all(state: BookState) -> BookDecision[list[BookDecision[HoldResult] | Exception]]:
        decided = in_turn(calls, state)
        refused = next((each for each in enumerate(decided.result) if isinstance(each[1], Exception)), None)
        if atomic and refused is not None:
            raise CapturesRefused(str(refused[1]), index=refused[0], refusal=refused[1])
        return decided

    with CountingRefusals(organization, NOWHERE, now):
        answer = decide(organization.pk, merged_query([each.query for each in calls]), decide_all, now)
    note_refused(organization, answer.result, now)
    return [each if isinstance(each, Exception) else reserved_by(organization, each, answer) for each in answer.result]


def reserved_by(
    organization: Organization, decided: BookDecision[HoldResult], answer: BookResult[Any]
) -> ReservationResult:
    """Return the reservation after one decision of an answer."""
    return _reserved(organization, replace(answer, result=decided.result, after=decided.after))


def capture_query(call: Capture, now: datetime) -> BookQuery:
    """Return the reads that the decision on a capture needs."""
    keys = (call.key, beside(call.key, OWED))
    return BookQuery(roles=(Role.REVENUE,), keys=keys, hold_ids=(call.hold_id,), days=_today(now), first_grants=True)


def _today(now: datetime) -> tuple[date]:
    return (now.astimezone(UTC).date(),)


def _reserved(organization: Organization, answer: BookResult[HoldResult]) -> ReservationResult:
    result = answer.result
    transfer = None if result.transfer is None else transfer_row(answer, result.transfer)
    entry_id = None if transfer is None else answer.entries.get(transfer.pk)
    return ReservationResult(hold_row(organization.pk, result.hold), result, transfer, entry_id)


def release_reservation(*, organization: Organization, hold_id: UUID, now: datetime) -> ReservationResult:
    """Release a reservation; a repeat changes nothing.

    Raises:
        HoldNotFound: the organization has no such reservation. HoldClosed: it was captured. HoldExpired: it ended.
        HeldByDispute: a dispute froze it.
    """
    query = BookQuery(hold_ids=(hold_id,), first_grants=True)
    answer = decide(organization.pk, query, lambda state: decide_release(state, hold_id, now), now)
    return _reserved(organization, answer)


def extend_reservation(
    *, organization: Organization, hold_id: UUID, expires_at: datetime, now: datetime
) -> ReservationResult:
    """Move the end of a pending reservation to a later moment; a later end stays.

    Raises:
        HoldNotFound, HoldClosed, HoldExpired: it is not pending. HeldByDispute: a dispute froze it.
        EndHasPassed: the new end is not later than now.
    """
    query = BookQuery(hold_ids=(hold_id,), first_grants=True)
    answer = decide(organization.pk, query, lambda state: decide_extend(state, hold_id, expires_at, now), now)
    return _reserved(organization, answer)
