"""The drawing of papers: pages, repeated heads, the language for screen readers, and the same bytes each time."""

import json
from io import BytesIO

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from apps.common.papers.content import Letter, Section
from apps.common.papers.layout import SIZE, render
from apps.common.papers.typeface import REGULAR
from tests.papers.letters import LETTER, drawn


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_sixty_lines_span_pages_that_are_counted_and_repeat_the_head():
    found = pages(drawn())
    assert len(found) == 3
    for number, page in enumerate(found, 1):
        assert f"Page {number} of 3" in page
        assert page.count("Description") == ("Line" in page)
        assert "HRB 12345" in page
    assert [number for number in range(1, 61) if f"Line {number}\n" in "\n".join(found)] == list(range(1, 61))
    assert "Invoice EX-2026-00017 · Acme AG" in found[1]


def test_the_file_names_its_title_and_its_language():
    reader = PdfReader(BytesIO(drawn()))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Invoice EX-2026-00017", "Example GmbH")
    catalog = reader.trailer["/Root"]
    assert (catalog["/Lang"], catalog["/ViewerPreferences"]["/DisplayDocTitle"]) == ("de", True)


def test_the_same_letter_gives_the_same_bytes_also_after_it_was_kept():
    assert render(Letter.from_json(json.loads(json.dumps(LETTER.as_json())))) == render(LETTER)


@pytest.mark.parametrize("name", ["At the end of the term", "Zahlungsbedingungen", "Conditions de paiement"])
def test_the_longest_names_of_facts_take_one_line_and_keep_their_distance_to_the_value(name):
    places: dict[str, float] = {}

    def keep(text, matrix, position, _font, _size):
        places.setdefault(text.strip(), matrix[4] + position[4])

    PdfReader(BytesIO(drawn(facts=((name, "Renews"), ("Place", "Berlin"))))).pages[0].extract_text(visitor_text=keep)
    assert places["Renews"] == places["Berlin"]
    assert places["Renews"] - places[name] - stringWidth(name, REGULAR, SIZE) > 2 * mm


def test_a_long_sender_stays_above_the_addressee():
    heights: list[tuple[str, float]] = []

    def keep(text, matrix, position, _font, _size):
        heights.extend((word, matrix[5] + position[5]) for word in text.split())

    pdf = drawn(sender="Sender " * 30, sections=())
    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=keep)
    sender, addressee = ({y for word, y in heights if word == name} for name in ("Sender", "München"))
    assert min(sender) > max(addressee) + 2 * SIZE * 1.4
    assert len(sender) > 2


def test_a_long_word_and_markup_stay_within_their_cell():
    columns = LETTER.sections[0].columns
    section = Section(columns=columns, rows=(("<b>&" + "x" * 400, "1.00 EUR"),))
    (page,) = pages(drawn(sections=(section,)))
    assert "<b>&x" in page
    assert page.replace("\n", "").count("x") > 400


def test_an_empty_table_says_so():
    section = Section(columns=LETTER.sections[0].columns, empty="All invoices are paid.")
    (page,) = pages(drawn(sections=(section,)))
    assert "All invoices are paid." in page
    assert "Description" not in page


@pytest.mark.parametrize("lines", [1, 9, 60])
def test_a_long_foot_stays_on_the_page_and_below_the_content(lines):
    heights: dict[str, list[float]] = {}

    def keep(text, matrix, position, _font, _size):
        for word in text.split():
            heights.setdefault(word, []).append(matrix[5] + matrix[3] * position[5])

    pdf = drawn(footer=("Example GmbH", "\n".join(f"foot{number}" for number in range(lines))))
    for page in PdfReader(BytesIO(pdf)).pages:
        heights.clear()
        page.extract_text(visitor_text=keep)
        foot = [y for word, found in heights.items() if word.startswith("foot") for y in found]
        assert len(foot) == lines
        assert min(foot) > max(heights["Page"])
        assert max(foot) < min(y for word in ("Line", "Amount") for y in heights.get(word, [1000]))
