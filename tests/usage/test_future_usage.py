"""Usage ahead of the clock is charged at once, but excluded from windows that end before its time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.money import MICROS_PER_UNIT
from apps.usage.models import ActiveCharacter, FutureUsage, UsageEvent
from apps.usage.selectors import (
    UsageGroup,
    active_characters,
    usage_by_day,
    usage_by_event_type,
    usage_by_operation,
    usage_totals,
)
from apps.usage.services import check_usage, price_characters, rebuild_usage
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
MICRO = MICROS_PER_UNIT
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 18, 23, 58, tzinfo=UTC)
MONTH_END = datetime(2026, 11, 30, 23, 58, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def acme():
    return create_organization(NOW)


@pytest.fixture(autouse=True)
def priced():
    price(make_meter(is_message=True), micros_per_million=MICRO)


def use(organization, id, now, minutes, type="chat", **data):
    time = (now + minutes * MINUTE).isoformat()
    return send(organization, now, event(id, type, time=time, **{"quantity": 1, **data}))


def shown(organization, at, days=1):
    totals = usage_totals(organization, days=days, now=at)
    return totals.tokens, totals.messages, totals.charge_micros, totals.sessions


class TestAWindowThatEndsNow:
    @pytest.mark.parametrize("now", [NOW, LATE])
    def test_has_no_usage_before_its_time(self, acme, now):
        use(acme, "a", now, 0, session="s1")
        use(acme, "b", now, 3, session="s2")
        moments = [now, now + 3 * MINUTE - timedelta(microseconds=1), now + 3 * MINUTE]
        assert [shown(acme, at, days=2) for at in moments] == [(1, 1, 1, 1), (1, 1, 1, 1), (2, 2, 2, 2)]
        assert wallet_figures(acme, now).balance_micros == -2

    def test_keeps_ids_that_it_has_seen_before(self, acme):
        use(acme, "a", NOW, 0, session="s1")
        use(acme, "b", NOW, 3, session="s1")
        use(acme, "c", NOW + MINUTE, 4, session="s1")
        assert [shown(acme, NOW + number * MINUTE)[3] for number in (0, 2, 5)] == [1, 1, 1]

    def test_has_an_id_once_its_first_time_has_come(self, acme):
        use(acme, "a", NOW, 5, session="s1")
        use(acme, "b", NOW, 2, session="s1")
        assert [shown(acme, NOW + number * MINUTE)[3] for number in (0, 1, 2, 3)] == [0, 0, 1, 1]

    def test_counts_an_id_by_the_day_before(self, acme):
        use(acme, "a", LATE - timedelta(days=3), 0, session="s1")
        use(acme, "b", LATE, 4, session="s1")
        assert [shown(acme, LATE, days)[3] for days in (3, 4)] == [0, 1]
        assert shown(acme, LATE + 4 * MINUTE, 1)[3] == 1

    @pytest.mark.parametrize("order", ["ab", "ba"])
    def test_has_an_id_over_midnight_on_each_day_from_its_own_time(self, acme, order):
        minutes = {"a": 1, "b": 4}  # 23:59 and 00:02
        for id in order:
            use(acme, id, LATE, minutes[id], session="s1")
        at = [LATE + number * MINUTE for number in (0, 1, 2, 3, 4)]
        assert [shown(acme, moment)[3] for moment in at] == [0, 1, 0, 0, 1]
        assert [shown(acme, moment, 2)[3] for moment in at] == [0, 1, 1, 1, 1]

    def test_has_an_id_of_three_days_in_the_windows_of_each(self, acme):
        use(acme, "a", LATE - timedelta(days=2), 0, session="s1")
        use(acme, "b", LATE, 4, session="s1")
        use(acme, "c", LATE, 1, session="s1")
        seen = [[shown(acme, LATE + number * MINUTE, days)[3] for days in (1, 2, 3, 4)] for number in (0, 1, 2, 4)]
        assert seen == [[0, 0, 1, 1], [1, 1, 1, 1], [0, 1, 1, 1], [1, 1, 1, 1]]

    def test_has_no_groups_before_their_time(self, acme):
        price(make_meter("memory", "event"), micros_per_million=MICRO)
        price(make_meter("search", "service"), micros_per_million=MICRO)
        use(acme, "a", NOW, 3, "memory", event_type="store")
        use(acme, "b", NOW, 3, "search", operation="find")
        use(acme, "c", NOW, 0, "search", operation="rank")
        assert usage_by_event_type(acme, days=1, now=NOW) == []
        assert usage_by_operation(acme, days=1, now=NOW) == [UsageGroup("rank", "search", 1, 1)]
        assert [row["events"] for row in usage_by_day(acme, days=1, now=NOW)] == [1]
        assert len(usage_by_operation(acme, days=1, now=NOW + 3 * MINUTE)) == 2

    def test_has_no_characters_before_their_time(self, acme):
        use(acme, "a", NOW, 3, character="ann")
        price(make_meter("people", "character"), micros_per_million=5 * MICRO)
        price_characters(created_by="staff:ann", now=NOW)
        before, after = (active_characters(acme, days=1, now=NOW + number * MINUTE) for number in (2, 3))
        assert [(each.high_water_mark, each.charged_micros) for each in (before, after)] == [(0, 0), (1, 5)]
        assert [shown(acme, NOW + number * MINUTE)[2] for number in (2, 3)] == [0, 6]
        assert list(check_usage()) == []

    def test_has_the_charge_of_the_characters_that_have_come(self, acme):
        use(acme, "a", NOW, 0, character="ann")
        use(acme, "b", NOW, 3, character="bob")
        price(make_meter("people", "character"), micros_per_million=5 * MICRO)
        price_characters(created_by="staff:ann", now=NOW)
        before, after = (active_characters(acme, days=1, now=NOW + number * MINUTE) for number in (2, 3))
        assert [(each.high_water_mark, each.charged_micros) for each in (before, after)] == [(1, 5), (2, 10)]

    def test_shows_the_month_before_until_a_character_of_this_one_has_come(self, acme):
        use(acme, "a", NOW - timedelta(days=24), 0, character="ann")
        use(acme, "b", NOW, 3, character="bob")
        before, after = (active_characters(acme, days=30, now=NOW + number * MINUTE) for number in (2, 3))
        assert [(f"{each.month:%Y-%m}", each.high_water_mark) for each in (before, after)] == [
            ("2026-10", 1),
            ("2026-11", 1),
        ]

    def test_has_a_character_from_its_earliest_time_whichever_usage_came_first(self, acme):
        price(make_meter("people", "character"), micros_per_million=5 * MICRO)
        for number, minutes in enumerate((5, 3, 4)):
            use(acme, f"e{number}", NOW, minutes, character="ann")
        assert [mark(acme, NOW + number * MINUTE) for number in (2, 3, 4, 5)] == [(0, 0), (1, 5), (1, 5), (1, 5)]
        use(acme, "z", NOW + MINUTE, 0, character="ann")
        assert [mark(acme, NOW + number * MINUTE) for number in (1, 5)] == [(1, 5), (1, 5)]
        assert [shown(acme, NOW + number * MINUTE)[2] for number in (1, 3, 5)] == [6, 7, 9]

    def test_has_a_character_from_its_earliest_time_in_one_batch(self, acme):
        price(make_meter("people", "character"), micros_per_million=5 * MICRO)
        times = [(NOW + minutes * MINUTE).isoformat() for minutes in (5, 2)]
        send(acme, NOW, *(event(time, time=time, quantity=1, character="ann") for time in times))
        assert [mark(acme, NOW + number * MINUTE) for number in (1, 2)] == [(0, 0), (1, 5)]

    def test_has_the_charge_of_a_character_priced_late_from_its_earliest_time(self, acme):
        use(acme, "a", NOW, 5, character="ann")
        use(acme, "b", NOW, 3, character="ann")
        price(make_meter("people", "character"), micros_per_million=5 * MICRO)
        price_characters(created_by="staff:ann", now=NOW)
        assert [mark(acme, NOW + number * MINUTE) for number in (2, 3)] == [(0, 0), (1, 5)]
        assert [shown(acme, NOW + number * MINUTE)[2] for number in (2, 3)] == [0, 6]

    def test_has_a_character_of_two_months_in_each_from_its_own_time(self, acme):
        price(make_meter("people", "character"), micros_per_million=5 * MICRO)
        use(acme, "a", MONTH_END, 4, character="ann")  # 00:02 on December 1
        use(acme, "b", MONTH_END, 1, character="ann")  # 23:59 on November 30
        found = [active_characters(acme, days=1, now=MONTH_END + number * MINUTE) for number in (0, 1, 2, 4)]
        shown = [(each.month.month, each.high_water_mark, each.charged_micros) for each in found]
        assert shown == [(11, 0, 0), (11, 1, 5), (12, 0, 0), (12, 1, 5)]


class TestWhatIsKept:
    def test_goes_when_its_time_has_come(self, acme):
        use(acme, "a", NOW, 3)
        use(acme, "b", NOW + 4 * MINUTE, 3)
        assert FutureUsage.objects.count() == 1

    def test_is_made_anew_with_the_totals(self, acme):
        use(acme, "a", NOW, 0, session="s1")
        use(acme, "b", NOW, 3, session="s2")
        rebuild_usage(now=NOW)
        assert [shown(acme, NOW + number * MINUTE)[3] for number in (0, 3)] == [1, 2]


NAMES = ["", "a", "b", "c"]
SENT = st.tuples(st.integers(0, 4), st.integers(-3, 5), st.sampled_from(NAMES), st.sampled_from(NAMES))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.lists(SENT, max_size=8),
    now=st.sampled_from([NOW, LATE, MONTH_END]),
    later=st.integers(0, 8),
    rebuilt=st.booleans(),
)
def test_any_window_that_ends_now_has_what_has_come(db, sent, now, later, rebuilt):
    with transaction.atomic():
        _check(sent, now, later, rebuilt)
        transaction.set_rollback(True)


def _check(sent, now, later, rebuilt):
    """Compare every figure at a moment with the events whose time is not after it."""
    price(make_meter("people", "character"), micros_per_million=5 * MICRO)
    acme = create_organization(now, "any")
    moment = now
    for number, (wait, minutes, session, character) in enumerate(sent):
        moment += wait * timedelta(seconds=20)
        use(acme, f"e{number}", moment, minutes, session=session, character=character)
    if rebuilt:
        rebuild_usage(now=moment)
    at = moment + later * MINUTE
    come = list(UsageEvent.objects.filter(occurred_at__lte=at))
    month = at.date().replace(day=1)
    active = {row.character for row in come if row.character and row.occurred_at.date() >= month}
    assert mark(acme, at, month) == (len(active), 5 * len(active))
    for days in (1, 2, 3):
        start = at.date() - timedelta(days=days - 1)
        inside = [row for row in come if row.occurred_at.date() >= start]
        ids = ({row.session for row in inside if row.session}, {row.character for row in inside if row.character})
        charged_days = ActiveCharacter.objects.filter(counted_on__range=(start, at.date()))
        charged = sum(_has_come(row, come) for row in charged_days)
        totals = usage_totals(acme, days=days, now=at)
        assert (totals.tokens, totals.messages, totals.charge_micros) == (*[len(inside)] * 2, len(inside) + 5 * charged)
        assert (totals.sessions, totals.characters) == tuple(map(len, ids))
    assert list(check_usage()) == []


def _has_come(active, come):
    names = {row.character for row in come if row.occurred_at.date().replace(day=1) == active.month}
    return active.character in names


def mark(organization, at, month=None):
    """The high-water mark and charge of the newest month with active characters; of one month if it is given."""
    found = active_characters(organization, days=1, now=at)
    if month not in (None, found.month):
        return 0, 0
    return found.high_water_mark, found.charged_micros
