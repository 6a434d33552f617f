"""Prices by the month's total of a kind or unit, beside prices by the size of one call."""

import pytest

from apps.common.money import divide_half_even
from apps.pricing.cell_text import NotATable, read_lines, write_lines
from apps.pricing.cells import EXACT_PER_MICRO, Call, NoCell, read_table, table_rows
from apps.pricing.errors import PriceTermsInvalid
from apps.pricing.rating import PriceRule, Scheme, Totals, price_of
from apps.pricing.terms import check_cells

MILLION = 1_000_000
BESIDE = """output 10
output above=200000 15
cache_read 0.125
month input graduated 10000000=0 1.25
month searches package 1000 5"""


def charges(text, *calls):
    """Return the charge of each call, in order, through one month's counter."""
    table = read_lines(text)
    rule, totals, charged = PriceRule(Scheme.CELLS, table=table), Totals(), []
    for call in calls:
        priced = table.priced(call)
        before = price_of(rule, totals)
        totals += Totals(exact_price=priced.exact, months=priced.months)
        charged.append(price_of(rule, totals) - before)
    return charged


def test_the_months_free_tokens_go_to_the_calls_that_come_first():
    a, b = Call({"input": 9_999_000}), Call({"input": 2_000, "output": 100})
    text = "output 10\nmonth input graduated 10000000=0 1.25"
    assert charges(text, a, b) == [0, 2_250]
    assert charges(text, b, a) == [1_000, 1_250]


def test_tiers_of_the_month_stand_beside_sizes_of_a_call():
    small, large = Call({"input": 200_000, "output": MILLION}), Call({"input": 200_001, "output": MILLION})
    assert charges(BESIDE, small, large) == [10 * MILLION, 15 * MILLION]
    cached = Call({"input": 10 * MILLION, "cache_read": 2 * MILLION})
    assert charges(BESIDE, cached, small) == [250_000, 10 * MILLION + 250_000]  # the cached ones have a cell


def test_kinds_without_a_price_count_where_their_parent_does():
    assert charges("output 10\nmonth input graduated 100=1000000 0", Call({"input": 60, "cache_write_1h": 60})) == [
        100 * MILLION
    ]
    assert charges("month tokens volume 100=1000000 500000", Call({"input": 100}), Call({"output": 100})) == [
        100 * MILLION,
        0,
    ]
    with pytest.raises(NoCell, match="no_price"):
        read_lines("month input graduated 1").priced(Call({"output": 1}))


def test_a_package_is_charged_once_it_has_begun():
    call = Call({}, {"searches": 400 * MILLION})
    assert charges(BESIDE, call, call, call) == [5 * MILLION, 0, 5 * MILLION]


def test_a_price_finer_than_a_micro_a_million_is_exact():
    table = read_lines("month input graduated 1=0 0.000000000000000001")
    (price,) = table.month_prices
    assert divide_half_even(price.exact(MILLION * (10**18 + 1)), EXACT_PER_MICRO) == 1


def test_the_lines_are_those_that_were_typed():
    assert write_lines(read_lines(BESIDE)) == BESIDE
    assert read_table(table_rows(read_lines(BESIDE))) == read_lines(BESIDE)


@pytest.mark.parametrize(
    "line",
    ["month", "month input", "month soap volume 1", "month input monthly 1", "month input volume x=1 2",
     "month input package 5", "month input volume 0=1 2", "month input graduated 1=-1 2", "month input package 10 1e9"],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(line):
    with pytest.raises(NotATable, match="Line 2"):
        read_lines(f"output 1\n{line}")


@pytest.mark.parametrize(
    ("text", "told", "code"),
    [
        ("input 1\nmonth input graduated 1", "input has a price by the month", "bands_with_month_component"),
        ("input 1\ninput above=5 1\nmonth tokens graduated 1", "input has", "bands_with_month_component"),
        ("month input graduated 1\nmonth input volume 1", "at most one price by the month", "price_terms_invalid"),
        ("month tokens graduated 1\nmonth output volume 1", "at most one price by the month", "price_terms_invalid"),
        ("month input graduated 5=1 5=2 3", "must rise", "bands_not_rising"),
        ("month input volume 5=1 4=2 3", "must rise", "bands_not_rising"),
        (
            "\n".join(f"month {unit} graduated 1" for unit in ("images", "pages", "seconds", "queries", "credits")),
            "4",
            "price_terms_invalid",
        ),
    ],
)
def test_terms_that_do_not_fit_together_are_refused(text, told, code):
    with pytest.raises(PriceTermsInvalid) as refused:
        check_cells(Scheme.CELLS, table_rows(read_lines(text)))
    assert (refused.value.field, refused.value.code, told in refused.value.detail) == ("cells", code, True)
