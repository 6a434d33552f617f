"""Each installment is collected on its own due date, for any day, frequency and term.

Expected dates are computed here by the calendar, independent of the product's rules.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from apps.common.money import Micros, to_micros
from apps.contracts.models import Contract
from apps.contracts.schedule import build_schedule
from apps.contracts.terms import Frequency, ScheduledTerms
from apps.payments.collection import OpenInstallment, split_schedule
from apps.payments.models import StripeInvoice
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from tests.contracts.factories import offer, pay, rows
from tests.payments.desk import Desk
from tests.payments.test_changes import amend
from tests.payments.test_contracts import healthy, states, subscribe

MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
TOTAL = 1_000_000_007 * 10_000  # a prime number of cents, so that no number of periods divides it


def on(start: date, months: int) -> date:
    """Return the day this many months after a start: the same day of the month, or the last one of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def days_of(start: date, frequency: str, months: int) -> list[date]:
    return [on(start, each) for each in range(0, months, MONTHS[frequency])]


def all_terms() -> Iterator[tuple[date, str, int]]:
    """Yield each start day of a leap year and the year before, with each frequency and several terms."""
    first = date(2027, 1, 1)
    for ahead in range(731):
        for frequency, each in MONTHS.items():
            for periods in (1, 2, 5, 60 // each):
                yield first + timedelta(days=ahead), frequency, each * periods


def test_whatever_the_terms_and_the_day_each_installment_is_collected_once_and_no_later_one_before_its_day() -> None:
    for start, frequency, months in all_terms():
        terms = ScheduledTerms(
            term_months=months,
            payment_frequency=Frequency(frequency),
            credit_portion_micros=Micros(TOTAL),
            service_portion_micros=Micros(0),
            currency="USD",
            anchor_date=start,
        )
        schedule = build_schedule(terms)
        owed = [OpenInstallment(number, row.due_date, row.amount_micros) for number, row in enumerate(schedule)]
        expected = days_of(start, frequency, months)
        for today in (start - timedelta(days=40), start - timedelta(days=1), start, start + timedelta(days=100)):
            found = split_schedule(owed, today=today)
            assert [row.due_date for row in (*found.now, *found.later)] == expected
            assert [row.due_date for row in found.later] == [day for day in expected if day > today + timedelta(days=2)]
            assert found.now_micros + sum(row.left_micros for row in found.later) == TOTAL
            assert found.saves_method == bool(found.later)
        assert schedule[-1].period_end == on(start, months)


def accepted(desk: Desk, contract: Contract, day: str) -> Contract:
    """Go to checkout on a day and pay there."""
    desk.come_to(day)
    desk.press(subscribe(contract, desk.now))
    desk.settle_all()
    return contract


def offered_on(desk: Desk, acme: Organization, day: str, start: str, **terms: object) -> Contract:
    desk.clock.move_to(datetime.fromisoformat(day).replace(tzinfo=UTC))
    desk.now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    contract = offer(acme, desk.now, start, **terms)
    desk.run(desk.now)
    return contract


def live_on(desk: Desk, days: list[date]) -> None:
    """Move to the day before each of these days, to the day itself, and to a month and a year after the last.

    What becomes due on a skipped day is charged on the next day.
    """
    for day in days:
        desk.come_to(day - timedelta(days=1))
        desk.come_to(day)
    for ahead in (32, 366):
        desk.come_to(days[-1] + timedelta(days=ahead))


def charged_on(desk: Desk) -> list[date]:
    return [date.fromisoformat(day) for day, _ in desk.charges()]


@pytest.mark.parametrize(
    ("start", "frequency", "months"),
    [
        ("2026-12-31", "monthly", 4),
        ("2026-11-30", "quarterly", 9),
        ("2027-08-29", "semiannual", 18),
        ("2028-02-29", "annual", 48),
    ],
)
def test_stripe_charges_each_on_its_due_date_and_nothing_after_the_last(
    desk: Desk, acme: Organization, start: str, frequency: str, months: int
) -> None:
    begins = date.fromisoformat(start)
    expected = days_of(begins, frequency, months)
    contract = offered_on(desk, acme, str(begins - timedelta(days=20)), start, frequency=frequency, months=months)
    accepted(desk, contract, str(begins - timedelta(days=10)))
    live_on(desk, expected)
    assert charged_on(desk) == expected == [row.due_date for row in rows(contract)]
    assert sum(amount for _, amount in desk.charges()) == 120_000
    assert (set(states(contract)), healthy(), compare_clearing(acme, desk.now)) == ({"paid"}, True, True)


def test_accepted_late_pays_what_was_due_at_once_and_the_rest_on_its_days(desk: Desk, acme: Organization) -> None:
    """Quarterly from 31 August for 18 months, accepted on 28 November: two are due by then or within two days."""
    contract = offered_on(desk, acme, "2026-11-28", "2026-08-31", months=18, frequency="quarterly", credit="600")
    accepted(desk, contract, "2026-11-28")
    assert desk.charges() == [("2026-11-28", 20_000)]
    live_on(desk, [date(2027, 2, 28), date(2027, 5, 31), date(2027, 8, 31), date(2027, 11, 30)])
    desk.come_to("2028-02-28")
    desk.come_to("2028-02-29")
    assert desk.charges() == [
        ("2026-11-28", 20_000),
        ("2027-02-28", 10_000),
        ("2027-05-31", 10_000),
        ("2027-08-31", 10_000),
        ("2027-11-30", 10_000),
    ]
    assert (states(contract), compare_clearing(acme, desk.now)) == (["paid"] * 6, True)


@pytest.mark.parametrize("hour", ["00:00:01", "12:00:00", "23:59:59"])
def test_accepted_two_days_before_it_begins_is_something_that_stripe_takes(
    desk: Desk, acme: Organization, hour: str
) -> None:
    contract = offered_on(desk, acme, f"2026-11-28T{hour}", "2026-11-30", months=2, credit="200")
    desk.press(subscribe(contract, desk.now))
    desk.settle_all()
    assert desk.charges() == [("2026-11-28", 10_000)]
    later = days_of(date(2026, 11, 30), "monthly", 2)[1:]
    live_on(desk, later)
    assert charged_on(desk)[1:] == later
    assert {amount for _, amount in desk.charges()} == {10_000}


@pytest.mark.parametrize(("start", "charged"), [("2026-11-19", 1), ("2026-11-20", 1), ("2026-11-21", 0)])
def test_that_begins_within_days_is_taken_by_stripe(
    desk: Desk, acme: Organization, now: datetime, start: str, charged: int
) -> None:
    contract = offer(acme, now, start)
    desk.press(subscribe(contract, now))
    desk.settle_all()
    assert len(desk.charges()) == charged
    desk.come_to(start)
    assert len(desk.charges()) == 1
    assert states(contract)[:2] == ["paid", "due"]


def test_what_checkout_asks_stripe_for_has_no_subscription(desk: Desk, acme: Organization, now: datetime) -> None:
    for start, mode in (("2026-11-18", "payment"), ("2027-01-31", "setup")):
        subscribe(offer(acme, now, start), now)
        assert desk.take("checkout.session")["mode"] == mode
    assert desk.account.store.all("subscription") == desk.account.store.all("price") == []


def test_after_an_amendment_a_bank_payment_and_a_renewal_the_days_stay_those_of_the_first_anchor(
    desk: Desk, acme: Organization
) -> None:
    from apps.contracts import services as contracts

    contract = offered_on(desk, acme, "2027-11-30", "2027-11-30", months=4, credit="400", auto_renew=True)
    accepted(desk, contract, "2027-11-30")
    live_on_days = [date(2027, 12, 30), date(2028, 1, 30)]
    for day in live_on_days:
        desk.come_to(day)
    amend(contract, desk.now, "2028-02-29", months=1, credit="50")
    desk.run(desk.now)
    desk.come_to("2028-02-29")
    desk.clock.move_to(datetime(2028, 3, 30, 0, 5, tzinfo=UTC))
    contracts.end_term(contract_id=contract.pk, now=datetime(2028, 3, 30, 0, 5, tzinfo=UTC))
    renewed = [row for row in rows(contract) if row.due_date >= date(2028, 3, 30) and row.state == "due"]
    pay(renewed[1], desk.now, received_in=Role.MANUAL_RECEIPTS)
    for day in ("2028-03-30", "2028-04-29", "2028-04-30", "2028-05-30", "2028-06-30"):
        desk.come_to(day)
    assert desk.charges() == [
        ("2027-11-30", 10_000),
        ("2027-12-30", 10_000),
        ("2028-01-30", 10_000),
        ("2028-02-29", 5_000),
        ("2028-03-30", 5_000),
        ("2028-05-30", 5_000),
        ("2028-06-30", 5_000),
    ]
    assert (healthy(), compare_clearing(acme, desk.now)) == (True, True)


def test_what_is_sent_is_due_at_stripe_on_the_very_date(desk: Desk, acme: Organization) -> None:
    contract = offered_on(desk, acme, "2027-12-31", "2027-12-31", months=3, credit="300")
    pay(rows(contract)[0], desk.now, received_in=Role.MANUAL_RECEIPTS)
    for day in ("2028-01-17", "2028-02-15"):
        desk.come_to(day)
    due = [one["due_date"] for one in reversed(desk.account.store.all("invoice"))]
    assert [datetime.fromtimestamp(stamp, UTC).date() for stamp in due] == [date(2028, 1, 31), date(2028, 2, 29)]
    assert StripeInvoice.objects.exclude(charged_to="").count() == 0
    assert to_micros("100") == rows(contract)[1].amount_micros
