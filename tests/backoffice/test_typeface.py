"""PDFs contain names in all supported scripts."""
# ruff: noqa: RUF001 - letters of other alphabets are what this is about

import re
import zlib

import pytest

from apps.backoffice.documents.statement import monthly_statement
from apps.common.papers.layout import Sheet
from apps.common.papers.typeface import BOLD, CHINESE, JAPANESE, KOREAN, REGULAR, _pieces, width_of
from apps.common.periods import month_of
from tests.backoffice.world import NOW, create_customer

NAMES = ["Łódź Sp. z o.o.", "Αθήνα ΑΕ", "ТОВ «Київ»", "İstanbul Şğı", "Hà Nội", "Tõnu Žižek", "€ ₹ ₴ – “x”"]


def letters(paper: bytes) -> set[str]:
    """Return the letters of a PDF's embedded glyphs, as a reader finds and copies them."""
    maps = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        try:
            maps.append(zlib.decompress(packed).decode("latin-1"))
        except zlib.error:
            continue  # the page itself, which is packed otherwise
    codes = re.findall(r"<([0-9A-Fa-f]{4})>", " ".join(text for text in maps if "begincmap" in text))
    return {chr(int(code, 16)) for code in codes}


def paper_with(text: str) -> bytes:
    sheet = Sheet("Statement", "drawn now")
    sheet.line(text)
    return sheet.finish()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("font", [REGULAR, BOLD])
def test_european_names_are_written_by_the_font_in_the_file(name, font):
    assert list(_pieces(name, font)) == [(font, name)]
    assert set(name) - {" "} <= letters(paper_with(name))


@pytest.mark.parametrize(
    ("name", "font"),
    [("北京科技有限公司", CHINESE), ("テスト東京", JAPANESE), ("서울전자 주식회사", KOREAN), ("上海 AG", CHINESE)],
)
def test_eastern_names_are_written_by_the_readers_own_font(name, font):
    pieces = list(_pieces(name, REGULAR))
    assert "".join(piece for _, piece in pieces) == name
    assert {written for written, _ in pieces} <= {font, REGULAR}
    assert pieces[0][0] == font
    assert font.encode() in paper_with(name)


@pytest.mark.parametrize("text", ["ไทย", "😀", "\x07", "\ud800"])
def test_what_no_font_has_is_a_box(text):
    assert list(_pieces(text, REGULAR)) == [(REGULAR, "□" * len(text))]
    assert paper_with(text).startswith(b"%PDF-")


def test_width_is_that_of_all_pieces():
    assert width_of("Ł北", REGULAR, 8) == pytest.approx(width_of("Ł", REGULAR, 8) + width_of("北", REGULAR, 8))


@pytest.mark.django_db
def test_a_statement_has_the_customers_name():
    customer = create_customer()
    customer.name = "Łódź Αθήνα Київ"
    paper, _ = monthly_statement(organization=customer, month=month_of(NOW), now=NOW)
    assert set("ŁódźΑθήναКиїв") <= letters(paper)
