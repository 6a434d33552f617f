"""A month closes once per organization: minimums, characters, invoices, and final totals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from apps.common.periods import month_of, parse_month
from apps.ledger.models import Transfer
from apps.outbox.models import OutboxMessage
from apps.tenants.models import Organization
from apps.usage.errors import CloseIncomplete, MonthNotOver
from apps.usage.models import CharacterMonth, MinimumCharge, MonthClose, UsageDay
from apps.usage.selectors import usage_lines, usage_totals
from apps.usage.services import check_usage, close_month, months_to_close, rerate_quarantined
from apps.usage.tasks import close_months
from apps.wallets.accounts import Role
from apps.wallets.selectors import balance_as_of, charged_between, wallet_figures
from apps.wallets.services import open_wallet
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
MICRO = 1_000_000
OCTOBER = "2026-10-05T00:00:00Z"
START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC) - timedelta(microseconds=1)


@pytest.fixture
def acme(now):
    return create_organization(START)


@pytest.fixture
def metered(acme, now):
    """Seven micros of usage in October at a minimum of a hundred, and a character."""
    price(make_meter(), micros_per_million=MICRO, minimum_micros=100)
    price(make_meter("character", "character"), micros_per_million=50 * MICRO)
    send(acme, now, event(quantity=7, time=OCTOBER, character="ann"))


def close(now, month="2026-10"):
    return close_month(month=parse_month(month), closed_by="staff:ann", now=now)


def charged(organization, now):
    return -wallet_figures(organization, now).balance_micros


class TestCloseMonth:
    def test_charges_what_is_missing_to_the_minimum(self, acme, metered, now):
        assert (close(now).closed, charged(acme, now)) == (1, 100 + 50)
        charge = MinimumCharge.objects.get()
        assert (charge.amount_micros, charge.counted_on) == (93, date(2026, 10, 31))

    def test_leaves_the_minimum_out_of_what_events_were_charged(self, acme, metered, now):
        before = usage_totals(acme, days=60, now=now).charge_micros
        close(now)
        assert usage_totals(acme, days=60, now=now).charge_micros == before == 7 + 50

    def test_says_which_meter_the_minimum_is_of(self, acme, metered, now):
        close(now)
        send(acme, now, event("late", quantity=30, time=OCTOBER))
        about = Transfer.objects.filter(description__startswith="Minimum").values_list("description", flat=True)
        assert set(about) == {f"Minimum charge: 2026-10, {MinimumCharge.objects.first().meter.slug}"}

    def test_charges_no_minimum_where_nothing_was_used(self, acme, now):
        price(make_meter(), micros_per_million=MICRO, minimum_micros=100)
        close(now)
        assert charged(acme, now) == 0

    def test_charges_one_minimum_though_the_price_changed_in_the_month(self, acme, now):
        meter = make_meter()
        price(meter, micros_per_million=MICRO, minimum_micros=100)
        price(meter, micros_per_million=MICRO, minimum_micros=40, start=datetime(2026, 10, 15, tzinfo=UTC))
        send(acme, now, event("a", quantity=5, time=OCTOBER), event("b", quantity=5, time="2026-10-20T00:00:00Z"))
        close(now)
        assert charged(acme, now) == 40

    def test_seals_the_totals(self, acme, metered, now):
        close(now)
        row = MonthClose.objects.get()
        assert (row.state, row.event_count, row.usage_micros, row.minimum_micros, row.character_count) == (
            "closed",
            1,
            57,
            93,
            1,
        )
        assert (row.closed_at, row.closed_by) == (now, "staff:ann")
        with pytest.raises(DatabaseError), transaction.atomic():
            MonthClose.objects.update(usage_micros=0)

    def test_bills_the_characters(self, acme, metered, now):
        close(now)
        assert CharacterMonth.objects.get().billed_at == now

    def test_does_nothing_the_second_time(self, acme, metered, now):
        close(now)
        assert (close(now + timedelta(days=7)).closed, charged(acme, now)) == (0, 150)
        assert CharacterMonth.objects.get().billed_at == now

    def test_waits_for_the_month_to_end(self, acme, now):
        with pytest.raises(MonthNotOver):
            close(now, "2026-11")

    def test_closes_months_without_usage_too(self, acme, now):
        close(now)
        send(acme, now, event(type="nope"))
        assert MonthClose.objects.get().usage_micros == 0

    def test_costs_the_same_number_of_statements_for_many(self, metered, now, django_assert_max_num_queries):
        for number in range(50):
            send(create_organization(START, f"org-{number}"), now, event(quantity=number, time=OCTOBER))
        with django_assert_max_num_queries(45):
            assert close(now).closed == 51


class TestFailure:
    @pytest.fixture
    def broken(self, acme, metered, now):
        """Another organization with usage too cheap to charge and no wallet, so that its minimum fails."""
        other = Organization.objects.create(name="Other", slug="other", created_at=START, updated_at=START)
        price(make_meter("cheap"), micros_per_million=1, minimum_micros=100)
        send(other, now, event("e2", "cheap", quantity=7, time=OCTOBER))
        return other

    def test_leaves_out_the_one_that_fails_and_says_so(self, acme, broken, now):
        result = close(now)
        assert (result.closed, result.failed) == (1, [broken.pk])
        row = MonthClose.objects.get(organization=broken, month=date(2026, 10, 1))
        assert (row.state, row.attempts, row.closed_at) == ("failed", 1, None)
        assert row.error.startswith("WalletNotFound")

    def test_is_corrected_by_the_next_run(self, acme, broken, now):
        close(now)
        close(now)
        open_wallet(organization=broken, now=now)
        assert close(now).failed == []
        row = MonthClose.objects.get(organization=broken, month=date(2026, 10, 1))
        assert (row.state, row.attempts, row.error, charged(broken, now)) == ("closed", 3, "", 100)

    def test_makes_the_task_fail_after_closing_the_others(self, acme, broken, now):
        with pytest.raises(CloseIncomplete):
            close_months(now=now)
        assert MonthClose.objects.get(organization=acme, month=date(2026, 10, 1)).state == "closed"

    def test_makes_the_command_fail(self, acme, broken):
        with pytest.raises(CommandError, match=str(broken.pk)):
            call_command("close_month", "--month", "2026-10")


class TestLateUsage:
    def test_takes_the_place_of_part_of_the_minimum(self, acme, metered, now):
        close(now)
        send(acme, now, event("late", quantity=30, time=OCTOBER))
        assert charged(acme, now) == 150
        rows = MinimumCharge.objects.order_by("pk").values_list("amount_micros", "counted_on")
        assert list(rows) == [(93, date(2026, 10, 31)), (-30, date(2026, 11, 18))]

    def test_is_charged_beyond_the_minimum(self, acme, metered, now):
        close(now)
        send(acme, now, event("late", quantity=200, time=OCTOBER))
        send(acme, now, event("later", quantity=1, time=OCTOBER))
        assert charged(acme, now) == 208 + 50

    def test_leaves_the_closed_months_totals_alone(self, acme, metered, now):
        close(now)
        send(acme, now, event("late", quantity=30, time=OCTOBER, character="bob"))
        assert UsageDay.objects.filter(day__lt=date(2026, 11, 1)).count() == 2
        assert list(check_usage()) == []


class TestWhatIsOwed:
    """Usage, characters and minimums count in the month they are of, whenever they are posted."""

    @pytest.fixture
    def owing(self, now):
        """A postpaid customer whose October was reported in November: 7 of usage, 93 to the minimum, 50 a character."""
        owing = create_organization(START, "owing", billing_mode=Organization.BillingMode.POSTPAID)
        price(make_meter(), micros_per_million=MICRO, minimum_micros=100)
        price(make_meter("character", "character"), micros_per_million=50 * MICRO)
        send(owing, now, event(quantity=7, time=OCTOBER, character="ann"))
        return owing

    def owed(self, organization, at):
        return -balance_as_of(organization, at, Role.RECEIVABLE)

    def test_counts_in_the_month_until_it_is_closed(self, owing, now):
        assert self.owed(owing, END) == 57
        close(now)
        assert [self.owed(owing, at) for at in (START, END - timedelta(seconds=1), END, now)] == [0, 0, 150, 150]

    def test_counts_in_the_open_month_afterwards(self, owing, now):
        close(now)
        send(owing, now, event("late", quantity=200, time=OCTOBER, character="bob"))
        assert [self.owed(owing, at) for at in (END, now)] == [150, 7 + 200 + 50 + 50]

    def test_counts_in_the_month_when_it_is_rated_before_the_close(self, owing, now):
        send(owing, now, event("waits", "search", quantity=3, time=OCTOBER))
        price(make_meter("search", "service"), micros_per_million=MICRO)
        rerate_quarantined(created_by="staff:ann", now=now)
        assert self.owed(owing, END) == 57 + 3

    def test_is_less_in_the_month_where_more_usage_is_cheaper(self, owing, now):
        tiers = [
            {"up_to_micros": end, "micros_per_million": each} for end, each in [(MICRO, 900 * MICRO), (None, MICRO)]
        ]
        price(make_meter("bulk", "service"), scheme="volume", tiers=tiers)
        send(owing, now, event("a", "bulk", quantity=1, time=OCTOBER))
        assert self.owed(owing, END) == 57 + 900
        send(owing, now, event("b", "bulk", quantity=1, time=OCTOBER))
        assert self.owed(owing, END) == 57 + 2

    def test_counts_in_the_next_month_where_its_clock_is_ahead(self, owing):
        eve = END - timedelta(minutes=1)
        send(owing, eve, event("ahead", quantity=1, time="2026-11-01T00:02:00Z"))
        assert [self.owed(owing, at) for at in (END, END + timedelta(seconds=1))] == [57, 58]

    def test_is_what_the_month_was_charged(self, owing, now):
        close(now)
        send(owing, now, event("late", quantity=200, time=OCTOBER))
        months = [month_of(START), month_of(now)]
        assert [charged_between(owing, month) for month in months] == [150, 200 - 93]
        assert [sum(line.amount_micros for line in usage_lines(owing, month)) for month in months] == [150, 107]


class TestInvoices:
    def test_are_asked_for_once_where_postpaid(self, now):
        owing = create_organization(START, "owing", billing_mode=Organization.BillingMode.POSTPAID)
        close(now)
        close(now)
        message = OutboxMessage.objects.get(task="usage.draft_invoice")
        assert (message.task, message.arguments) == (
            "usage.draft_invoice",
            {"organization_id": str(owing.pk), "month": "2026-10"},
        )

    def test_are_not_asked_for_where_prepaid(self, acme, metered, now):
        close(now)
        assert not OutboxMessage.objects.filter(task="usage.draft_invoice").exists()


class TestSchedule:
    @pytest.mark.parametrize(
        ("moment", "newest"),
        [
            (datetime(2026, 12, 1, tzinfo=UTC), "2026-11"),
            (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), "2026-10"),
            (datetime(2027, 1, 31, tzinfo=UTC), "2026-12"),
        ],
    )
    def test_starts_with_the_month_that_ended_last(self, db, moment, newest):
        assert [f"{month.start:%Y-%m}" for month in months_to_close(ended_before=moment)] == [newest]

    def test_finds_older_usage_that_no_close_has_seen(self, acme, now):
        price(make_meter(), micros_per_million=MICRO)
        send(acme, now, event(quantity=7, time="2026-03-05T00:00:00Z"))
        months = [f"{month.start:%Y-%m}" for month in months_to_close(ended_before=now)]
        assert months == ["2026-03", "2026-10"]

    def test_waits_for_late_usage_as_long_as_it_is_told(self, acme, metered, settings):
        settings.USAGE_CLOSE_AFTER_HOURS = 48
        close_months(now=datetime(2026, 11, 2, 23, 59, tzinfo=UTC))
        assert not MonthClose.objects.filter(month=date(2026, 10, 1)).exists()
        close_months(now=datetime(2026, 11, 3, tzinfo=UTC))
        assert MonthClose.objects.get(month=date(2026, 10, 1)).state == "closed"

    @pytest.mark.parametrize("month", ["2026-13", "x", "9999-01"])
    def test_refuses_a_month_that_it_cannot_close(self, db, month):
        with pytest.raises(CommandError):
            call_command("close_month", "--month", month)
