"""Numbers of documents: no gaps, rising with the dates, despite rollbacks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from apps.billing_profiles.document_numbers import check_pattern, number_text, same_numbers
from apps.billing_profiles.errors import InvalidPattern
from apps.billing_profiles.models import NumberRange
from apps.billing_profiles.services import take_numbers

TODAY = date(2026, 11, 29)


@pytest.mark.django_db(transaction=True)
def test_32_threads_with_rollbacks_leave_no_gap(seller):
    def take(place):
        try:
            with transaction.atomic():
                (text,) = take_numbers(seller=seller, kind="invoice", today=TODAY).texts()
                if place % 3 == 0:
                    raise InterruptedError
                return text
        except InterruptedError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        taken = [text for text in pool.map(take, range(192)) if text]
    assert sorted(taken) == [f"TEST-INV-2026-{number:05}" for number in range(1, 129)]
    assert NumberRange.objects.get().next_number == 129


def test_a_year_has_its_own_numbers_and_takes_the_pattern_of_the_year_before(seller):
    NumberRange.objects.create(seller=seller, kind="invoice", year=2026, pattern="TEST-EX{year}/{n}")
    assert take_numbers(seller=seller, kind="invoice", today=TODAY, count=2).texts() == [
        "TEST-EX2026/1",
        "TEST-EX2026/2",
    ]
    assert take_numbers(seller=seller, kind="invoice", today=date(2027, 1, 1)).texts() == ["TEST-EX2027/1"]
    late = take_numbers(seller=seller, kind="invoice", today=date(2026, 12, 31))
    assert (late.texts(), late.issue_date) == (["TEST-EX2026/3"], date(2026, 12, 31))


def test_issue_dates_never_go_back(seller):
    take_numbers(seller=seller, kind="invoice", today=TODAY)
    assert take_numbers(seller=seller, kind="invoice", today=date(2026, 11, 28)).issue_date == TODAY


def test_credit_notes_have_their_own_numbers_unless_they_share(seller):
    take_numbers(seller=seller, kind="invoice", today=TODAY)
    assert take_numbers(seller=seller, kind="credit_note", today=TODAY).texts() == ["TEST-CN-2026-00001"]
    seller.credit_notes_share_numbers = True
    assert take_numbers(seller=seller, kind="credit_note", today=TODAY).texts() == ["TEST-INV-2026-00002"]


@pytest.mark.parametrize("change", [{"pattern": "TEST-{year}{n}"}, {"next_number": 1}, {"year": 2025}])
def test_a_range_that_has_given_numbers_never_changes(seller, change):
    take_numbers(seller=seller, kind="invoice", today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberRange.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberRange.objects.all().delete()


def test_the_text_of_a_number():
    assert number_text("EX-{year}-{n:05}", 2026, 17) == "EX-2026-00017"
    assert number_text("{n}/{year}", 2026, 123456) == "123456/2026"
    assert number_text("{year}{n:03}", 2026, 1234) == "20261234"


@pytest.mark.parametrize(
    "pattern", ["EX-{n}", "EX-{year}", "{year}{n}{n}", "{year}-{n:5}", "Ä{year}{n}", "{year}{n} ", ""]
)
def test_a_pattern_whose_numbers_could_repeat_is_refused(pattern):
    with pytest.raises(InvalidPattern):
        check_pattern(pattern, live=True)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("A-{year}-{n}", "A-{year}-{n:05}", True),
        ("A-{year}-1{n}", "A-{year}-{n}", True),
        ("A-{year}-0{n:04}", "A-{year}-{n:05}", True),
        ("{n}/{year}", "{n}5/{year}", True),
        ("A-{year}-1{n:04}", "A-{year}-2{n:04}", False),
        ("A-{year}-{n}", "B-{year}-{n}", False),
    ],
)
def test_patterns_that_could_write_the_same_number(one, other, alike):
    assert same_numbers(one, other) is same_numbers(other, one) is alike


def test_numbers_of_test_mode_look_like_it():
    check_pattern("TEST-{year}-{n:05}", live=False)
    with pytest.raises(InvalidPattern):
        check_pattern("EX-{year}-{n:05}", live=False)
