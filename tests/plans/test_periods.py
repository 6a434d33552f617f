"""Allocation periods, and the billing periods whose quota is due, computed from the anchor."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.periods import billing_period
from apps.plans.periods import allocation_period, periods_due

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS, MONTHS = st.integers(1, 31), st.integers(1, 12)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestAllocationPeriod:
    @pytest.mark.parametrize(
        ("cadence", "anchor_day", "anchor_month", "moment", "key"),
        [
            ("monthly", 1, 4, "2026-04-18T00:00:00", "2026-04-01/2026-05-01"),
            ("monthly", 31, 1, "2026-02-27T23:59:59", "2026-01-31/2026-02-28"),
            ("monthly", 31, 1, "2026-02-28T00:00:00", "2026-02-28/2026-03-31"),
            ("monthly", 29, 2, "2028-02-29T00:00:00", "2028-02-29/2028-03-29"),
            ("annual", 1, 4, "2026-03-31T23:59:59", "2025-04-01/2026-04-01"),
            ("annual", 1, 4, "2026-04-01T00:00:00", "2026-04-01/2027-04-01"),
            ("annual", 31, 2, "2027-01-01T00:00:00", "2026-02-28/2027-02-28"),
            ("annual", 29, 2, "2028-02-29T00:00:00", "2028-02-29/2029-02-28"),
            ("annual", 29, 2, "2028-02-28T23:59:59", "2027-02-28/2028-02-29"),
            ("annual", 15, 12, "2026-12-14T12:00:00", "2025-12-15/2026-12-15"),
            ("annual", 15, 12, "2026-12-31T23:59:59", "2026-12-15/2027-12-15"),
        ],
    )
    def test_holds_the_moment(self, cadence: str, anchor_day: int, anchor_month: int, moment: str, key: str) -> None:
        period = allocation_period(cadence, anchor_day, anchor_month, at(moment))
        assert period is not None
        assert period.key == key

    def test_is_absent_without_a_cadence(self) -> None:
        assert allocation_period("none", 1, 1, at("2026-04-18T00:00:00")) is None

    @given(MOMENTS, DAYS, MONTHS)
    def test_of_a_year_is_twelve_whole_billing_periods(self, moment: datetime, day: int, month: int) -> None:
        year = allocation_period("annual", day, month, moment)
        assert year is not None
        assert moment in year
        assert year.start.month == month
        periods = list(periods_due(day, year.start, year.end - timedelta(microseconds=1)))
        assert (len(periods), periods[0].start, periods[-1].end) == (12, year.start, year.end)


class TestPeriodsDue:
    def test_starts_with_the_period_that_holds_the_end_of_what_was_granted(self) -> None:
        keys = [period.key for period in periods_due(31, at("2026-02-28T00:00:00"), at("2026-05-01T00:00:00"))]
        assert keys == ["2026-02-28/2026-03-31", "2026-03-31/2026-04-30", "2026-04-30/2026-05-31"]

    def test_is_empty_until_the_granted_period_ends(self) -> None:
        assert list(periods_due(1, at("2026-05-01T00:00:00"), at("2026-04-30T23:59:59"))) == []

    @given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=800)), DAYS)
    def test_tiles_without_gap_or_overlap(self, first: datetime, later: timedelta, day: int) -> None:
        periods = list(periods_due(day, billing_period(day, first).start, first + later))
        assert first in periods[0]
        assert first + later in periods[-1]
        assert all(one.end == other.start for one, other in pairwise(periods))
