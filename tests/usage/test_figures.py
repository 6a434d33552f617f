"""Meters with one figure per month: the highest quantity, the latest one, or the number of distinct values."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.common.money import to_micros
from apps.common.periods import parse_month
from apps.pricing.errors import PriceTermsInvalid
from apps.pricing.services import PriceTerms, draft_price_version, end_price_version, list_price_book
from apps.pricing.services.drafts import PriceSlot
from apps.usage.models import MonthFigure, MonthValue, UsageDay, UsageEvent
from apps.usage.preview import preview_price
from apps.usage.selectors import FutureWork, estimate_charge
from apps.usage.services import (
    Correction,
    EventCapture,
    capture_usage,
    check_usage,
    close_month,
    correct_event,
    rebuild_usage,
    rerate_quarantined,
)
from apps.wallets.selectors import wallet_figures
from tests.factories import create_grant, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
MICRO = 1_000_000
EACH = MICRO * 1_000_000  # one currency unit for one, as micros per million
TIERS = [
    {"up_to_micros": 5 * MICRO, "micros_per_million": 10 * EACH},
    {"up_to_micros": None, "micros_per_million": 4 * EACH},
]
DAYS = [f"2026-11-{day:02}T09:00:00Z" for day in (3, 5, 9, 17)]
numbers = count(1)


@pytest.fixture
def meters(db):
    """Seats at 12.00, storage at 0.023, and active users by graduated tiers."""
    seats = make_meter("seats", "other", counts="max")
    storage = make_meter("storage", "other", counts="latest")
    users = make_meter("users", "other", counts="unique", unique_of="user")
    price(seats, micros_per_million=12 * EACH)
    price(storage, micros_per_million=23_000 * MICRO)
    price(users, scheme="graduated", tiers=TIERS)
    return seats, storage, users


@pytest.fixture
def acme(now):
    return create_organization(now)


def charged(organization, now):
    figures = wallet_figures(organization, now)
    return figures.outstanding_micros - figures.balance_micros


def correct(organization, now, event_id, new=None):
    facts = {"organization": organization, "source": "app", "event_id": event_id, "created_by": "key:test"}
    return correct_event(Correction(reason="as it was", event=new, **facts), now=now)


def seat(id, quantity, day=0):
    return event(id, "seats", time=DAYS[day], quantity=quantity)


def storage(id, quantity, day=0):
    return event(id, "storage", time=DAYS[day], quantity=quantity)


def test_seats_are_charged_by_the_greatest_number_of_the_month(acme, meters, now):
    done = send(acme, now, seat("a", 5), seat("b", 9, 1), seat("c", 7, 2))
    assert done.accepted == 3
    rows = UsageEvent.objects.order_by("id").values_list("reported_micros", "quantity_micros", "charge_micros")
    assert list(rows) == [
        (5 * MICRO, 5 * MICRO, 60 * MICRO),
        (9 * MICRO, 4 * MICRO, 48 * MICRO),
        (7 * MICRO, 0, 0),
    ]
    assert charged(acme, now) == 108 * MICRO


def test_storage_is_charged_by_the_latest_quantity_by_the_events_own_time(acme, meters, now):
    send(acme, now, storage("a", 10, 0), storage("b", 4, 2))
    assert charged(acme, now) == 92_000
    send(acme, now, storage("c", 7, 1))  # an older one changes nothing
    assert charged(acme, now) == 92_000
    assert MonthFigure.objects.values_list("quantity_micros", "decided_by").get() == (4 * MICRO, "b")


def test_distinct_values_are_charged_once_a_month(acme, meters, now):
    users = [event(f"u{number}", "users", time=DAYS[0], user=f"u{number % 7}") for number in range(20)]
    send(acme, now, *users)
    assert charged(acme, now) == 58 * MICRO  # 5 at 10 and 2 at 4
    assert UsageDay.objects.values_list("quantity_micros", "event_count").get() == (7 * MICRO, 20)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (event("x", "seats"), "missing_quantity"),
        (event("x", "users"), "missing_dimension"),
        (event("x", "users", user="u1", quantity=3), "quantity_not_counted"),
    ],
)
def test_an_event_without_what_its_meter_counts_is_refused(acme, meters, now, sent, code):
    assert [refusal.code for refusal in send(acme, now, sent).refusals] == [code]


class TestACorrection:
    def test_counts_the_month_anew_from_the_other_events(self, acme, meters, now):
        send(acme, now, seat("a", 5), seat("b", 9, 1), seat("c", 7, 2))
        assert correct(acme, now, "b").charge_micros == -24 * MICRO  # 7 remain
        assert correct(acme, now, "a").charge_micros == 0
        assert correct(acme, now, "c", seat("c", 6, 2)).charge_micros == -12 * MICRO
        assert charged(acme, now) == 72 * MICRO
        assert correct(acme, now, "c").charge_micros == -72 * MICRO
        assert not list(check_usage())

    def test_of_a_value_counts_while_another_event_names_it(self, acme, meters, now):
        send(acme, now, *(event(id, "users", time=DAYS[0], user="u") for id in "ab"))
        assert [correct(acme, now, id).charge_micros for id in "ab"] == [0, -10 * MICRO]
        assert MonthValue.objects.get().event_count == 0
        assert not list(check_usage())

    def test_of_a_closed_month_moves_that_months_figure_today(self, acme, meters, now):
        old = [
            event(id, "seats", time=f"2026-10-0{day}T09:00:00Z", quantity=n)
            for id, day, n in (("a", 5, 8), ("b", 6, 3))
        ]
        send(acme, now, *old, seat("now", 1))
        close_month(month=parse_month("2026-10"), closed_by="job", now=now)
        done = correct(acme, now, "a")
        assert (done.charge_micros, done.counted_on) == (-60 * MICRO, now.date())
        late = event("late", "seats", time="2026-10-20T09:00:00Z", quantity=4)
        send(acme, now, late)
        assert charged(acme, now) == (4 + 1) * 12 * MICRO
        assert not list(check_usage())


@dataclass(frozen=True)
class Sent:
    """An event, and whether its sender voids it afterward."""

    kind: str
    amount: int
    day: int
    is_voided: bool


sent = st.builds(
    Sent, st.sampled_from(["seats", "storage", "users"]), st.integers(0, 9), st.integers(0, 3), st.booleans()
)


def expected(events):
    """Return the charge, computed from the events that were not voided."""
    standing = [(each, f"e{number:02}") for number, each in enumerate(events) if not each.is_voided]
    seats = max((each.amount for each, _ in standing if each.kind == "seats"), default=0)
    stored = [(each.day, id, each.amount) for each, id in standing if each.kind == "storage"]
    users = len({each.amount for each, _ in standing if each.kind == "users"})
    latest = max(stored)[2] if stored else 0
    return seats * 12 * MICRO + latest * 23_000 + min(users, 5) * 10 * MICRO + max(users - 5, 0) * 4 * MICRO


def as_event(number, each):
    data = {"user": f"u{each.amount}"} if each.kind == "users" else {"quantity": each.amount}
    return event(f"e{number:02}", each.kind, time=DAYS[each.day], **data)


@given(st.lists(sent, max_size=12), st.randoms(use_true_random=False), st.integers(1, 5))
@example([Sent("storage", 10, 1, False), Sent("storage", 4, 1, False), Sent("storage", 7, 0, True)], None, 1)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_batching_has_one_total(meters, now, events, random, size):
    organization = create_organization(now, slug=f"acme-{next(numbers)}")
    before = charged(organization, now)
    given_order = list(enumerate(events))
    if random is not None:
        random.shuffle(given_order)
    for start in range(0, len(given_order), size):
        batch = given_order[start : start + size]
        send(organization, now, *(as_event(number, each) for number, each in batch))
        for number, each in batch:
            if each.is_voided:
                correct(organization, now, f"e{number:02}")
    assert charged(organization, now) - before == expected(events)
    assert not list(check_usage())
    rebuild_usage(now=now, organization_ids=[organization.pk])
    assert not list(check_usage())


def test_what_waited_counts_as_if_it_had_come_in_time(acme, now):
    meter = make_meter("seats", "other", counts="max")
    send(acme, now, seat("a", 5), seat("b", 9, 1))
    draft = place_of(meter, datetime(2026, 11, 1, tzinfo=UTC), now, micros_per_million=12 * EACH)
    assert preview_price(draft, now).change_micros == 108 * MICRO
    price(meter, start=datetime(2026, 11, 1, tzinfo=UTC), micros_per_million=12 * EACH)
    rerate_quarantined(created_by="staff:ann", now=now)
    assert charged(acme, now) == 108 * MICRO


def place_of(meter, start, now, **terms):
    slot = PriceSlot(book=list_price_book(currency="USD", now=now), meter=meter, effective_from=start)
    return draft_price_version(slot=slot, terms=PriceTerms("per_unit", **terms), created_by="staff:ann", now=now)


def test_a_month_has_one_price(acme, meters, now):
    december = datetime(2026, 12, 1, tzinfo=UTC)
    with pytest.raises(PriceTermsInvalid, match="start of a UTC month"):
        place_of(meters[0], december.replace(day=2), now, micros_per_million=1)
    place_of(meters[0], december, now, micros_per_million=1)
    version = meters[0].versions.get(status="published")
    with pytest.raises(PriceTermsInvalid, match="start of a UTC month"):
        end_price_version(version_id=version.pk, at=december.replace(hour=1), now=now)


def test_an_estimate_and_a_preview_take_the_figure(acme, meters, now):
    send(acme, now, seat("a", 5), storage("s", 10))
    estimates = [
        estimate_charge(acme, FutureWork(meter=meter, quantity_micros=amount), now).amount
        for meter, amount in (("seats", 7 * MICRO), ("seats", MICRO), ("storage", 9 * MICRO), ("users", None))
    ]
    assert estimates == [24 * MICRO, 0, 0, 10 * MICRO]
    draft = place_of(meters[0], datetime(2026, 12, 1, tzinfo=UTC), now, micros_per_million=13 * EACH)
    assert preview_price(draft, now).change_micros == 5 * MICRO


def test_a_capture_charges_the_difference_and_gives_back_what_falls(acme, meters, now):
    create_grant(acme, "500", now)
    send(acme, now, storage("a", 1_000))
    holds = [reserve(acme, "100", now, key) for key in "ab"]
    captures = [
        EventCapture(hold_id=holds[0].pk, event=seat("s", 3)),
        EventCapture(hold_id=holds[1].pk, event=storage("b", 10, 1)),
    ]
    done = capture_usage(organization=acme, captures=captures, created_by="key:test", atomic=True, now=now)
    assert [each.charge_micros for each in done] == [36 * MICRO, -to_micros("22.77")]
    assert not list(check_usage())
