"""Strict JSON: texts with exactly one meaning are read exactly, others refused; output keeps every digit."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common import strict_json
from apps.common.strict_json import (
    NotStrictJson,
    OutOfRange,
    is_deeper,
    read_moment,
    read_object,
    read_value,
    write_json,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
)
# Members that share names, texts that look like members, and numbers at and beyond the ends of 64 bits.
PARTS = st.sampled_from(
    ['"a":1', '"a" :2', '"b":":x"', '"":{}', '"a":"\\":"', '"c":[{"a":1,"a":2}]', '"d":1.10', '"e":-0']
    + [f'"n":{number}' for number in (2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1)]
)


def read_items(raw: bytes, *, max_depth: int) -> object:
    return read_value(raw, max_depth)[0]


def number(micros: int) -> Decimal:
    return Decimal(micros).scaleb(-6)


class TestReadObject:
    def test_keeps_every_digit(self):
        assert read_object(b'{"a": 0.1, "b": 9223372036854775807}') == {"a": Decimal("0.1"), "b": 2**63 - 1}

    @pytest.mark.parametrize(
        "text",
        [
            '{"a": 1, "a": 2}',
            '{"a": NaN}',
            '{"a": 9223372036854775808}',
            "[]",
            "{",
            '{"a": ' + "[" * 5000 + "]" * 5000 + "}",
            b'{"a": "\xff"}',
        ],
        ids=["name twice", "NaN", "65 bits", "no object", "cut off", "deep", "not UTF-8"],
    )
    def test_refuses(self, text):
        with pytest.raises(NotStrictJson):
            read_object(text)

    def test_reads_what_a_provider_nests(self):
        assert read_object('{"a": ' + "[" * 60 + "]" * 60 + "}")["a"]


class TestIsDeeper:
    def test_counts_no_brackets_inside_text(self):
        assert not is_deeper(b'["' + b"[{" * 50 + b'\\"["]', 1)

    def test_counts_levels_and_not_brackets(self):
        assert not is_deeper(b"[" + b"[]," * 50 + b"[]]", 2)
        assert is_deeper(b"[[[]]]", 2)


class TestReadItems:
    @given(st.lists(PARTS, max_size=5), st.sampled_from(["", " ", "\n"]))
    def test_reads_by_either_reader_what_the_careful_one_reads(self, parts: list[str], space: str) -> None:
        raw = ("{" + f",{space}".join(parts) + "}").encode()
        try:
            wanted = strict_json._DECODER.decode(raw.decode())
        except NotStrictJson as refusal:
            with pytest.raises(NotStrictJson, match=str(refusal)):
                read_items(raw, max_depth=32)
        else:
            assert repr(read_items(raw, max_depth=32)) == repr(wanted)

    def test_gives_numbers_that_no_field_can_hold_as_such(self) -> None:
        found = read_items(b"[18446744073709551615, 9223372036854775808, 9223372036854775807]", max_depth=1)
        assert [isinstance(each, OutOfRange) for each in found] == [True, True, False]

    @pytest.mark.parametrize("raw", [b'{"a":1,"a" :2,"c":":x"}', b'{"a":{"b":1,"b":1}}', b'[{"a":1},{"b":1, "b" : 2}]'])
    def test_loses_no_member_to_another_of_its_name(self, raw: bytes) -> None:
        with pytest.raises(NotStrictJson, match="twice"):
            read_items(raw, max_depth=32)

    @pytest.mark.parametrize(("depth", "is_read"), [(3, True), (2, False)])
    def test_bounds_the_depth(self, depth: int, is_read: bool) -> None:
        try:
            assert read_items(b'{"a":[{}]}', max_depth=depth) == {"a": [{}]}
        except NotStrictJson:
            assert not is_read


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
        assert read_items(write_json(value), max_depth=32) == value

    @given(st.integers(-(10**15), 10**15))
    def test_survives_a_reader_with_floats_up_to_a_billion(self, micros):
        as_float = float(write_json(number(micros)))
        assert round(as_float * 1_000_000) == micros

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (datetime(2026, 1, 1, tzinfo=UTC), '"2026-01-01T00:00:00Z"'),
            (datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC), '"2026-01-01T00:00:00.250000Z"'),
            (date(2026, 1, 31), '"2026-01-31"'),
            (UUID(int=10), '"00000000-0000-0000-0000-00000000000a"'),
            (MappingProxyType({"a": (1, True, None)}), '{"a":[1,true,null]}'),
            ('\x00\x1f\x7f/\u2028é\\"', json.dumps('\x00\x1f\x7f/\u2028é\\"', ensure_ascii=False)),
        ],
    )
    def test_writes_the_rest_as_documented(self, value: object, text: str) -> None:
        assert write_json(value).decode() == text

    def test_refuses_a_float_wherever_it_is(self) -> None:
        hidden: Mapping[str, object] = MappingProxyType({"a": [{"b": (1, 0.5)}]})
        with pytest.raises(TypeError, match="float"):
            write_json(hidden)


class TestReadMoment:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2026-11-18T12:00:00Z", datetime(2026, 11, 18, 12, tzinfo=UTC)),
            ("2026-11-18t12:00:00.1234567z", datetime(2026, 11, 18, 12, 0, 0, 123_456, tzinfo=UTC)),
            ("2026-11-18T12:00:00-23:59", datetime(2026, 11, 19, 11, 59, tzinfo=UTC)),
            ("0001-01-01T00:00:00-00:01", datetime(1, 1, 1, 0, 1, tzinfo=UTC)),
        ],
    )
    def test_takes_rfc_3339_in_utc(self, text: str, moment: datetime) -> None:
        assert (read_moment(text), read_moment(text).tzinfo) == (moment, UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "2026-11-18",
            "2026-11-18T12:00:00",
            "2026-11-18T12:00Z",
            "2026-W47-3T12:00:00Z",
            "20261118T120000Z",
            "2026-11-18T24:00:01Z",
            "2026-02-30T12:00:00Z",
            "2026-11-18T12:00:00+24:00",
            "\u0662026-11-18T12:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ],
    )
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises((ValueError, OverflowError)):
            read_moment(text)
