"""Prices of model calls by token kind, size, tier and dimension, with the arithmetic shown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.money import divide_half_even
from apps.pricing.cells import ANY, EXACT_PER_MICRO, STANDARD, Call, Cell, CellTable, NoCell, lines_of
from apps.pricing.token_kinds import DETAILS, INPUT_DETAILS, OUTPUT_DETAILS, InconsistentTokens, split

MICRO_PER_MILLION = 10**12  # yoctos for one token


def per_million(of: str, micros: float, tier: str = STANDARD, above: int = 0) -> Cell:
    return Cell(of, round(micros * 1_000_000) * MICRO_PER_MILLION, tier, above)


def charge(table: CellTable, call: Call) -> int:
    return divide_half_even(table.exact_price(call), EXACT_PER_MICRO)


CACHED_CALL = Call({"input": 5_005, "cache_read": 257_955, "output": 1_744})
LONG = (
    per_million("input", 1.25),
    per_million("input", 2.5, above=200_000),
    per_million("output", 10),
    per_million("output", 15, above=200_000),
)


class TestWorkedExamples:
    def test_cached_tokens_cost_their_own_price(self):
        table = CellTable((per_million("input", 1.25), per_million("cache_read", 0.625), per_million("output", 10)))
        assert charge(table, CACHED_CALL) == 184_918  # exactly 184,918.125 micros
        assert lines_of(table.priced(CACHED_CALL).parts, 184_918) == {
            "input": 6_256,
            "cache_read": 161_222,
            "output": 17_440,
        }

    def test_without_a_cached_price_the_input_price_of_the_band_holds(self):
        assert charge(CellTable(LONG), CACHED_CALL) == 683_560
        lines = {"input": 12_513, "cache_read": 644_887, "output": 26_160}
        assert lines_of(CellTable(LONG).priced(CACHED_CALL).parts, 683_560) == lines

    def test_a_region_multiplies_token_prices_alone(self):
        cells = (per_million("input", 1.25), Cell("searches", 10**22))
        table = CellTable(cells, region_factors={"eu": 1_100_000})
        call = {"tokens": {"input": 1_000_000}, "quantities": {"searches": 1_000_000}}
        assert charge(table, Call(**call, dimensions={"region": "eu"})) == 1_385_000  # 1.25 x 1.1 + 0.01
        assert charge(table, Call(**call, dimensions={"region": "us"})) == 1_260_000

    def test_what_is_taken_back_divides_alike(self):
        assert lines_of({"input": -3, "output": -1}, -4) == {"input": -3, "output": -1}
        assert lines_of({"input": 0, "output": 0}, 1) == {"input": 1, "output": 0}

    def test_a_cached_price_of_the_band_comes_before_that_of_the_band_below(self):
        both = (per_million("cache_read", 0.125), per_million("cache_read", 0.25, above=200_000))
        table = CellTable((per_million("input", 2.5), per_million("output", 15), *both))
        assert charge(table, CACHED_CALL) == 103_161
        below_alone = CellTable((per_million("input", 2.5), per_million("output", 15), both[0]))
        assert charge(below_alone, CACHED_CALL) == 70_917  # exactly 70,916.875 micros

    @pytest.mark.parametrize(("tokens", "expected"), [(200_000, 250_000), (200_001, 500_002)])
    def test_a_band_holds_for_calls_larger_than_its_size(self, tokens, expected):
        assert charge(CellTable(LONG[:2]), Call({"input": tokens})) == expected

    def test_cache_writes_cost_by_their_lifetime(self):
        table = CellTable(
            (
                per_million("input", 3),
                per_million("output", 15),
                per_million("cache_write", 3.75),
                per_million("cache_write_1h", 6),
            )
        )
        tokens = split(12_307, 550, {"cache_write": 10_304, "cache_write_1h": 2_000})
        assert charge(table, Call(tokens)) == 58_899

    def test_modalities_and_thoughts(self):
        table = CellTable(
            (
                per_million("input", 0.30),
                per_million("input_audio", 1),
                per_million("cache_read", 0.03),
                per_million("cache_read_audio", 0.10),
                per_million("output", 2.50),
            )
        )
        details = {"input_audio": 1_000, "cache_read": 3_000, "cache_read_audio": 1_000, "reasoning": 8_000}
        assert charge(table, Call(split(10_500, 8_150, details))) == 23_215

    def test_a_tier_has_prices_of_its_own_or_a_share_of_the_standard_ones(self):
        standard = (per_million("input", 1.25), per_million("cache_read", 0.125), per_million("output", 10))
        priority = tuple(Cell(cell.of, cell.yoctos * 2, "priority") for cell in standard)
        table = CellTable((*standard, *priority), multipliers={"flex": 500_000})
        tokens = split(36_000, 1_200, {"cache_read": 32_768, "cache_write": 2_048, "reasoning": 960})
        assert [charge(table, Call(tokens, tier=tier)) for tier in (STANDARD, "priority", "flex")] == [
            20_136,
            40_272,
            10_068,
        ]

    def test_a_share_of_the_cost(self):
        call = Call({}, cost_picos=12_345_678_900, cost_currency="USD")
        assert charge(CellTable((), per_cost_ppm=1_300_000, cost_currency="USD"), call) == 16_049
        assert charge(CellTable((), per_cost_ppm=1_196_000, cost_currency="USD"), call) == 14_765
        for other in (replace(call, cost_currency="EUR"), replace(call, cost_picos=None)):
            with pytest.raises(NoCell, match="no_cost"):
                charge(CellTable((), per_cost_ppm=1_300_000, cost_currency="USD"), other)

    def test_a_price_by_dimension(self):
        cells = (
            Cell("seconds", 165_025 * 10**18, match=("1080p",)),
            Cell("seconds", 82_513 * 10**18, match=("720p",)),
        )
        table = CellTable(cells, match_by=("variant",))
        calls = [Call({}, {"seconds": 8_500_000}, dimensions={"variant": each}) for each in ("1080p", "720p")]
        assert [charge(table, call) for call in calls] == [1_402_712, 701_360]
        with pytest.raises(NoCell) as refused:
            table.exact_price(Call({}, {"seconds": 1}, dimensions={"variant": "4k"}))
        assert refused.value.reason == "no_price_for_value"

    def test_finer_than_a_micro_per_million_tokens(self):
        one = CellTable((per_million("input", 0.0028),))
        assert divide_half_even(1_000_000 * one.exact_price(Call({"input": 1})), EXACT_PER_MICRO) == 2_800
        fine = CellTable((Cell("input", 141_953_125 * 10**9),))  # 0.141953125 per million
        exact, charges = 0, []
        for _ in range(8):
            before = divide_half_even(exact, EXACT_PER_MICRO)
            exact += fine.exact_price(Call({"input": 1_000_000}))
            charges.append(divide_half_even(exact, EXACT_PER_MICRO) - before)
        assert charges == [141_953] * 4 + [141_954] + [141_953] * 3
        assert sum(charges) == 1_135_625


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "reason"),
        [
            (Call({"unsplit": 5}), "no_price_for_unsplit_tokens"),
            (Call({"input": 5}, tier="batch"), "no_price_for_tier"),
            (Call({"output": 5}), "no_price"),
            (Call({}, {"pages": 1}), "no_price"),
        ],
    )
    def test_a_call_without_a_price_names_what_is_missing(self, call, reason):
        table = CellTable((per_million("input", 1),), multipliers={"flex": 500_000})
        with pytest.raises(NoCell) as refused:
            table.exact_price(call)
        assert refused.value.reason == reason

    def test_an_unknown_tier_may_cost_the_standard_price(self):
        table = CellTable((per_million("input", 1),), {"flex": 500_000}, other_tiers_standard=True)
        assert charge(table, Call({"input": 1_000_000}, tier="scale")) == 1_000_000

    def test_an_unpriced_unit_beside_priced_tokens_costs_nothing(self):
        assert charge(CellTable((per_million("input", 1),)), Call({"input": 1_000_000}, {"pages": 5})) == 1_000_000

    def test_details_above_their_total(self):
        with pytest.raises(InconsistentTokens, match="input_tokens"):
            split(10, 5, {"cache_read": 11})


class TestUnits:
    def test_a_priced_unit_stands_in_for_its_tokens(self):
        table = CellTable((per_million("input", 1), Cell("images", 10**22)))  # 0.01 an image
        assert charge(table, Call({"input": 1_000_000, "input_image": 500}, {"images": 2_000_000})) == 1_020_000

    def test_each_call_is_one_request(self):
        assert charge(CellTable((Cell("requests", 5 * 10**21),)), Call({})) == 5_000

    def test_the_more_precise_match_wins(self):
        cells = (
            Cell("pages", 1, match=(ANY, ANY)),
            Cell("pages", 2, match=(ANY, "eu")),
            Cell("pages", 3, match=("a", ANY)),
        )
        table = CellTable(cells, match_by=("variant", "region"))
        prices = [
            table.filled(values)["pages", STANDARD, 0].yoctos for values in (("a", "eu"), ("b", "eu"), ("b", "us"))
        ]
        assert prices == [3, 2, 1]


class TestFilling:
    def test_a_price_equal_to_its_parents_is_inherited(self):
        cells = (per_million("output", 10), per_million("reasoning", 10), per_million("output", 5, "flex"))
        assert CellTable(cells).filled()["reasoning", "flex", 0].yoctos == 5_000_000 * MICRO_PER_MILLION

    def test_a_multiplied_price_is_whole_yoctos_half_to_even(self):
        assert CellTable((Cell("input", 3),), {"flex": 500_000}).filled()["input", "flex", 0].yoctos == 2


counts = st.integers(0, 10**6)


@given(st.dictionaries(st.sampled_from(DETAILS), counts), counts, counts)
def test_splitting_loses_no_token(details, plain_input, plain_output):
    into, out = (sum(details.get(kind, 0) for kind in kinds) for kinds in (INPUT_DETAILS, OUTPUT_DETAILS))
    tokens = split(plain_input + into, plain_output + out, details)
    assert tokens == {
        kind: count for kind, count in {"input": plain_input, "output": plain_output, **details}.items() if count
    }


@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=6), st.randoms())
def test_the_exact_price_adds_up_in_any_order(calls, random):
    table = CellTable((*LONG, per_million("cache_read", 0.141953)))
    made = [Call(split(a + b, c, {"cache_read": b})) for a, b, c in calls]
    total = sum(map(table.exact_price, made))
    random.shuffle(made)
    assert sum(map(table.exact_price, made)) == total
