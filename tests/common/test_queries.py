"""Several queries in one statement return exact results in order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from apps.common.queries import Query, fetch, fetch_together, moment, prepared_rows

pytestmark = pytest.mark.django_db


def number(text: str) -> Query[object]:
    return Query("%s::numeric", (text,), lambda value: value)


def test_answers_come_in_order_and_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = fetch_together(number("1"), Query("NULL::text", (), str), number("2"))
    assert found == (1, "None", 2)


@pytest.mark.parametrize("digits", ["9223372036854775808", "123456789012345678901234567890", "-9223372036854775809"])
def test_sums_beyond_64_bits_stay_whole(digits):
    assert fetch(number(digits)) == int(digits)


def test_fractions_stay_exact():
    value = fetch(number("0.1000000000000000055511151231257827"))
    assert (value, type(value)) == (Decimal("0.1000000000000000055511151231257827"), Decimal)


@pytest.mark.parametrize("microseconds", [0, 1, 250_000, 999_999])
def test_moments_come_to_the_microsecond(microseconds):
    at = datetime(2026, 11, 18, 12, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert fetch(Query("%s::timestamptz", (at,), moment)) == at


def test_what_is_bound_is_never_read_as_sql():
    text = "'; DROP TABLE wallets_wallet; -- %s"
    assert fetch(Query("%s::text", (text,), str)) == text


def test_prepared_rows_hold_the_values_that_a_cursor_returns():
    statement = "SELECT '{\"amount\": 0.1000000000000000001}'::jsonb, '2026-11-18 12:00+01'::timestamptz, 0.10::numeric"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        expected = cursor.fetchall()
    found = prepared_rows(statement)
    assert found == expected
    assert found[0][1].tzinfo is expected[0][1].tzinfo
