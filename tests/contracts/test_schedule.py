"""Schedules: dates clamped from the anchor, contiguous periods, exact splits."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.money import payable_step
from apps.contracts.errors import ImpossibleTerms
from apps.contracts.models import Installment
from apps.contracts.schedule import Row, build_schedule
from apps.contracts.terms import CustomLine, Frequency, ScheduledTerms, find_problems

USD = 1_000_000
CENT = 10_000


def terms(**overrides) -> ScheduledTerms:
    agreed = {
        "currency": "USD",
        "anchor_date": date(2026, 1, 1),
        "term_months": 12,
        "payment_frequency": Frequency.MONTHLY,
        "credit_portion_micros": 1_200 * USD,
        "service_portion_micros": 0,
    }
    return ScheduledTerms(**(agreed | overrides))


def due_dates(agreed: ScheduledTerms) -> list[str]:
    return [f"{row.due_date:%Y-%m-%d}" for row in build_schedule(agreed)]


@st.composite
def possible_terms(draw) -> ScheduledTerms:
    frequency = draw(st.sampled_from(Frequency))
    count = 1 if frequency is Frequency.ONE_TIME else draw(st.integers(1, 20))
    months = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}.get(frequency, draw(st.integers(1, 36)))
    currency = draw(st.sampled_from(["USD", "JPY", "KWD", "UGX"]))
    unit = payable_step(currency)
    credit, service = draw(st.integers(0, 10**7)), draw(st.integers(1, 10**7))
    limit = st.none() | st.integers(1, count)
    return ScheduledTerms(
        currency=currency,
        anchor_date=draw(st.dates(date(1999, 1, 1), date(2101, 1, 1))),
        term_months=count * months,
        payment_frequency=frequency,
        credit_portion_micros=credit * unit,
        service_portion_micros=service * unit,
        onetime_credit_micros=draw(st.integers(0, credit)) * unit,
        onetime_service_micros=draw(st.integers(0, service)) * unit,
        credit_period_limit=draw(limit),
        service_period_limit=draw(limit),
        first_month=draw(st.integers(0, 120)),
    )


def recurring(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not row.is_one_time]


class TestEverySchedule:
    @given(possible_terms())
    def test_adds_up_exactly(self, agreed):
        rows = build_schedule(agreed)
        assert sum(row.credit_micros for row in rows) == agreed.credit_portion_micros
        assert sum(row.service_micros for row in rows) == agreed.service_portion_micros
        assert sum(row.amount_micros for row in rows) == agreed.total_micros

    @given(possible_terms())
    def test_is_in_smallest_units_and_never_negative(self, agreed):
        unit = payable_step(agreed.currency)
        portions = [part for row in build_schedule(agreed) for part in (row.credit_micros, row.service_micros)]
        assert all(part >= 0 and part % unit == 0 for part in portions)

    @given(possible_terms())
    def test_tiles_the_term(self, agreed):
        rows = recurring(build_schedule(agreed))
        assert [row.period_end for row in rows[:-1]] == [row.period_start for row in rows[1:]]
        assert (rows[0].period_start, rows[-1].period_end) == (agreed.start_date, agreed.end_date)

    @given(possible_terms())
    def test_keeps_the_anchors_day_where_the_month_has_it(self, agreed):
        for row in recurring(build_schedule(agreed)):
            last_day = monthrange(row.due_date.year, row.due_date.month)[1]
            assert row.due_date.day == min(agreed.anchor_date.day, last_day)

    @given(possible_terms())
    def test_differs_by_at_most_one_smallest_unit_and_pays_the_larger_first(self, agreed):
        rows = recurring(build_schedule(agreed))
        carrying = [row.credit_micros for row in rows][: agreed.credit_period_limit]
        assert carrying == sorted(carrying, reverse=True)
        assert carrying[0] - carrying[-1] in (0, payable_step(agreed.currency))

    @given(possible_terms())
    def test_carries_no_portion_past_its_limit(self, agreed):
        rows = recurring(build_schedule(agreed))
        past_credit = rows[agreed.credit_period_limit :] if agreed.credit_period_limit else []
        past_service = rows[agreed.service_period_limit :] if agreed.service_period_limit else []
        assert all(row.credit_micros == 0 for row in past_credit)
        assert all(row.service_micros == 0 for row in past_service)

    @given(possible_terms())
    def test_continues_where_the_term_before_ended(self, agreed):
        following = replace(agreed, first_month=agreed.first_month + agreed.term_months)
        assert recurring(build_schedule(following))[0].period_start == agreed.end_date


class TestDates:
    @pytest.mark.parametrize(
        ("anchor", "months", "frequency", "expected"),
        [
            (date(2026, 1, 31), 4, "monthly", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
            (date(2027, 12, 31), 3, "monthly", ["2027-12-31", "2028-01-31", "2028-02-29"]),
            (date(2028, 2, 29), 24, "annual", ["2028-02-29", "2029-02-28"]),
            (date(2028, 2, 29), 60, "annual", ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
            (date(2026, 11, 30), 9, "quarterly", ["2026-11-30", "2027-02-28", "2027-05-30"]),
            (date(2026, 8, 31), 12, "semiannual", ["2026-08-31", "2027-02-28"]),
            (date(2026, 10, 15), 4, "monthly", ["2026-10-15", "2026-11-15", "2026-12-15", "2027-01-15"]),
            (date(2026, 5, 17), 7, "one_time", ["2026-05-17"]),
        ],
    )
    def test_are_clamped_from_the_original_day(self, anchor, months, frequency, expected):
        agreed = terms(anchor_date=anchor, term_months=months, payment_frequency=Frequency(frequency))
        assert due_dates(agreed) == expected

    def test_return_to_the_original_day_in_the_next_term(self):
        january = terms(anchor_date=date(2026, 1, 31), term_months=1)
        assert due_dates(replace(january, first_month=1)) == ["2026-02-28"]
        assert due_dates(replace(january, first_month=2)) == ["2026-03-31"]

    def test_are_written_as_a_period(self):
        last = build_schedule(terms())[-1]
        assert last.period == "2026-12-01/2027-01-01"

    def test_cross_a_change_of_clocks_unmoved(self):
        agreed = terms(anchor_date=date(2026, 2, 28), term_months=3)
        assert due_dates(agreed) == ["2026-02-28", "2026-03-28", "2026-04-28"]


class TestSplits:
    def test_give_the_odd_cents_to_the_earliest_rows(self):
        agreed = terms(term_months=3, credit_portion_micros=100 * USD, service_portion_micros=50 * USD)
        rows = build_schedule(agreed)
        assert [row.credit_micros for row in rows] == [33_340_000, 33_330_000, 33_330_000]
        assert [row.service_micros for row in rows] == [16_670_000, 16_670_000, 16_660_000]
        assert [row.amount_micros for row in rows] == [50_010_000, 50_000_000, 49_990_000]

    @pytest.mark.parametrize(
        ("currency", "portion", "expected"),
        [
            ("USD", 10 * CENT, [40_000, 30_000, 30_000]),
            ("JPY", 100_000_000, [34_000_000, 33_000_000, 33_000_000]),
            ("KWD", 100_000, [40_000, 30_000, 30_000]),
            ("UGX", 10_000_000, [4_000_000, 3_000_000, 3_000_000]),
            ("USD", 2 * CENT, [10_000, 10_000, 0]),
        ],
    )
    def test_are_amounts_that_can_be_paid(self, currency, portion, expected):
        rows = build_schedule(terms(currency=currency, term_months=3, credit_portion_micros=portion))
        assert [row.credit_micros for row in rows] == expected

    def test_put_the_one_time_amount_in_a_row_of_its_own(self):
        agreed = terms(
            credit_portion_micros=1_300 * USD,
            service_portion_micros=250 * USD,
            onetime_credit_micros=100 * USD,
            onetime_service_micros=250 * USD,
        )
        first, *others = build_schedule(agreed)
        assert (first.is_one_time, first.amount_micros, first.period) == (True, 350 * USD, "2026-01-01/2027-01-01")
        assert [row.amount_micros for row in others] == [100 * USD] * 12

    def test_keep_a_period_that_nothing_reaches(self):
        rows = build_schedule(terms(term_months=4, credit_portion_micros=100 * USD, credit_period_limit=2))
        assert [row.amount_micros for row in rows] == [50 * USD, 50 * USD, 0, 0]

    def test_limit_each_portion_by_itself(self):
        agreed = terms(term_months=3, credit_portion_micros=90 * USD, service_portion_micros=90 * USD)
        rows = build_schedule(replace(agreed, credit_period_limit=1, service_period_limit=2))
        assert [(row.credit_micros, row.service_micros) for row in rows] == [
            (90 * USD, 45 * USD),
            (0, 45 * USD),
            (0, 0),
        ]


class TestOneTimeAmendments:
    def test_fall_due_on_their_own_day_without_a_recurring_row(self):
        agreed = terms(
            payment_frequency=Frequency.ONE_TIME,
            term_months=0,
            first_month=12,
            onetime_credit_micros=1_200 * USD,
            one_time_date=date(2026, 5, 10),
        )
        rows = build_schedule(agreed)
        assert [(row.period, row.amount_micros) for row in rows] == [("2026-05-10/2027-01-01", 1_200 * USD)]


class TestImpossibleTerms:
    @pytest.mark.parametrize(
        ("field", "overrides"),
        [
            ("start_date", {"anchor_date": date(1900, 1, 1)}),
            ("start_date", {"anchor_date": date(9999, 12, 31)}),
            ("term_months", {"term_months": 0}),
            ("term_months", {"term_months": -1}),
            ("term_months", {"term_months": 241}),
            ("term_months", {"term_months": 7, "payment_frequency": Frequency.QUARTERLY}),
            ("credit_portion_micros", {"credit_portion_micros": 0}),
            ("credit_portion_micros", {"credit_portion_micros": -CENT}),
            ("credit_portion_micros", {"credit_portion_micros": 1}),
            ("credit_portion_micros", {"currency": "JPY", "credit_portion_micros": 500_000}),
            ("credit_portion_micros", {"credit_portion_micros": 10**18}),
            ("service_portion_micros", {"service_portion_micros": 5_000}),
            ("onetime_credit_micros", {"onetime_credit_micros": 1_201 * USD}),
            ("onetime_service_micros", {"onetime_service_micros": CENT}),
            ("credit_period_limit", {"credit_period_limit": 0}),
            ("credit_period_limit", {"credit_period_limit": 13}),
            ("service_period_limit", {"service_period_limit": -1}),
            ("effective_date", {"one_time_date": date(2027, 1, 1)}),
        ],
    )
    def test_are_refused_by_the_name_of_the_field(self, field, overrides):
        with pytest.raises(ImpossibleTerms) as refused:
            build_schedule(terms(**overrides))
        assert refused.value.field == field

    def test_are_all_named_at_once(self):
        agreed = terms(
            term_months=7, payment_frequency=Frequency.ANNUAL, service_portion_micros=1, onetime_credit_micros=-1
        )
        fields = [problem.field for problem in find_problems(agreed)]
        assert fields == ["term_months", "service_portion_micros", "onetime_credit_micros"]


def line(day: str, credit: int = 0, service: int = 0) -> CustomLine:
    return CustomLine(due_date=date.fromisoformat(day), credit_micros=credit * USD, service_micros=service * USD)


def typed(*lines: CustomLine, **overrides) -> ScheduledTerms:
    sums = {
        f"{name}_portion_micros": sum(getattr(each, f"{name}_micros") for each in lines)
        for name in ("credit", "service")
    }
    return terms(payment_frequency=Frequency.ONE_TIME, custom_lines=lines, **(sums | overrides))


def test_days_to_pay_move_what_is_due_and_not_the_periods():
    rows = build_schedule(terms(term_months=2, onetime_credit_micros=200 * USD, payment_terms_days=30))
    assert [(str(row.due_date), row.period) for row in rows] == [
        ("2026-01-31", "2026-01-01/2026-03-01"),
        ("2026-01-31", "2026-01-01/2026-02-01"),
        ("2026-03-03", "2026-02-01/2026-03-01"),
    ]


class TestATypedSchedule:
    def test_has_an_installment_for_each_day_and_periods_without_gap(self):
        agreed = typed(line("2026-01-10", 500, 120), line("2026-04-01", 700), line("2026-11-30", 0, 1))
        assert [(str(row.due_date), row.period, row.amount_micros // USD) for row in build_schedule(agreed)] == [
            ("2026-01-10", "2026-01-01/2026-04-01", 620),
            ("2026-04-01", "2026-04-01/2026-11-30", 700),
            ("2026-11-30", "2026-11-30/2027-01-01", 1),
        ]

    def test_takes_a_negative_line_from_what_is_due_on_its_day(self):
        (row,) = build_schedule(typed(line("2026-01-01", 500, 120), line("2026-01-01", -50, -20)))
        assert (row.credit_micros // USD, row.service_micros // USD) == (450, 100)

    @pytest.mark.parametrize(
        ("field", "agreed"),
        [
            ("custom_lines", typed(line("2026-01-01", 500), line("2026-02-01", -1))),
            ("custom_lines", typed(line("2026-01-01", 500, 5), line("2026-01-01", 100, -6), line("2026-02-01", 0, 9))),
            ("custom_lines", typed(line("2026-01-01", 500), line("2027-01-01", 1))),
            ("custom_lines", typed(line("2025-12-01", 500), line("2026-01-01", 1))),
            ("custom_lines", typed(line("2026-01-01", 500), credit_portion_micros=1 * USD)),
            ("custom_lines", typed(line("2026-01-01", 500), onetime_credit_micros=1 * USD)),
            ("payment_terms_days", typed(line("2026-01-01", 500), payment_terms_days=14)),
            ("payment_terms_days", terms(payment_terms_days=366)),
        ],
    )
    def test_is_refused_by_the_name_of_the_field(self, field, agreed):
        with pytest.raises(ImpossibleTerms) as refused:
            build_schedule(agreed)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, ("due", "Unpaid")),
        ({"pay_by": date(2026, 12, 18)}, ("scheduled", "Scheduled")),
        ({"pay_by": date(2026, 12, 18), "state": "partially_paid"}, ("partially_paid", "Partly paid")),
        ({"overdue_at": datetime(2026, 11, 20, tzinfo=UTC)}, ("overdue", "Overdue")),
        ({"overdue_at": datetime(2026, 11, 20, tzinfo=UTC), "paid_micros": 1}, ("overdue", "Overdue, partly paid")),
        ({"overdue_at": datetime(2026, 11, 20, tzinfo=UTC), "state": "paid"}, ("paid", "Paid")),
    ],
)
def test_staff_see_an_installment_as_scheduled_until_its_day(fields, shown):
    row = Installment(**{"state": "due", "pay_by": date(2026, 11, 18), "paid_micros": 0, **fields})
    assert row.shown_state(date(2026, 11, 18)) == shown
