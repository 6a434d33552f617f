"""The course of dunning: when a case opens, steps, waits and closes."""

from datetime import date, timedelta

import pytest

from apps.dunning.rules import (
    CloseReason,
    Decision,
    Letter,
    Policy,
    Progress,
    Step,
    UnpaidInvoice,
    WaitReason,
    decide,
    next_business_day,
    next_step_on,
)

DUE = date(2026, 11, 3)
DAYS = (3, 14, 28)
POLICY = Policy(steps=[Step(days) for days in DAYS])
OWED = [UnpaidInvoice(DUE, 100)]
OPENED = Progress()


def course(*, days_off=(), start=DUE, through=date(2026, 12, 31)):
    """Return the days on which steps are taken by a job that runs daily, except on `days_off`."""
    taken, progress = [], Progress()
    for ahead in range((through - start).days + 1):
        today = start + timedelta(days=ahead)
        planned = next_step_on(DUE, DAYS, progress)
        if today in days_off or planned is None or planned > today:
            continue
        taken.append(today)
        progress = Progress(steps_done=progress.steps_done + 1, last_on=today, last_days=DAYS[progress.steps_done])
    return taken


def test_a_step_is_taken_its_number_of_days_after_the_due_date():
    assert course() == [date(2026, 11, 6), date(2026, 11, 17), date(2026, 12, 1)]


def test_steps_keep_their_spacing_after_the_job_was_off():
    off = {DUE + timedelta(days=ahead) for ahead in range(17)}
    assert course(days_off=off) == [date(2026, 11, 20), date(2026, 12, 1), date(2026, 12, 15)]


def test_a_policy_that_was_changed_takes_at_most_one_step_a_day():
    done = Progress(steps_done=1, last_on=date(2026, 11, 20), last_days=20)
    assert next_step_on(DUE, (3, 14, 28), done) == date(2026, 11, 21)


def decided(debts=OWED, policy=POLICY, progress=OPENED, day=6, **given):
    return decide(debts, policy, progress, today=date(2026, 11, day), **{"can_mail": True} | given)


@pytest.mark.parametrize(
    ("debts", "policy", "day", "opens"),
    [
        (OWED, POLICY, 3, False),
        (OWED, POLICY, 4, True),
        (OWED, Policy(steps=POLICY.steps, grace_days=2), 5, False),
        (OWED, Policy(steps=POLICY.steps, grace_days=2), 6, True),
        (OWED, Policy(steps=POLICY.steps, minimum_micros=101), 30, False),
        (
            [UnpaidInvoice(DUE, 60), UnpaidInvoice(DUE, 41, is_fee=True)],
            Policy(steps=POLICY.steps, minimum_micros=101),
            30,
            True,
        ),
        ([UnpaidInvoice(DUE, 100, is_fee=True)], POLICY, 30, False),
        ([UnpaidInvoice(DUE, 100, is_disputed=True)], POLICY, 30, False),
        (OWED, None, 30, False),
    ],
)
def test_a_case_opens_past_the_grace_and_the_minimum(debts, policy, day, opens):
    assert decided(debts, policy, None, day).opens is opens


def test_a_case_ended_by_hand_opens_again_only_for_a_later_invoice():
    ended = {"progress": None, "day": 30, "ended_on": date(2026, 11, 20)}
    assert not decided(**ended).opens
    assert decided([*OWED, UnpaidInvoice(date(2026, 11, 20), 1)], **ended).opens


@pytest.mark.parametrize(
    ("debts", "closes"),
    [
        ([], CloseReason.SETTLED),
        ([UnpaidInvoice(DUE, 5, is_fee=True)], CloseReason.SETTLED),
        ([UnpaidInvoice(date(2026, 11, 6), 5)], CloseReason.SETTLED),
        ([UnpaidInvoice(DUE, 5, is_disputed=True)], CloseReason.DISPUTED),
    ],
)
def test_a_case_closes_once_nothing_but_fees_is_overdue(debts, closes):
    assert decided(debts).closes is closes


@pytest.mark.parametrize(
    ("policy", "progress", "day", "can_mail", "wait"),
    [
        (POLICY, Progress(held_until=date(2026, 11, 6)), 6, True, WaitReason.HELD),
        (POLICY, Progress(held_until=date(2026, 11, 5)), 6, True, WaitReason.NOTHING),
        # Payment is promised by Friday: dunning waits until the end of Monday.
        (POLICY, Progress(promised_on=date(2026, 11, 6)), 9, True, WaitReason.PROMISED),
        (POLICY, Progress(promised_on=date(2026, 11, 6)), 10, True, WaitReason.NOTHING),
        (Policy(steps=POLICY.steps, minimum_micros=101), Progress(), 6, True, WaitReason.BELOW_MINIMUM),
        (Policy(steps=POLICY.steps, is_automatic=False), Progress(), 5, True, WaitReason.NOTHING),
        (Policy(steps=POLICY.steps, is_automatic=False), Progress(), 6, True, WaitReason.BY_HAND),
        (POLICY, Progress(), 6, False, WaitReason.NO_CONTACT),
        (Policy(steps=[Step(3, Letter.NONE, fee_micros=1)]), Progress(), 6, False, WaitReason.NOTHING),
        (POLICY, Progress(steps_done=3, last_on=date(2026, 11, 5)), 6, True, WaitReason.STEPS_OVER),
        (None, Progress(), 6, True, WaitReason.NO_POLICY),
    ],
)
def test_what_a_case_waits_for(policy, progress, day, can_mail, wait):
    found = decided(OWED, policy, progress, day, can_mail=can_mail)
    assert found.wait is wait
    assert (found.step is None) == (wait is not WaitReason.NOTHING or day < 6)


@pytest.mark.parametrize(
    ("retried_on", "day", "waits"),
    [
        (date(2026, 11, 9), 6, True),
        (date(2026, 11, 6), 6, True),
        (date(2026, 11, 5), 6, False),  # Stripe has not reported that attempt
        (date(2026, 11, 30), 24, True),
        (date(2026, 11, 30), 25, False),  # three weeks are over
        (None, 6, False),
    ],
)
def test_an_invoice_that_stripe_retries_waits_at_most_three_weeks(retried_on, day, waits):
    owed = [UnpaidInvoice(DUE, 100, retried_on=retried_on)]
    assert (decided(owed, day=day).wait == WaitReason.RETRIED) is waits
    assert decided(owed, progress=None, day=day).opens is not waits
    assert decided([*owed, UnpaidInvoice(DUE, 1)], day=day).step == 0, "another invoice does not wait"


def test_the_next_step_is_shown_the_day_before():
    assert decided(day=5) == Decision(next_on=date(2026, 11, 6))
    assert decided(day=6) == Decision(step=0, next_on=date(2026, 11, 6))


def test_business_days_leave_out_the_weekend():
    friday = date(2026, 11, 6)
    assert [next_business_day(friday + timedelta(days=ahead)) for ahead in range(4)] == [
        *[date(2026, 11, 9)] * 3,
        date(2026, 11, 10),
    ]
