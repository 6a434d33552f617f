"""Stored texts in the style of the person who reads them."""

import pytest

from apps.common.reader import Reader, Style, form_text, in_own_style, read_by, with_own_days

IN_GERMAN = {
    "10,000.00 USD": "10.000,00 USD",
    "-12.50": "-12,50",
    "1,000": "1.000",
    "2026-11-30": "30.11.2026",
    "2026-02-30": "2026-02-30",
    "TEST-DE-2026-00001": "TEST-DE-2026-00001",
    "Version 1.2": "Version 1.2",
}


@pytest.mark.parametrize(("stored", "shown"), IN_GERMAN.items())
def test_a_stored_amount_or_day_is_shown_in_the_readers_style(stored, shown):
    with read_by(Reader(Style.GERMAN)):
        assert in_own_style(stored) == shown
    assert in_own_style(stored) == stored


def test_a_stored_period_is_shown_as_two_days_within_its_text():
    with read_by(Reader(Style.GERMAN)):
        assert with_own_days("Pro, 2026-11-15/2026-12-15, v1.2") == "Pro, 15.11.2026 to 15.12.2026, v1.2"


def test_a_form_never_shows_one_decimal_alone():
    with read_by(Reader(Style.GERMAN)):
        assert [form_text(each) for each in (3_272_500_000, 20_000_000, 1_234_567)] == ["3272,50", "20", "1,234567"]
