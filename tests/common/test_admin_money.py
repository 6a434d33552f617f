from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from apps.common.admin import MicrosField, Reader, Style, micros_column, money_text, read_by


class TestMoneyText:
    @pytest.mark.parametrize(
        ("micros", "unit", "text"),
        [
            (0, "USD", "0.00 USD"),
            (1_234_567_890_000, "USD", "1,234,567.89 USD"),
            (-1_500_000, "USD", "-1.50 USD"),
            (500, "USD", "0.0005 USD"),
            (-1, "", "-0.000001"),
            (1_000_000, "JPY", "1 JPY"),
            (1_000_000, "KWD", "1.000 KWD"),
            (1_000_000, "UGX", "1 UGX"),
            (12_500_000, "explorer_units", "12.5 explorer_units"),
            (9_223_372_036_854_775_807, "", "9,223,372,036,854.775807"),
        ],
    )
    def test_shows_every_digit_that_counts(self, micros, unit, text):
        assert money_text(micros, unit) == text


class TestMicrosField:
    @pytest.mark.parametrize(
        ("typed", "micros"),
        [
            ("1250.50", 1_250_500_000),
            (" 1,250.50 ", 1_250_500_000),
            ("-0.000001", -1),
            ("+3", 3_000_000),
            (".5", 500_000),
            ("9223372036854.775807", 9_223_372_036_854_775_807),
        ],
    )
    def test_reads_exact_decimals(self, typed, micros):
        assert MicrosField().clean(typed) == micros

    @pytest.mark.parametrize(
        "typed",
        ["NaN", "Infinity", "1e3", "1_000", "١٢٣", "0x10", "1,00", "--1", "$5", "1.2.3", "1 000", "\x001"],
    )
    def test_refuses_anything_else_by_name(self, typed):
        with pytest.raises(ValidationError):
            MicrosField().clean(typed)

    @pytest.mark.parametrize(
        ("style", "typed", "micros"),
        [
            (Style.GERMAN, "1.234,50", 1_234_500_000),
            (Style.GERMAN, "1234,5", 1_234_500_000),
            (Style.GERMAN, "-0,125", -125_000),
            (Style.GERMAN, "1.234.567", 1_234_567_000_000),
            (Style.SWISS, "1'234.50", 1_234_500_000),
            (Style.FRENCH, "1 234,50", 1_234_500_000),
            (Style.ISO, "0.125", 125_000),
        ],
    )
    def test_reads_the_style_of_the_person(self, style, typed, micros):
        with read_by(Reader(style)):
            assert MicrosField().clean(typed) == micros

    @pytest.mark.parametrize(
        ("style", "typed", "readings"),
        [
            (Style.ISO, "1,234", "read as 1234.00 or as 1.2340"),
            (Style.ISO, "1.234", "read as 1234.00 or as 1.2340"),
            (Style.GERMAN, "1.234", "read as 1234,00 or as 1,2340"),
            (Style.GERMAN, "-12,345", "read as -12345,00 or as -12,3450"),
        ],
    )
    def test_refuses_what_reads_both_ways_and_names_both(self, style, typed, readings):
        with read_by(Reader(style)), pytest.raises(ValidationError, match=readings):
            MicrosField().clean(typed)

    @pytest.mark.parametrize("style", Style)
    @pytest.mark.parametrize("micros", [0, 1, -1_234_000, 1_234_500_000, 1_125_000, 1_234_567_000_000])
    def test_reads_back_what_it_shows(self, style, micros):
        with read_by(Reader(style)):
            assert MicrosField().clean(MicrosField().prepare_value(micros)) == micros

    @pytest.mark.parametrize("typed", ["1,234.50", "1234.5", "1 234,50"])
    def test_refuses_another_style(self, typed):
        with read_by(Reader(Style.GERMAN)), pytest.raises(ValidationError, match=r"for example 1250,50"):
            MicrosField().clean(typed)

    @pytest.mark.parametrize("typed", ["0.0000001", "9223372036854.775808", "1" * 40])
    def test_refuses_what_cannot_be_kept_exactly(self, typed):
        with pytest.raises(ValidationError, match="more than six decimals"):
            MicrosField().clean(typed)

    def test_refuses_what_the_currency_cannot_pay(self):
        with pytest.raises(ValidationError, match="paid in JPY"):
            MicrosField(currency="JPY").clean("1.5")

    def test_refuses_amounts_out_of_bounds_in_words(self):
        with pytest.raises(ValidationError, match=r"at least 1\.00 USD"):
            MicrosField(currency="USD", minimum_micros=1_000_000).clean("0.99")

    def test_empty_is_nothing_where_it_may_be(self):
        assert MicrosField(required=False).clean("") is None
        with pytest.raises(ValidationError):
            MicrosField().clean("")

    def test_shows_what_was_stored_and_sees_no_change_in_another_spelling(self):
        field = MicrosField()
        assert field.prepare_value(1_250_500_000) == "1250.50"
        assert not field.has_changed(1_250_500_000, "1,250.50")


class TestMicrosColumn:
    def test_follows_paths_to_the_amount_and_its_unit(self):
        row = SimpleNamespace(
            account=SimpleNamespace(balance_micros=-2_000_000), organization=SimpleNamespace(currency="EUR")
        )
        column = micros_column("account__balance_micros", "Balance", unit="organization__currency")
        assert column(row) == '<span class="money">-2.00 EUR</span>'
        assert column.admin_order_field == "account__balance_micros"

    def test_is_empty_where_there_is_no_amount(self):
        assert micros_column("a__b", "B")(SimpleNamespace(a=None)) is None
