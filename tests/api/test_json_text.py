"""Strict JSON: what is read is what was written, and nothing a caller sends breaks it."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.errors import InvalidInput, MalformedBody
from apps.api.fields import number
from apps.api.json_text import read_json, write_json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
)


class TestReadJson:
    def test_keeps_fractions_exact(self):
        assert read_json(b'{"a": 999999999999.999999, "b": -3}') == {"a": Decimal("999999999999.999999"), "b": -3}

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b"{'a': 1}",
            b"\xff",
            b"\xef\xbb\xbf{}",
            b'"\x00"',
            b"NaN",
            b"-Infinity",
            b'{"a": Infinity}',
            b'{"a": 1, "a": 2}',
            b'{"a": 1, "\\u0061": 1}',
            b"[" * 33 + b"]" * 33,
            b"[" * 1_000_000,
            b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
            b"1_000",
            "١٢٣".encode(),
            b"0x10",
            b"01",
        ],
        ids=range(18),
    )
    def test_refuses_what_is_not_json(self, raw):
        with pytest.raises(MalformedBody):
            read_json(raw)

    @pytest.mark.parametrize(
        "text", ["1" * 30, "9223372036854775808", "-9223372036854775809", "1e400", "1E+999999999", "0e999999999999"]
    )
    def test_refuses_numbers_that_no_field_can_hold(self, text):
        with pytest.raises(InvalidInput) as refusal:
            read_json(b'{"a": [{"b": 1}, {"b": %s}]}' % text.encode())
        assert [(error.location, error.value) for error in refusal.value.errors] == [("body.a[1].b", text)]

    @pytest.mark.parametrize("digits", ["0." + "1" * 60, "1." + "0" * 5_000, "1e" + "9" * 30, "-1e-" + "9" * 30])
    def test_refuses_endless_fractions(self, digits):
        with pytest.raises(InvalidInput, match="body"):
            read_json(digits.encode())

    @pytest.mark.parametrize(
        ("raw", "location"),
        [
            (b'{"code": "a\\u0000b"}', "body.code"),
            (b'{"items": [{"a": "\\ud800"}]}', "body.items[0].a"),
            (b'{"\\u0000": 1}', "body"),
        ],
    )
    def test_names_where_forbidden_text_was(self, raw, location):
        with pytest.raises(InvalidInput) as refusal:
            read_json(raw)
        assert refusal.value.errors[0].location == location

    def test_reads_escaped_pairs_and_backslashes(self):
        assert read_json(b'["\\ud83d\\ude00", "\\\\u0000"]') == ["😀", "\\u0000"]

    def test_counts_depth_outside_of_text(self):
        assert read_json(b'["' + b"[" * 100 + b'\\"[{"]') == ["[" * 100 + '"[{']


class TestWriteJson:
    @pytest.mark.parametrize(
        ("micros", "text"),
        [
            (0, b"0"),
            (1, b"0.000001"),
            (-500_000, b"-0.5"),
            (999_999_999_999_999_999, b"999999999999.999999"),
            (-(2**63), b"-9223372036854.775808"),
            (1_000_000_000_000, b"1000000"),
        ],
    )
    def test_writes_money_digit_by_digit(self, micros, text):
        assert write_json(number(micros)) == text

    @pytest.mark.parametrize("value", [0.1, [1.0], {"a": 2.5}, float("nan"), Decimal("NaN"), b"bytes", object()])
    def test_refuses_what_has_no_exact_form(self, value):
        with pytest.raises(TypeError):
            write_json(value)

    def test_writes_moments_in_utc(self):
        moment = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
        assert write_json({"at": moment}) == b'{"at":"2025-12-31T23:30:00Z"}'

    def test_never_fails_on_text(self):
        assert write_json("\ud800") == b'"?"'

    @given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=8))
    def test_reads_back_whatever_it_wrote(self, value):
        assert read_json(write_json(value)) == value

    @given(st.integers(-(10**15), 10**15))
    def test_survives_a_reader_with_floats_up_to_a_billion(self, micros):
        as_float = float(write_json(number(micros)))
        assert round(as_float * 1_000_000) == micros
