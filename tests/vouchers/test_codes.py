"""Codes as text: derivation, normal form, check symbol, masks."""

import math
from itertools import combinations
from uuid import UUID

import pytest

from apps.vouchers import codes

KEY, BATCH = b"k" * 32, UUID(int=7)


class TestDerive:
    def test_is_the_same_for_the_same_key_batch_and_index(self):
        assert codes.derive(KEY, BATCH, 3, "SPRING") == codes.derive(KEY, BATCH, 3, "SPRING")

    def test_is_another_for_another_key_batch_or_index(self):
        made = [(KEY, BATCH, 3), (b"x" * 32, BATCH, 3), (KEY, UUID(int=8), 3), (KEY, BATCH, 4)]

        assert len({codes.derive(*one) for one in made}) == 4

    def test_has_at_least_eighty_bits_without_the_check_symbol(self):
        assert math.log2(len(codes.ALPHABET)) * codes.DERIVED_SYMBOLS >= 80

    def test_keeps_sixty_bits_hidden_where_it_is_masked(self):
        assert math.log2(len(codes.ALPHABET)) * (codes.SYMBOLS - codes.GROUP) >= 60

    @pytest.mark.parametrize("look_alike", list("0O1IL2Z5S8BUQ"))
    def test_has_no_look_alikes(self, look_alike):
        assert look_alike not in codes.ALPHABET

    def test_uses_every_symbol_about_as_often(self):
        text = "".join(codes.derive(KEY, BATCH, index) for index in range(2_300))
        counts = [text.count(symbol) for symbol in codes.ALPHABET]

        assert min(counts) > 1_800
        assert max(counts) < 2_200

    def test_fits_what_the_api_takes(self):
        code = codes.derive(KEY, BATCH, 99_999, "P" * codes.LONGEST_PREFIX)

        assert len(codes.written(code, "P" * codes.LONGEST_PREFIX)) <= 64


def is_mistyped(code: str, prefix: str) -> bool:
    """Return whether a typed code is recognized as wrong by its symbols or its check symbol."""
    symbols = code.removeprefix(prefix)
    if len(symbols) != codes.SYMBOLS or not set(symbols) <= set(codes.ALPHABET):
        return True
    return codes.check_symbol(symbols[:-1]) != symbols[-1]


class TestCheckSymbol:
    CODE = codes.derive(KEY, BATCH, 0, "SPRING")

    def test_accepts_what_was_derived(self):
        assert not is_mistyped(self.CODE, "SPRING")

    def test_finds_every_single_wrong_symbol(self):
        head = len("SPRING")
        wrong = [
            self.CODE[:place] + symbol + self.CODE[place + 1 :]
            for place in range(head, len(self.CODE))
            for symbol in codes.ALPHABET
            if symbol != self.CODE[place]
        ]

        assert len(wrong) == 20 * 22
        assert all(is_mistyped(code, "SPRING") for code in wrong)

    def test_finds_every_two_symbols_that_changed_places(self):
        symbols = self.CODE.removeprefix("SPRING")
        pairs = [(a, b) for a, b in combinations(range(20), 2) if symbols[a] != symbols[b]]
        swapped = [symbols[:a] + symbols[b] + symbols[a + 1 : b] + symbols[a] + symbols[b + 1 :] for a, b in pairs]

        assert all(is_mistyped(code, "") for code in swapped)

    @pytest.mark.parametrize("code", ["", "SPRING", "SPRINGX", "SPRING" + "3" * 21, "SPRING" + "0" * 20])
    def test_refuses_what_is_too_short_too_long_or_of_other_symbols(self, code):
        assert is_mistyped(code, "SPRING")


class TestNormalize:
    @pytest.mark.parametrize(
        "typed",
        [
            "WELCOME",
            "welcome",
            " wel come ",
            "WEL-COME",
            "wel\u2013come",
            "wel\u2014come",
            "W E L C O M E",
            "\uff37\uff25\uff2ccome",
            "wel\tcome\n",
            "WEL\u200bCOME",
            "WEL\u00adCOME",
            "\ufeffWELCOME",
            "WEL\u2060COME",
            "WELCOME\u200e",
            "WEL\u2212COME",
            "WEL\u2011COME",
            "WEL\u207bCO\u2043ME",
            "wel\u3000come\u202f",
        ],
    )
    def test_forgives_case_spaces_dashes_width_and_what_nobody_sees(self, typed):
        assert codes.normalize(typed) == "WELCOME"

    @pytest.mark.parametrize("typed", ["WELC0ME", "WELCOM", "WELCOME!", "WELCOMÉ", "WEL_COME", "WEL\x00COME"])
    def test_forgives_nothing_else(self, typed):
        assert codes.normalize(typed) != "WELCOME"

    @pytest.mark.parametrize("code", ["", "AB", "A" * 65, "WELCOMÉ", "A_B", "\uff21\uff22\uff23", "ab1", "A B"])
    def test_knows_what_is_no_code(self, code):
        assert not codes.is_plain(code)


class TestWritten:
    def test_groups_the_symbols_behind_the_prefix(self):
        code = codes.derive(KEY, BATCH, 0, "SPRING")
        text = codes.written(code, "SPRING")

        assert [len(part) for part in text.split("-")] == [6, 4, 4, 4, 4, 4]
        assert codes.normalize(text) == code

    def test_does_without_a_prefix(self):
        assert [len(part) for part in codes.written(codes.derive(KEY, BATCH, 0), "").split("-")] == [4] * 5


class TestMasked:
    @pytest.mark.parametrize(
        ("code", "prefix", "shown"),
        [
            ("SPRING" + "A" * 16 + "CDEF", "SPRING", "SPRING-…CDEF"),
            ("A" * 16 + "CDEF", "", "…CDEF"),
            ("ABCDEFGH", "", "…GH"),
            ("ABC", "", "…C"),
        ],
    )
    def test_shows_the_end_and_less_of_a_short_one(self, code, prefix, shown):
        assert codes.masked(code, prefix) == shown


def test_a_keyed_hash_needs_its_key():
    assert codes.keyed_hash(KEY, "WELCOME") != codes.keyed_hash(b"x" * 32, "WELCOME")
