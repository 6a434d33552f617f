"""When a customer with overdue invoices is reminded, charged a fee, or stopped. Pure.

Which step pauses work or charges a fee is data: staff set it in the policy's steps. Days are the seller's; amounts are
micros. A step's `days` count from the oldest due date of the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
# How long after the due date a case waits for Stripe to charge an invoice again.
RETRIED_FOR = timedelta(days=21)
FRIDAY = 4
# The reason that the customer reads when new work is refused.
SUSPENDED = "Invoices are overdue. New work may begin again once they are paid."


class Restriction(StrEnum):
    """How a step restricts the customer."""

    NONE = "none"
    PAUSE = "pause"
    SUSPEND = "suspend"


class Letter(StrEnum):
    """The letter that a step sends."""

    NONE = "none"
    REMINDER = "reminder"
    DEMAND = "demand"
    FINAL = "final"


class WaitReason(StrEnum):
    """Why a case waits instead of taking its next step; empty if it does not. Staff must act on `FOR_STAFF`."""

    NOTHING = ""
    HELD = "held"
    PROMISED = "promised"
    RETRIED = "retried"
    BELOW_MINIMUM = "below_minimum"
    BY_HAND = "by_hand"
    NO_CONTACT = "no_contact"
    STEPS_OVER = "steps_over"
    NO_POLICY = "no_policy"
    PROBLEM = "problem"


FOR_STAFF = (WaitReason.BY_HAND, WaitReason.NO_CONTACT, WaitReason.STEPS_OVER, WaitReason.NO_POLICY, WaitReason.PROBLEM)


class CloseReason(StrEnum):
    """Why a case is closed."""

    SETTLED = "settled"
    DISPUTED = "disputed"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a policy."""

    days: int
    letter: Letter = Letter.REMINDER
    fee_micros: int = 0
    restriction: Restriction = Restriction.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When a case opens, and its steps in order."""

    steps: Sequence[Step]
    minimum_micros: int = 0
    grace_days: int = 0
    is_automatic: bool = True


@dataclass(frozen=True, slots=True)
class UnpaidInvoice:
    """What is left of an invoice; `retried_on` is when Stripe charges it again after a failed attempt."""

    due: date
    left_micros: int
    is_fee: bool = False
    is_disputed: bool = False
    retried_on: date | None = None

    def waits_for_stripe(self, today: date) -> bool:
        """Return whether Stripe will charge it again, which postpones dunning for at most three weeks after the due
        date."""
        return self.retried_on is not None and self.retried_on >= today and today <= self.due + RETRIED_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a case: the number of steps done, the day and the `days` of the last one, a hold, a promise."""

    steps_done: int = 0
    last_on: date | None = None
    last_days: int = 0
    held_until: date | None = None
    promised_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What happens to a case on a day: it opens, closes, takes the step at index `step`, or waits.

    `next_on` is the day of the next step, if there is one.
    """

    opens: bool = False
    closes: CloseReason | None = None
    step: int | None = None
    wait: WaitReason = WaitReason.NOTHING
    next_on: date | None = None


def next_step_on(due: date, days: Sequence[int], progress: Progress) -> date | None:
    """Return the day of the next step, or None if all are done.

    Steps are taken in order, at most one a day. If one was late, the next ones keep their distance to it.
    """
    index = progress.steps_done
    if index >= len(days):
        return None
    planned = due + timedelta(days=days[index])
    if progress.last_on is None:
        return planned
    return max(planned, progress.last_on + timedelta(days=max(1, days[index] - progress.last_days)))


def next_business_day(day: date) -> date:
    """Return the first day after `day` that is neither a Saturday nor a Sunday."""
    following = day + ONE_DAY
    while following.weekday() > FRIDAY:
        following += ONE_DAY
    return following


def overdue(debts: Sequence[UnpaidInvoice], today: date) -> list[UnpaidInvoice]:
    """Return the debts past their due date that are not disputed and that Stripe will not charge again."""
    return [debt for debt in _unpaid(debts, today) if not debt.is_disputed and not debt.waits_for_stripe(today)]


def _unpaid(debts: Sequence[UnpaidInvoice], today: date) -> list[UnpaidInvoice]:
    return [debt for debt in debts if debt.due < today and debt.left_micros > 0]


def decide(
    debts: Sequence[UnpaidInvoice],
    policy: Policy | None,
    progress: Progress | None,
    *,
    today: date,
    can_mail: bool,
    ended_on: date | None = None,
) -> Decision:
    """Decide what happens to a customer's case on a day; `progress` is None if no case is open.

    Late fees alone neither open a case nor keep one open. `ended_on` is the day on which staff ended the last case:
    only an invoice that fell due on or after it opens another one.
    """
    counted = overdue(debts, today)
    chased = [debt for debt in counted if not debt.is_fee]
    if not chased:
        if progress is None:
            return Decision()
        left_out = [debt for debt in _unpaid(debts, today) if not debt.is_fee]
        if any(debt.waits_for_stripe(today) and not debt.is_disputed for debt in left_out):
            return Decision(wait=WaitReason.RETRIED)
        is_disputed = any(debt.is_disputed for debt in _unpaid(debts, today))
        return Decision(closes=CloseReason.DISPUTED if is_disputed else CloseReason.SETTLED)
    oldest = min(debt.due for debt in chased)
    total = sum(debt.left_micros for debt in counted)
    if progress is None:
        is_new = ended_on is None or any(debt.due >= ended_on for debt in chased)
        if policy is None or not is_new or total < policy.minimum_micros:
            return Decision()
        if today <= oldest + timedelta(days=policy.grace_days):
            return Decision()
        return replace(_next(oldest, total, policy, Progress(), today=today, can_mail=can_mail), opens=True)
    if policy is None:
        return Decision(wait=WaitReason.NO_POLICY)
    return _next(oldest, total, policy, progress, today=today, can_mail=can_mail)


def _next(oldest: date, total: int, policy: Policy, progress: Progress, *, today: date, can_mail: bool) -> Decision:
    next_on = next_step_on(oldest, [step.days for step in policy.steps], progress)
    wait = _wait(total, policy, progress, next_on, today=today, can_mail=can_mail)
    takes = wait == WaitReason.NOTHING and next_on is not None and next_on <= today
    return Decision(step=progress.steps_done if takes else None, wait=wait, next_on=next_on)


def _wait(
    total: int, policy: Policy, progress: Progress, next_on: date | None, *, today: date, can_mail: bool
) -> WaitReason:
    if progress.held_until is not None and today <= progress.held_until:
        return WaitReason.HELD
    if progress.promised_on is not None and today <= next_business_day(progress.promised_on):
        return WaitReason.PROMISED
    if next_on is None:
        return WaitReason.STEPS_OVER
    if total < policy.minimum_micros:
        return WaitReason.BELOW_MINIMUM
    if next_on > today:
        return WaitReason.NOTHING
    if not policy.is_automatic:
        return WaitReason.BY_HAND
    if policy.steps[progress.steps_done].letter != Letter.NONE and not can_mail:
        return WaitReason.NO_CONTACT
    return WaitReason.NOTHING
