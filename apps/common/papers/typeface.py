"""Fonts for PDFs. DejaVu Sans, embedded in the file, covers Latin, Greek, Cyrillic and more.

`PAPER_FONT` names a TrueType font file for other letters, which is embedded too. Without it, Chinese, Japanese and
Korean use standard fonts that PDF readers supply, or leave blank. A character in none of them is an empty box.
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from apps.common.papers.right_to_left import displayed

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"
OWN = "PaperFont"
BOX = "\N{WHITE SQUARE}"

for _name in (REGULAR, BOLD):
    pdfmetrics.registerFont(TTFont(_name, str(Path(__file__).parent / "fonts" / f"{_name}.ttf")))
pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
for _name in (CHINESE, JAPANESE, KOREAN):
    pdfmetrics.registerFont(UnicodeCIDFont(_name))

# Characters that both fonts can draw. Above U+FFFF, text copied from the PDF would differ from the text shown.
_KNOWN = frozenset(range(0x10000)).intersection(
    *(pdfmetrics.getFont(_name).face.charToGlyph for _name in (REGULAR, BOLD))
)
# First and last code points: ideographs with their punctuation, kana, Korean syllables.
_IDEOGRAPHS = (
    (0x2E80, 0x2FDF),
    (0x3000, 0x303F),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
)
_KANA = ((0x3040, 0x30FF), (0x31F0, 0x31FF))
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))


def marked(text: str, font: str) -> str:
    """Return a text as a paragraph's markup, in which each run of letters names the font that has them."""
    lines = (
        "".join(f'<font name="{name}">{escape(piece)}</font>' for name, piece in pieces(line, font))
        for line in text.split("\n")
    )
    return "<br/>".join(lines)


def draw(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    """Draw a text that starts at `x`."""
    for name, piece in pieces(text, font):
        canvas.setFont(name, size)
        canvas.drawString(x, y, piece)
        x += pdfmetrics.stringWidth(piece, name, size)


def draw_to(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    """Draw a text that ends at `x`."""
    width = sum(pdfmetrics.stringWidth(piece, name, size) for name, piece in pieces(text, font))
    draw(canvas, x - width, y, text, font, size)


def pieces(text: str, font: str) -> Iterator[tuple[str, str]]:
    """Split a text, as it is read from left to right, into runs of one font each."""
    shown = displayed(text)
    eastern = _eastern(shown)
    drawn = ((_font_of(letter, font, eastern), letter) for letter in shown)
    for name, letters in groupby(drawn, key=lambda each: each[0]):
        piece = "".join(letter for _, letter in letters)
        yield (name, piece) if name else (font, BOX * len(piece))


def letters_outside(text: str) -> str:
    """Return the letters of a text that no embedded font has, each once, in the order of the text."""
    found = dict.fromkeys(letter for letter in displayed(text) if not letter.isspace())
    return "".join(letter for letter in found if ord(letter) not in _KNOWN and ord(letter) not in _own())


@cache
def _letters_of(path: str) -> frozenset[int]:
    """Register a font file, and return the code points that it can draw."""
    font = TTFont(OWN, path)
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def _own() -> frozenset[int]:
    return _letters_of(settings.PAPER_FONT) if settings.PAPER_FONT else frozenset()


def _font_of(letter: str, font: str, eastern: str) -> str:
    code = ord(letter)
    if code in _KNOWN:
        return font
    if code in _own():
        return OWN
    return eastern if _within(code, (*_IDEOGRAPHS, *_KANA, *_HANGUL)) else ""


def _eastern(text: str) -> str:
    """Return the font for a text's ideographs: Korean or Japanese if it has such letters, else Chinese."""
    codes = [ord(letter) for letter in text]
    if any(_within(code, _HANGUL) for code in codes):
        return KOREAN
    return JAPANESE if any(_within(code, _KANA) for code in codes) else CHINESE


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)
