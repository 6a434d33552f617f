"""Decisions of automatic top-up: when, how much, and the consequences of declines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from apps.common.money import to_micros
from apps.top_ups.decisions import CappedTopUp, Charge, decide_top_up
from apps.top_ups.declines import (
    TOO_MANY,
    DeclineReaction,
    Refusal,
    blocked_until,
    consequence_of,
    kind_of,
    shown_reason,
)
from apps.top_ups.state import LiveAttempt, TopUpState

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
UP_TO_100 = TopUpState(
    threshold_micros=to_micros("20"),
    amount_micros=None,
    up_to_micros=to_micros("100"),
    most_per_charge_micros=to_micros("60"),
    most_per_day_micros=to_micros("150"),
    most_per_month_micros=to_micros("1000"),
    step_micros=10_000,
    least_micros=1_000_000,
    has_card=True,
)
FIXED = replace(UP_TO_100, up_to_micros=None, amount_micros=to_micros("25"))


def used(state: TopUpState, text: str) -> TopUpState:
    return replace(state, used_today_micros=to_micros(text), used_this_month_micros=to_micros(text))


class TestAmount:
    @pytest.mark.parametrize(
        ("available", "already", "charged"),
        [("17.350001", "0", "60"), ("7.350001", "60", "60"), ("-2.649999", "120", "30")],
    )
    def test_is_cut_to_the_charge_and_to_what_the_day_leaves(self, available: str, already: str, charged: str) -> None:
        assert decide_top_up(used(UP_TO_100, already), to_micros(available), NOW) == Charge(to_micros(charged))

    def test_is_rounded_up_to_what_can_be_paid(self) -> None:
        state = replace(UP_TO_100, most_per_charge_micros=to_micros("90"))
        assert decide_top_up(state, to_micros("17.350001"), NOW) == Charge(to_micros("82.65"))

    def test_of_a_used_up_day_waits_until_midnight(self) -> None:
        midnight = datetime(2026, 11, 19, tzinfo=UTC)
        assert decide_top_up(used(UP_TO_100, "150"), to_micros("-42.649999"), NOW) == CappedTopUp(
            "day", to_micros("150"), midnight
        )

    def test_of_a_used_up_month_waits_until_the_next(self) -> None:
        state = replace(UP_TO_100, used_this_month_micros=to_micros("999.50"))
        december = datetime(2026, 12, 1, tzinfo=UTC)
        assert decide_top_up(state, 0, NOW) == CappedTopUp("month", to_micros("1000"), december)


class TestDue:
    @pytest.mark.parametrize(("available", "is_due"), [("20", True), ("20.000001", False), ("-5", True)])
    def test_at_the_threshold_and_below(self, available: str, is_due: bool) -> None:
        assert (decide_top_up(FIXED, to_micros(available), NOW) is not None) is is_due

    def test_not_while_an_attempt_is_live(self) -> None:
        state = replace(FIXED, live=LiveAttempt(uuid4(), to_micros("25"), "sent"))
        assert decide_top_up(state, 0, NOW) is None

    @pytest.mark.parametrize(
        "state",
        [
            replace(FIXED, stopped_reason="lost_card"),
            replace(FIXED, has_card=False),
            replace(FIXED, retry_at=NOW + timedelta(seconds=1)),
            replace(FIXED, card_blocked_until=NOW + timedelta(days=1)),
        ],
    )
    def test_not_while_it_must_not_be_charged(self, state: TopUpState) -> None:
        assert decide_top_up(state, 0, NOW) is None

    def test_again_when_the_wait_ends(self) -> None:
        assert decide_top_up(replace(FIXED, retry_at=NOW), 0, NOW) == Charge(to_micros("25"))

    @pytest.mark.parametrize(("amount", "is_due"), [("55", True), ("55.000001", False)])
    def test_for_a_refused_amount_that_one_charge_covers(self, amount: str, is_due: bool) -> None:
        decision = decide_top_up(FIXED, to_micros("30"), NOW, refused_micros=to_micros(amount))
        assert (decision == Charge(to_micros("25"))) is is_due


class TestDeclines:
    @pytest.mark.parametrize(
        ("refusal", "kind"),
        [
            (Refusal("card_declined", "insufficient_funds"), DeclineReaction.SOFT),
            (Refusal("card_declined", "a_code_of_next_year"), DeclineReaction.SOFT),
            (Refusal("card_declined", "lost_card"), DeclineReaction.HARD),
            (Refusal("expired_card"), DeclineReaction.HARD),
            (Refusal("card_declined", "generic_decline", "do_not_try_again"), DeclineReaction.HARD),
            (Refusal("card_declined", "authentication_required"), DeclineReaction.ACTION),
            (Refusal("authentication_required"), DeclineReaction.ACTION),
            (Refusal("resource_missing", is_of_card=False), DeclineReaction.HARD),
            (Refusal("amount_too_small", is_of_card=False), DeclineReaction.OURS),
            (Refusal("card_declined", "duplicate_transaction"), DeclineReaction.OURS),
        ],
    )
    def test_are_sorted_by_code(self, refusal: Refusal, kind: DeclineReaction) -> None:
        assert kind_of(refusal) is kind

    def test_a_dead_card_is_tried_four_times_in_thirty_days(self) -> None:
        tries, at, stopped = [], NOW, ""
        while not stopped:
            ended = consequence_of(Refusal("card_declined", "generic_decline"), tries, at)
            tries.append(at)
            stopped, at = ended.stopped_reason, ended.retry_at or at
        assert [(each - NOW) / timedelta(hours=1) for each in tries] == [0, 1, 25, 97]
        assert stopped == TOO_MANY
        assert blocked_until(tries, at) == NOW + timedelta(days=30)
        assert blocked_until(tries, NOW + timedelta(days=30)) is None

    def test_a_lost_card_is_tried_once_and_only_staff_see_the_reason(self) -> None:
        assert consequence_of(Refusal("card_declined", "lost_card"), [], NOW).stopped_reason == "lost_card"
        assert shown_reason("lost_card") == "declined_by_bank"
        assert shown_reason("insufficient_funds") == "insufficient_funds"
