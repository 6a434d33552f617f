"""Budgets decide with the wallet, and count usage and captures, each row on its day."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.common.money import MICROS_PER_UNIT, to_micros
from apps.ledger.models import Transfer
from apps.mail.models import MailMessage
from apps.outbox.models import OutboxMessage
from apps.pricing.models import Meter
from apps.usage.services import Correction, EventCapture, capture_usage, correct_event
from apps.wallets.budgets.periods import regular_span
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.decisions.budget_changes import AddToBudget
from apps.wallets.errors import BudgetLimitReached
from apps.wallets.models import Bucket, BucketPeriod
from apps.wallets.services import (
    add_to_budget,
    drop_old_buckets,
    resources_status,
    send_budget_digests,
    undo_transfer,
)
from apps.webhooks.models import WebhookEvent
from tests.factories import capture, cause_of, create_grant, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import assert_proven, held, put_budget, spent
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "1000", now)
    return organization


@pytest.fixture
def units(now):
    """A meter whose unit costs 1."""
    price(make_meter("units", "service"), micros_per_million=MICROS_PER_UNIT**2)


@pytest.fixture(autouse=True)
def _budgets_are_proven(acme):
    yield
    assert_proven()


class TestReserve:
    def test_is_refused_by_every_limit_without_room_and_the_first_is_named(self, acme, now):
        put_budget(acme, "day", "10", now)
        put_budget(acme, "user", "5", now, scope={"user": "bob"})
        hold = reserve(acme, "4", now, work=Dimensions(user="bob"))
        assert (held("day"), held("user")) == (4, 4)
        with pytest.raises(BudgetLimitReached) as refused:
            reserve(acme, "7", now, key="r2", work=Dimensions(user="bob"))
        limits = refused.value.context["limits"]
        assert [(each.budget.slug, each.missing_micros) for each in limits] == [("day", 1_000_000), ("user", 6_000_000)]
        capture(acme, hold.pk, "3", now)
        assert (held("day"), held("user"), spent("day"), spent("user")) == (0, 0, 3, 3)
        reserve(acme, "7", now, key="r2")


def use(organization, now, id, quantity, time="2026-11-18T11:59:00Z", **texts):
    return send(organization, now, event(id, "units", quantity=quantity, time=time, **texts))


@pytest.mark.parametrize(
    ("period", "anchor_day", "span"),
    [
        ("day", 1, ("2027-03-30", "2027-03-31")),
        ("week", 1, ("2027-03-29", "2027-04-05")),
        ("month", 31, ("2027-03-01", "2027-04-01")),
        ("billing_period", 31, ("2027-02-28", "2027-03-31")),
        ("billing_period", 1, ("2027-03-01", "2027-04-01")),
    ],
)
def test_a_period_begins_at_midnight_utc(period, anchor_day, span):
    assert regular_span(period, date(2027, 3, 30), anchor_day) == tuple(map(date.fromisoformat, span))


@pytest.mark.usefixtures("units")
class TestMidnight:
    """A hold of 6 that is made two minutes before midnight, when the budget of 10 has spent 3."""

    BEFORE, AFTER = (
        datetime(2026, 11, day, hour, minute, tzinfo=UTC) for day, hour, minute in ((18, 23, 58), (19, 0, 3))
    )

    @pytest.fixture
    def hold(self, acme):
        put_budget(acme, "day", "10", self.BEFORE)
        use(acme, self.BEFORE, "a", 3)
        return reserve(acme, "6", self.BEFORE)

    def test_a_live_hold_takes_room_of_both_days(self, acme, hold):
        for moment, key in ((self.BEFORE, "r2"), (self.AFTER, "r3")):
            with pytest.raises(BudgetLimitReached) as refused:
                reserve(acme, "5", moment, key=key)
            assert refused.value.context["limits"][0].room_micros == {"r2": 1, "r3": 4}[key] * MICROS_PER_UNIT

    def test_a_captured_amount_counts_on_the_day_of_its_capture(self, acme, hold):
        capture(acme, hold.pk, "5", self.AFTER)
        assert (spent("day", day=date(2026, 11, 18)), spent("day")) == (3, 5)

    def test_a_captured_event_counts_on_its_own_day(self, acme, hold):
        sent = event("b", "units", quantity=5, time="2026-11-18T23:59:00Z")
        call = EventCapture(hold_id=hold.pk, event=sent)
        capture_usage(organization=acme, captures=[call], created_by="key:test", atomic=False, now=self.AFTER)
        assert spent("day") == 8
        reserve(acme, "10", self.AFTER, key="r2")


@pytest.mark.usefixtures("units")
class TestIngest:
    def test_counts_what_a_cheaper_price_for_all_gives_back(self, acme, now):
        tiers = [
            {"up_to_micros": 100_000_000, "micros_per_million": 10**11},
            {"up_to_micros": None, "micros_per_million": 8 * 10**10},
        ]
        price(make_meter("call", "service"), scheme="volume", tiers=tiers)
        put_budget(acme, "day", "20", now)
        send(acme, now, event("a", "call", quantity=100))
        assert spent("day") == 10
        send(acme, now, event("b", "call", quantity=1))
        assert spent("day") == Decimal("8.08")

    def test_counts_each_row_on_its_day_in_every_budget_of_its_dimensions(self, acme, now):
        put_budget(acme, "day", "10", now)
        put_budget(acme, "web", "10", now, scope={"project": "web"}, period="month")
        put_budget(acme, "each", "10", now, scope={"user": "*"})
        put_budget(acme, "units", "10", now, scope={"meter": "units"}, period="week")
        use(acme, now, "a", "2", project="web", user="ann")
        use(acme, now, "b", "3", user="bob")
        use(acme, now, "late", "4", time="2026-11-17T10:00:00Z", project="web")
        assert (spent("day"), spent("each", "ann"), spent("each", "bob")) == (5, 2, 3)
        assert (spent("web"), spent("units")) == (6, 9)

    def test_is_never_refused_and_exceeds(self, acme, now):
        put_budget(acme, "day", "10", now)
        assert use(acme, now, "a", "25").accepted == 1
        with pytest.raises(BudgetLimitReached):
            reserve(acme, "0.000001", now)

    def test_of_a_known_event_counts_nothing(self, acme, now):
        put_budget(acme, "day", "10", now)
        use(acme, now, "a", "2")
        assert use(acme, now, "a", "2").duplicate == 1
        assert spent("day") == 2


@pytest.mark.usefixtures("units")
class TestNewBudget:
    def test_leaves_what_counts_tomorrow_to_tomorrow(self, acme, now):
        late = now.replace(hour=23, minute=58)
        send(acme, late, event("a", "units", quantity=3, time=(late + timedelta(minutes=4)).isoformat()))
        put_budget(acme, "day", "5", late)
        assert spent("day", day=late.date() + timedelta(days=1)) == 3
        reserve(acme, "5", late)
        assert_proven()

    def test_knows_what_its_period_has_cost(self, acme, now):
        use(acme, now, "a", "2", project="web")
        use(acme, now, "old", "4", time="2026-10-30T00:00:00Z", project="web")
        capture(acme, reserve(acme, "5", now, work=Dimensions(project="web")).pk, "3", now)
        put_budget(acme, "web", "10", now, scope={"project": "web"}, period="month")
        put_budget(acme, "each", "10", now, scope={"project": "*"})
        assert (spent("web"), spent("each", "web")) == (5, 5)


def new_events(deliver_outbox, now):
    """Deliver due messages, and return the new events to organizations: types and data."""
    before = set(WebhookEvent.objects.values_list("pk", flat=True))
    deliver_outbox(now)
    fresh = WebhookEvent.objects.exclude(pk__in=before).order_by("sequence")
    return [(each.type, json.loads(each.body)["data"]) for each in fresh]


@pytest.mark.usefixtures("units")
class TestNotices:
    def test_are_one_for_each_crossing_whatever_the_order_and_repetition(self, acme, now, deliver_outbox):
        put_budget(acme, "day", "100", now)
        seen = []
        for id, quantity in (("a", 45), ("b", 10), ("c", 50)):
            use(acme, now, id, quantity)
            use(acme, now, id, quantity)
            seen += [(type, data["crossed"]) for type, data in new_events(deliver_outbox, now)]
        assert seen == [("budget.threshold_reached", [50]), ("budget.exceeded", [80, 100])]

    def test_tell_of_a_correction_and_of_the_next_crossing(self, acme, now, deliver_outbox):
        put_budget(acme, "day", "100", now)
        use(acme, now, "a", 75)
        use(acme, now, "b", 30)
        voided = Correction(organization=acme, source="app", event_id="b", reason="sent twice", created_by="key:test")
        correct_event(voided, now=now)
        use(acme, now, "c", 30)
        assert [(type, data.get("crossed", data.get("cleared"))) for type, data in new_events(deliver_outbox, now)] == [
            ("budget.threshold_reached", [50]),
            ("budget.exceeded", [80, 100]),
            ("budget.recovered", [80, 100]),
            ("budget.exceeded", [80, 100]),
        ]

    def test_tell_of_a_raised_limit_once_and_of_the_next_period(self, acme, now, deliver_outbox):
        put_budget(acme, "day", "100", now)
        use(acme, now, "a", 100)
        assert [type for type, _ in new_events(deliver_outbox, now)] == ["budget.exceeded"]
        add_to_budget(organization=acme, call=addition("day", "25"), now=now)
        ((type, data),) = new_events(deliver_outbox, now)
        assert (type, data["reason"], data["cleared"]) == ("budget.recovered", "added", [100])
        row = BucketPeriod.objects.get(bucket__budget__slug="day")
        assert (row.alarms, row.reached_at) == ([50, 80], None)
        reserve(acme, "25", now)
        use(acme, now, "b", 25)
        new_events(deliver_outbox, now)
        tomorrow = now + timedelta(days=1)
        use(acme, tomorrow, "c", 1, time="2026-11-19T11:59:00Z")
        ((type, data),) = new_events(deliver_outbox, tomorrow)
        assert (type, data["reason"]) == ("budget.recovered", "new_period")

    def test_tell_late_usage_of_an_ended_period_apart(self, acme, now, deliver_outbox):
        put_budget(acme, "day", "10", now - timedelta(days=1))
        use(acme, now, "late", 10, time="2026-11-17T10:00:00Z")
        ((type, data),) = new_events(deliver_outbox, now)
        assert (type, data["late"]) == ("budget.exceeded", True)


@pytest.mark.usefixtures("units")
class TestDigest:
    def test_names_by_one_mail_the_values_that_used_up_their_budget_in_an_hour(self, acme, now, deliver_outbox):
        evening = now.replace(hour=23, minute=50)
        put_budget(acme, "each", "5", now, scope={"user": "*"})
        put_budget(acme, "all", "5", now)
        for user, quantity in (("ann", 7), ("bob", 6), ("cid", 4)):
            use(acme, evening, user, quantity, user=user)
        use(acme, evening, "early", 9, user="eve", time="2026-11-18T10:00:00Z")
        add_to_budget(organization=acme, call=addition("each", "9", "bob"), now=evening)
        assert send_budget_digests(now=evening) == 0
        use(acme, evening + timedelta(minutes=20), "late", 9, user="dan", time="2026-11-18T10:00:00Z")
        for minutes in (11, 71, 131):
            send_budget_digests(now=evening + timedelta(minutes=minutes))
        deliver_outbox(evening + timedelta(hours=3))
        (new_events,) = OutboxMessage.objects.filter(arguments__notice="budget.digest")
        data = json.loads(new_events.arguments["data"])
        shown = [[each[name] for name in ("bucket", "spent", "limit", "since")] for each in data["buckets"]]
        since = "2026-11-18T23:50:00Z"
        assert (data["budgetId"], data["count"], shown) == ("each", 2, [["ann", 7, 5, since], ["eve", 9, 5, since]])
        (mail,) = MailMessage.objects.filter(template="budget_digest")
        assert mail.subject == "A budget is used up for 2 values"


@pytest.mark.parametrize("was_flagged", [True, False])
def test_what_a_meter_counted_as_when_it_was_charged_stays(acme, now, was_flagged):
    meter = make_meter("gpu", "service", is_persistent_resource=was_flagged)
    price(meter, micros_per_million=MICROS_PER_UNIT**2)
    send(acme, now, event("e1", "gpu", quantity=3))
    hold = reserve(acme, "2", now, work=Dimensions(meter="gpu", resource="gpu" if was_flagged else ""))
    capture(acme, hold.pk, "2", now)
    Meter.objects.filter(pk=meter.pk).update(is_persistent_resource=not was_flagged)
    assert_proven()
    send(acme, now, event("e2", "gpu", quantity=4))
    reverse(acme, Transfer.objects.get(kind="usage", amount_micros=3_000_000), now)
    counted = resources_status(acme, now).period
    assert counted.spent_micros == (2_000_000 if was_flagged else 4_000_000)


def test_counters_of_single_values_are_dropped_long_after_their_last_period(acme, now, units):
    put_budget(acme, "each", "10", now, scope={"user": "*"})
    put_budget(acme, "team", "10", now, scope={"project": "*"}, period="month")
    send(acme, now, event("a", "units", quantity=2, user="ann", project="web"))
    send(acme, now, event("b", "units", quantity=1, user="bob"))
    hold = reserve(acme, "1", now, work=Dimensions(user="bob"))
    ended = now + timedelta(days=36)
    assert (drop_old_buckets(now=ended - timedelta(days=1)), drop_old_buckets(now=ended)) == (0, 1)
    assert set(Bucket.objects.exclude(value="").values_list("value", flat=True)) == {"bob", "web"}
    assert_proven()
    capture(acme, hold.pk, "1", ended)
    send(acme, ended, event("c", "units", quantity=3, user="ann", time=ended.isoformat()))
    assert (spent("each", "ann"), spent("team", "web")) == (3, 2)


def addition(slug, amount, bucket=""):
    return AddToBudget(
        slug=slug, bucket=bucket, amount=to_micros(amount), reason="More", created_by="user:ann", set_by="customer"
    )


@pytest.mark.usefixtures("units")
class TestReversal:
    def test_of_a_posting_takes_each_of_its_rows_back_on_its_own_day(self, acme, now):
        put_budget(acme, "web", "10", now, scope={"project": "web"})
        put_budget(acme, "all", "10", now)
        send(acme, now, event("a", "units", quantity=2, project="web"), event("b", "units", quantity=3))
        tomorrow = now + timedelta(days=1)
        reverse(acme, Transfer.objects.get(kind="usage"), tomorrow)
        assert (spent("web", day=now.date()), spent("all", day=now.date())) == (2, 5)
        assert (spent("web"), spent("all")) == (-2, -5)

    def test_of_a_capture_by_an_event_takes_back_what_the_event_counted(self, acme, now):
        put_budget(acme, "web", "10", now, scope={"project": "web"})
        put_budget(acme, "units", "10", now, scope={"meter": "units"})
        hold = reserve(acme, "5", now, work=Dimensions(project="web"))
        captures = [EventCapture(hold_id=hold.pk, event=event("a", "units", quantity=3))]
        capture_usage(organization=acme, captures=captures, created_by="key:test", atomic=True, now=now)
        assert (spent("web"), spent("units"), held("web")) == (3, 3, 0)
        reverse(acme, Transfer.objects.get(kind="usage"), now)
        assert (spent("web"), spent("units")) == (0, 0)

    def test_of_a_capture_takes_it_back(self, acme, now):
        put_budget(acme, "web", "10", now, scope={"project": "web"})
        charged = capture(acme, reserve(acme, "5", now, work=Dimensions(project="web")).pk, "3", now)
        reverse(acme, charged, now)
        assert spent("web") == 0


def reverse(organization, transfer, now):
    undo_transfer(
        organization=organization,
        transfer_id=transfer.pk,
        cause=cause_of(organization),
        reason="Wrong",
        created_by="staff:ann",
        now=now,
    )
