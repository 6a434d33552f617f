"""Periods: half-open, clamped from the original anchor, without gap or overlap."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common import periods

MOMENTS = st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestAddMonths:
    @pytest.mark.parametrize(
        ("anchor", "months", "result"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2026, 1, 31), 2, date(2026, 3, 31)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2028, 2, 29), 12, date(2029, 2, 28)),
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
            (date(2026, 3, 31), -1, date(2026, 2, 28)),
        ],
    )
    def test_clamps_from_the_anchor(self, anchor, months, result):
        assert periods.add_months(anchor, months) == result


class TestBillingPeriod:
    @pytest.mark.parametrize(
        ("day", "moment", "start", "end"),
        [
            (1, "2026-02-10", "2026-02-01", "2026-03-01"),
            (31, "2026-02-27", "2026-01-31", "2026-02-28"),
            (31, "2026-02-28", "2026-02-28", "2026-03-31"),
            (15, "2026-01-14T23:59:59", "2025-12-15", "2026-01-15"),
        ],
    )
    def test_starts_on_the_anchor_day_clamped(self, day, moment, start, end):
        assert periods.billing_period(day, at(moment)) == periods.Period(at(start), at(end))

    def test_spans_a_year_from_its_anchor(self):
        period = periods.billing_period(29, at("2027-02-27"), months=12, anchor_month=2)
        assert period == periods.Period(at("2026-02-28"), at("2027-02-28"))

    @given(st.integers(1, 31), MOMENTS, st.sampled_from([1, 12]), st.integers(1, 12))
    def test_tiles(self, day, moment, months, month):
        period = periods.billing_period(day, moment, months=months, anchor_month=month)
        following = periods.billing_period(day, period.end, months=months, anchor_month=month)
        last = periods.billing_period(day, period.end - timedelta(microseconds=1), months=months, anchor_month=month)
        assert moment in period
        assert following.start == period.end
        assert last == period


class TestMonths:
    def test_are_utc(self):
        east = datetime.fromisoformat("2026-03-01T01:30:00+02:00")
        assert periods.month_label(east) == "2026-02"
        assert periods.month_of(east).key == "2026-02-01/2026-03-01"

    @pytest.mark.parametrize("label", ["2026-13", "2026-1", "26-01", "2026/01", "", "²026-01"])
    def test_refuse_another_spelling(self, label):
        with pytest.raises(ValueError, match="YYYY-MM"):
            periods.parse_month(label)

    def test_window_covers_whole_days_back(self):
        assert periods.window_start(30, at("2026-03-30T15:00")) == at("2026-03-01")


class TestNearestTo:
    @pytest.mark.parametrize(
        ("moment", "nearest"),
        [
            ("2026-09-30T23:59:59", "2026-10-01T00:00:00"),
            ("2026-10-07T12:00:00", "2026-10-07T12:00:00"),
            ("2026-11-01T00:00:00", "2026-10-31T23:59:59.999999"),
        ],
    )
    def test_is_the_moment_itself_or_the_edge(self, moment, nearest):
        october = periods.parse_month("2026-10")
        assert october.nearest_to(at(moment)) == at(nearest)
        assert october.nearest_to(at(moment)) in october
