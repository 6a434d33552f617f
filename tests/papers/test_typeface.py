"""Papers contain names in all supported scripts."""
# ruff: noqa: RUF001 - the tests use letters of other alphabets

import re
import zlib
from pathlib import Path

import pytest

from apps.common.papers import typeface
from apps.common.papers.right_to_left import displayed
from apps.common.papers.typeface import BOLD, CHINESE, JAPANESE, KOREAN, OWN, REGULAR, letters_outside, pieces
from apps.papers.checks import check_font
from tests.papers.letters import drawn

FONTS = Path(typeface.__file__).parent / "fonts"
NAMES = ["Łódź Sp. z o.o.", "Αθήνα ΑΕ", "ТОВ «Київ»", "İstanbul Şğı", "Hà Nội", "Tõnu Žižek", "€ ₹ ₴ – “x”"]


def letters(paper: bytes) -> set[str]:
    """Return the letters of a PDF's embedded glyphs, as a reader finds and copies them."""
    maps = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        try:
            maps.append(zlib.decompress(packed).decode("latin-1"))
        except zlib.error:
            continue  # the content of the page, which is compressed differently
    codes = re.findall(r"<([0-9A-Fa-f]{4})>", " ".join(text for text in maps if "begincmap" in text))
    return {chr(int(code, 16)) for code in codes}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("font", [REGULAR, BOLD])
def test_european_names_are_written_by_the_font_in_the_file(name, font):
    assert list(pieces(name, font)) == [(font, name)]
    assert set(name) - {" "} <= letters(drawn(recipient=(name,)))


@pytest.mark.parametrize(
    ("name", "font"),
    [("北京科技有限公司", CHINESE), ("テスト東京", JAPANESE), ("서울전자 주식회사", KOREAN), ("上海 AG", CHINESE)],
)
def test_eastern_names_are_written_by_the_readers_own_font(name, font):
    found = list(pieces(name, REGULAR))
    assert "".join(piece for _, piece in found) == name
    assert {written for written, _ in found} <= {font, REGULAR}
    assert found[0][0] == font
    assert font.encode() in drawn(recipient=(name,))


def test_a_font_of_the_operators_own_is_embedded_for_what_the_built_in_one_lacks(settings):
    assert letters_outside("A𝔸東𝔸 ß") == "𝔸東"
    settings.PAPER_FONT = str(FONTS / "DejaVuSans.ttf")
    assert list(pieces("A𝔸", REGULAR)) == [(REGULAR, "A"), (OWN, "𝔸")]
    assert letters_outside("A𝔸東") == "東"
    assert drawn(recipient=("A𝔸",)) != drawn(recipient=("A□",))
    assert list(check_font()) == []


def test_a_font_that_cannot_be_embedded_is_named_at_the_start(settings, tmp_path):
    settings.PAPER_FONT = str(tmp_path / "font.otf")
    (error,) = check_font()
    assert error.id == "papers.E001"
    assert "font.otf" in error.msg


@pytest.mark.parametrize("text", ["ไทย", "😀", "\x07", "\ud800"])
def test_what_no_font_has_is_a_box(text):
    assert list(pieces(text, REGULAR)) == [(REGULAR, "□" * len(text))]
    assert drawn(recipient=(text,)).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme 2026", "Acme 2026"),
        ("שלום עולם", "םלוע םולש"),
        ("Acme שלום (1.5) Ltd", "Acme םולש (1.5) Ltd"),
        ("א 12.5 ב", "ב 12.5 א"),
        ("א (ב) ג", "ג (ב) א"),
        ("א (ב) AG", "(ב) א AG"),
        ("A (ב)", "A (ב)"),
        # Joined letters, drawn from the left: the last one first, each in the form that its neighbors require.
        ("بت", "\ufe96\ufe91"),
        ("لا", "\ufefb"),
        ("دار", "\ufead\ufe8d\ufea9"),
    ],
)
def test_right_to_left_letters_are_joined_and_stand_in_the_order_of_reading(text, shown):
    assert displayed(text) == shown
