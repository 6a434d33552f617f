"""Price tables as lines of text: read exactly, written back, and refused with the invalid line."""

import pytest

from apps.pricing.cell_text import NotATable, price_text, read_lines, write_lines
from apps.pricing.cells import ANY, STANDARD, read_table, table_rows
from apps.pricing.errors import PriceTermsInvalid, TooFine
from apps.pricing.terms import check_cells

TEXT = """input 1.25
input above=200000 2.5
cache_read tier=priority 0.141953125
output_seconds variant=1080p 0.165025
pixels 0.000000023841857910156250
tier flex 0.5
other tiers standard
cost 1.3 USD"""


def test_lines_are_read_and_written_back():
    assert write_lines(read_lines(TEXT)) == TEXT.replace("156250", "15625")


def test_a_table_is_stored_and_read_back():
    table = read_lines(TEXT)
    rows = table_rows(table)
    assert read_table(rows) == table
    assert rows["cells"][0] == {"of": "input", "yoctos": "1250000000000000000", "match": [ANY]}
    assert rows["match_by"] == ["variant"]
    check_cells("cells", rows)


@pytest.mark.parametrize(
    ("of", "price", "yoctos"),
    [
        ("input", "1.25", 1_250_000_000_000_000_000),
        ("input", "0.000000000000000001", 1),
        ("images", "0.000000000000000000000001", 1),
        ("input", "999999999999.999999999999999999", 999_999_999_999_999_999_999_999_999_999),
    ],
)
def test_prices_are_exact(of, price, yoctos):
    cell = read_lines(f"{of} {price}").cells[0]
    assert (cell.yoctos, cell.tier) == (yoctos, STANDARD)
    assert price_text(of, yoctos) == price


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("input", "and its price"),
        ("inputs 1", "neither a token kind nor a unit"),
        ("input one", "not a price"),
        ("input -1", "not a price"),
        ("input color=red 1", "before the price"),
        ("input above=many 1", "before the price"),
        ("tier flex half", "not a factor"),
        ("cost 1.3", "the currency of the cost"),
        ("cost 1.3 usd", "the currency of the cost"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, rule):
    with pytest.raises(NotATable, match=rule) as refused:
        read_lines(f"output 1\n{line}")
    assert str(refused.value).startswith("Line 2: ")


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        ("tier flex 0.4", "Line 3: tier flex has a factor already"),
        ("region eu 1.2", "Line 3: region eu has a factor already"),
        ("cost 1.2 USD", "Line 3: there is a factor of the cost already"),
        ("output variant=a variant=b 2", "Line 3: write tier="),
    ],
)
def test_what_is_said_twice_is_refused(second, rule):
    first = second.replace("0.4", "0.5").replace("1.2", "1.1").replace(" variant=b", "")
    with pytest.raises(NotATable, match=rule):
        read_lines(f"input 1\n{first}\n{second}")


@pytest.mark.parametrize(
    "line",
    [
        "input 0.0000000000000000001",
        f"images 0.{'0' * 24}1",
        f"month input graduated 5=1 0.{'0' * 18}1",
        f"month searches package 1000 0.{'0' * 30}1",
    ],
)
def test_a_price_finer_than_24_decimals_for_one_is_refused_by_its_code(line):
    with pytest.raises(TooFine, match=r"Line 2: .* is finer than 24 decimals for one") as refused:
        read_lines(f"output 1\n{line}")
    assert (refused.value.code, refused.value.field) == ("too_fine", "cells")


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("", "at least one price"),
        ("other tiers standard", "at least one price"),
        ("tier flex 0.5", "at least one price"),
        ("output 10\ninput above=200000 2.5", "input has a price above 200,000 tokens, and none for smaller calls"),
        ("input tier=batch 1\ninput tier=flex above=5 1", "input has a price above 5 tokens"),
        ("input 1\nimages above=128000 0.1", "images has a price above 128,000 tokens"),
        ("input tier=batch 1\ntier flex 0.5", "the factor of the tier flex has no standard price"),
    ],
)
def test_a_table_that_lacks_prices_is_refused_by_its_code(lines, rule):
    with pytest.raises(PriceTermsInvalid, match=rule) as refused:
        check_cells("cells", table_rows(read_lines(lines)))
    assert (refused.value.code, refused.value.field) == ("cells_missing", "cells")


@pytest.mark.parametrize(
    "lines", ["input 1\ncache_read above=200000 0.25", "input 1\ninput tier=flex above=5 1", "input tier=batch 1"]
)
def test_a_table_whose_kinds_have_a_price_for_small_calls_is_taken(lines):
    check_cells("cells", table_rows(read_lines(lines)))


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ({"cells": [{"of": "input"}]}, "malformed"),
        ({"multipliers": {"flex": 1}}, "at least one price"),
        ({"per_cost_ppm": 1_300_000}, "names the currency"),
        ({"cells": [{"of": "gold", "yoctos": "1"}]}, "neither"),
        ({"cells": [{"of": "input", "yoctos": "1"}, {"of": "input", "yoctos": "2"}]}, "two prices for input"),
        ({"cells": [{"of": "input", "yoctos": "-1"}]}, "out of range"),
        ({"cells": [{"of": "input", "yoctos": "1"}], "multipliers": {"standard": 5}}, "standard tier has no factor"),
        ({"cells": [{"of": "input", "yoctos": "1", "match": ["a"]}], "match_by": ["color"]}, "differ by"),
        ({"cells": [{"of": "input", "yoctos": "1", "above": n} for n in range(20)]}, "more than 8 sizes"),
    ],
)
def test_a_table_that_is_wrong_is_refused(rows, rule):
    with pytest.raises(PriceTermsInvalid, match=rule) as refused:
        check_cells("cells", rows)
    assert refused.value.field == "cells"


ONE = {"of": "input", "yoctos": "1"}


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        ({"cells": [ONE | {"match": [f"v{n}"]} for n in range(512)], "match_by": ["variant"]}, None),
        ({"cells": [ONE | {"match": [f"v{n}"]} for n in range(513)], "match_by": ["variant"]}, "512 prices"),
        ({"cells": [ONE], "multipliers": {f"t{n}": 1 for n in range(9)}}, "8 tiers"),
        ({"cells": [ONE], "match_by": ["variant", "region", "tag"]}, "2 dimensions"),
        ({"cells": [ONE], "region_factors": {f"r{n}": 1 for n in range(65)}}, "64 regions"),
    ],
)
def test_a_table_is_bounded(rows, most):
    if most is None:
        check_cells("cells", rows)
        return
    with pytest.raises(PriceTermsInvalid, match=f"more than {most}"):
        check_cells("cells", rows)


def test_other_schemes_have_no_table():
    with pytest.raises(PriceTermsInvalid, match="only prices of model calls"):
        check_cells("per_token", table_rows(read_lines("input 1")))
