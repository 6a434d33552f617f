"""Money: exact parsing, splitting, conversion, and refusals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common import money


class TestToMicros:
    @pytest.mark.parametrize(
        ("amount", "micros"),
        [
            ("0", 0),
            ("-0", 0),
            ("12.5", 12_500_000),
            ("0.000001", 1),
            ("-3.25", -3_250_000),
            (7, 7_000_000),
            (Decimal("1E+3"), 1_000_000_000),
            ("0.5000000", 500_000),
        ],
    )
    def test_reads_whole_units(self, amount, micros):
        assert money.to_micros(amount) == micros

    @pytest.mark.parametrize(
        "amount",
        [
            "0.0000001",
            "1e-999999999",
            "1e999999999",
            "NaN",
            "-Infinity",
            "",
            "twelve",
            "9223372036854.775808",
            "0." + "1" * 90,
        ],
    )
    def test_refuses_what_it_cannot_hold_exactly(self, amount):
        with pytest.raises(money.InexactAmount):
            money.to_micros(amount)

    @given(st.integers(min_value=-(2**63 - 1), max_value=2**63 - 1))
    def test_reads_back_whatever_it_wrote(self, micros):
        assert money.to_micros(money.decimal_text(micros)) == micros


class TestDecimalText:
    @pytest.mark.parametrize(
        ("micros", "text"),
        [
            (0, "0"),
            (1, "0.000001"),
            (-1, "-0.000001"),
            (500_000, "0.5"),
            (12_000_000, "12"),
            (999_999_999_999_999_999, "999999999999.999999"),
        ],
    )
    def test_writes_exact_digits(self, micros, text):
        assert money.decimal_text(micros) == text


class TestMinorUnits:
    @pytest.mark.parametrize(
        ("micros", "currency", "minor"),
        [
            (12_340_000, "USD", 1234),
            (500_000_000, "JPY", 500),
            (1_230_000, "KWD", 1230),
            (5_000_000, "UGX", 500),
            (5_000_000, "isk", 500),
            (-10_000, "eur", -1),
        ],
    )
    def test_counts_in_the_currency_s_own_smallest_unit(self, micros, currency, minor):
        assert money.to_minor_units(micros, currency) == minor
        assert money.from_minor_units(minor, currency) == micros

    @pytest.mark.parametrize(("micros", "currency"), [(12_345_000, "USD"), (500_500_000, "JPY"), (1_234_500, "KWD")])
    def test_refuses_a_remainder_instead_of_rounding_it_away(self, micros, currency):
        with pytest.raises(money.InexactAmount):
            money.to_minor_units(micros, currency)

    @pytest.mark.parametrize(
        ("micros", "currency", "told"),
        [(5_010_000, "UGX", 501), (5_500_000, "ISK", 550)]
        + [(1_234_000, currency, 1234) for currency in ("BHD", "JOD", "KWD", "OMR", "TND")],
    )
    def test_refuses_what_stripe_would_but_reads_all_it_tells(self, micros, currency, told):
        assert money.from_minor_units(told, currency) == micros
        with pytest.raises(money.InexactAmount):
            money.to_minor_units(micros, currency)


class TestConvert:
    @pytest.mark.parametrize(
        ("micros", "rate", "converted"),
        [(1, 500_000, 0), (3, 500_000, 2), (-1, 500_000, 0), (10_000_000, 1_083_500, 10_835_000)],
    )
    def test_rounds_half_to_even(self, micros, rate, converted):
        assert money.convert(micros, rate) == converted


class TestConvertParts:
    @pytest.mark.parametrize(
        ("amounts", "rate", "converted"),
        [
            ([1, 1, 1], 1_500_000, [2, 1, 1]),
            ([1, 1, 1], 600_000, [1, 1, 0]),
            ([10, 1, 7], 1_050_000, [11, 1, 7]),
            ([-1, 3], 500_000, [0, 1]),
            ([0, 1], 500_000, [0, 0]),
            ([], 1_083_500, []),
        ],
    )
    def test_gives_the_remainder_to_the_largest_then_the_earliest(self, amounts, rate, converted):
        assert money.convert_parts(amounts, rate) == converted

    @given(st.lists(st.integers(-(10**15), 10**15), max_size=40), st.integers(1, 10**10))
    def test_adds_up_to_the_converted_total(self, amounts, rate):
        parts = money.convert_parts(amounts, rate)
        assert sum(parts) == money.convert(sum(amounts), rate)
        assert all(abs(part * 10**6 - amount * rate) < 10**6 for part, amount in zip(parts, amounts, strict=True))


class TestSplit:
    @pytest.mark.parametrize(
        ("total", "weights", "parts"),
        [
            (100, [1, 1, 1], [34, 33, 33]),
            (-100, [1, 1, 1], [-34, -33, -33]),
            (5, [0, 3, 7], [0, 2, 3]),
            (0, [1, 2], [0, 0]),
        ],
    )
    def test_gives_the_remainder_to_the_largest_then_the_earliest(self, total, weights, parts):
        assert money.split(total, weights) == parts

    @given(st.integers(0, 10**18), st.lists(st.integers(0, 10**6), min_size=1, max_size=60).filter(any))
    def test_adds_up_exactly(self, total, weights):
        parts = money.split(total, weights)
        assert sum(parts) == total
        assert all(
            abs(part * sum(weights) - total * weight) < sum(weights)
            for part, weight in zip(parts, weights, strict=True)
        )

    @pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
    def test_refuses_weights_that_mean_nothing(self, weights):
        with pytest.raises(ValueError, match="weights"):
            money.split(10, weights)
