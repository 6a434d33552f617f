"""JSON that others wrote has one meaning or is refused, on every Python."""

from decimal import Decimal

import pytest

from apps.common.strict_json import NotStrictJson, is_deeper, read_object


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
