"""Draws all papers as PDF: letterhead, facts, tables that span pages, numbered pages.

The same letter gives the same bytes. The file names its title and its language for screen readers.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepInFrame,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from apps.common.papers.content import Column, Letter, Pairs, Section, Sum
from apps.common.papers.typeface import BOLD, REGULAR, draw, draw_to, marked

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 20 * mm, 18 * mm, 18 * mm, 32 * mm
ROOM = WIDTH - LEFT - RIGHT
LOGO_WIDTH, LOGO_HEIGHT = 60 * mm, 20 * mm
# The foot of a page: the space above its text, the space below for the page number, and the most height of the text.
ABOVE_FOOT, BELOW_FOOT, FOOT_HEIGHT = 7 * mm, 11 * mm, 60 * mm
# The first page: the top of the address, for a window envelope (DIN 5008, form B), and the least height of the head.
ADDRESS_TOP, HEAD = 45 * mm, 92 * mm
# The facts beside the address: their width, the width of their names, and the gap between a name and its value.
FACTS, NAMES, GAP = 87 * mm, 39 * mm, 3 * mm
WINDOW = ROOM - FACTS - 8 * mm
INK, QUIET, RULE, SHADE = HexColor("#1a1a1a"), HexColor("#595959"), HexColor("#b8b8b8"), HexColor("#f0f2f4")
SIZE, SMALL = 8.5, 7


def _style(font: str = REGULAR, size: float = SIZE, **values: Any) -> ParagraphStyle:
    return ParagraphStyle(font, fontName=font, fontSize=size, leading=size * 1.4, textColor=INK, **values)


TEXT, STRONG = _style(), _style(BOLD)
NUMBER, STRONG_NUMBER = _style(alignment=TA_RIGHT), _style(BOLD, alignment=TA_RIGHT)
TITLE, HEADING = _style(BOLD, 15), _style(BOLD, 10.5, spaceBefore=4 * mm, spaceAfter=1.5 * mm, keepWithNext=1)
FOOT = _style(size=SMALL)


def render(letter: Letter, logo: bytes = b"") -> bytes:
    """Draw a letter as a PDF, with the seller's logo, a PNG or JPEG, if it has one."""
    out = BytesIO()
    pages = BaseDocTemplate(
        out, pagesize=A4, invariant=1, title=letter.name, author=letter.sender, lang=letter.language
    )
    bottom = _bottom(letter)
    room = HEIGHT - TOP - bottom
    head = _head_height(letter)
    pages.addPageTemplates(
        [
            PageTemplate(
                "first",
                [_frame(bottom, room - head + TOP)],
                onPage=lambda canvas, _: _draw_head(canvas, letter, logo, head),
            ),
            PageTemplate("next", [_frame(bottom, room - 8 * mm)], onPage=lambda canvas, _: _draw_name(canvas, letter)),
        ]
    )
    story: list[Flowable] = [NextPageTemplate("next")]
    for section in letter.sections:
        story += _section(section)
    pages.build(story, canvasmaker=lambda *given, **named: _NumberedCanvas(letter, *given, **named))
    return out.getvalue()


class _NumberedCanvas(Canvas):  # type: ignore[misc]  # the package has no types
    """A canvas that draws the foot of each page once it knows how many there are."""

    def __init__(self, letter: Letter, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{**named, "initialFontName": REGULAR})
        self._letter, self._kept = letter, list[dict[str, Any]]()
        self._doc.Catalog.Lang = PDFString(letter.language)
        self.setViewerPreference("DisplayDocTitle", "true")

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        kept = self._kept
        for number, page in enumerate(kept, 1):
            self.__dict__.update(page)
            _draw_foot(self, self._letter, self._letter.page_text.format(page=number, pages=len(kept)))
            super().showPage()
        super().save()


def _frame(bottom: float, height: float) -> Frame:
    return Frame(LEFT, bottom, ROOM, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _head_height(letter: Letter) -> float:
    """Return the height of the first page's head, which is larger for many facts or a long address."""
    facts = _facts(letter.facts, FACTS, NAMES).wrap(FACTS, HEIGHT)[1]
    name, *address = letter.recipient
    lines = Paragraph(marked(name, BOLD), STRONG).wrap(WINDOW, HEIGHT)[1]
    lines += Paragraph(marked("\n".join(address), REGULAR), TEXT).wrap(WINDOW, HEIGHT)[1]
    return float(max(HEAD, ADDRESS_TOP + max(facts, lines) + 18 * mm))


def _draw_head(canvas: Canvas, letter: Letter, logo: bytes, head: float) -> None:
    """Draw the logo, the sender over the addressee, the facts, and the title."""
    if logo:
        canvas.drawImage(
            ImageReader(BytesIO(logo)),
            *(WIDTH - RIGHT - LOGO_WIDTH, HEIGHT - TOP - LOGO_HEIGHT, LOGO_WIDTH, LOGO_HEIGHT),
            preserveAspectRatio=True,
            anchor="ne",
            mask="auto",
        )
    sender = Paragraph(marked(", ".join([letter.sender, *letter.sender_address]), REGULAR), _style(size=6.5))
    _, height = sender.wrap(WINDOW, HEIGHT)  # a long one grows upwards, away from the addressee
    _place(canvas, sender, LEFT, HEIGHT - ADDRESS_TOP + 1.8 * mm + height, WINDOW)
    canvas.setFillColor(INK)
    name, *address = letter.recipient
    below = _place(canvas, Paragraph(marked(name, BOLD), STRONG), LEFT, HEIGHT - ADDRESS_TOP, WINDOW)
    _place(canvas, Paragraph(marked("\n".join(address), REGULAR), TEXT), LEFT, below, WINDOW)
    _place(canvas, _facts(letter.facts, FACTS, NAMES), WIDTH - RIGHT - FACTS, HEIGHT - ADDRESS_TOP, FACTS)
    _place(canvas, Paragraph(marked(letter.name, BOLD), TITLE), LEFT, HEIGHT - head + 11 * mm, ROOM)


def _place(canvas: Canvas, flowable: Flowable, x: float, top: float, width: float) -> float:
    """Draw something whose upper left corner is at `x` and `top`; return where it ends."""
    _, height = flowable.wrapOn(canvas, width, HEIGHT)
    flowable.drawOn(canvas, x, top - height)
    return float(top - height)


def _draw_name(canvas: Canvas, letter: Letter) -> None:
    canvas.setFillColor(QUIET)
    draw(canvas, LEFT, HEIGHT - TOP, f"{letter.name} · {letter.recipient[0]}"[:110], REGULAR, SMALL)


def _bottom(letter: Letter) -> float:
    """Return the height of the lower margin, which is larger for many lines at the foot."""
    heights = [column.wrap(width, HEIGHT)[1] for _, width, column in _foot(letter)]
    return float(max(BOTTOM, ABOVE_FOOT + min(max(heights, default=0), FOOT_HEIGHT) + BELOW_FOOT))


def _foot(letter: Letter) -> list[tuple[float, float, Paragraph]]:
    """Return the columns at the foot: where each begins, its width, and its text."""
    columns = [text for text in letter.footer if text]
    share = ROOM / (len(columns) or 1)
    return [
        (LEFT + place * share, share - 4 * mm, Paragraph(marked(text, REGULAR), FOOT))
        for place, text in enumerate(columns)
    ]


def _draw_foot(canvas: Canvas, letter: Letter, page: str) -> None:
    bottom = _bottom(letter)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, bottom - 5 * mm, WIDTH - RIGHT, bottom - 5 * mm)
    for x, width, column in _foot(letter):
        _place(canvas, KeepInFrame(width, FOOT_HEIGHT, [column]), x, bottom - ABOVE_FOOT, width)
    canvas.setFillColor(QUIET)
    draw_to(canvas, WIDTH - RIGHT, 8 * mm, page, REGULAR, SMALL)


def _section(section: Section) -> list[Flowable]:
    found: list[Flowable] = []
    if section.heading:
        found.append(Paragraph(marked(section.heading, BOLD), HEADING))
    if section.text:
        font, style = (BOLD, STRONG) if section.is_bold else (REGULAR, TEXT)
        found += [Paragraph(marked(line, font), style) for line in section.text.splitlines()]
    if section.facts:
        found.append(_facts(section.facts, ROOM, 45 * mm))
    if section.rows:
        found.append(_table(section.columns, section.rows))
    elif section.empty:
        found.append(Paragraph(marked(section.empty, REGULAR), TEXT))
    if section.sums:
        found.append(KeepTogether([_sums(section.sums)]))
    if section.signatures:
        found.append(KeepTogether([_signatures(section.signatures)]))
    return [*found, Spacer(0, 4 * mm)]


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table whose head is repeated on each page; no row is split between two."""
    shares = sum(column.share for column in columns)
    head = [_cell(column.name, column, is_bold=True) for column in columns]
    cells = [[_cell(text, column) for text, column in zip(row, columns, strict=True)] for row in rows]
    return Table(
        [head, *cells],
        colWidths=[ROOM * column.share / shares for column in columns],
        repeatRows=1,
        splitInRow=0,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("LINEBELOW", (0, 0), (-1, 0), 0.75, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, RULE),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ],
    )


def _cell(text: str, column: Column, *, is_bold: bool = False) -> Paragraph:
    first, *more = text.split("\n")
    style = {(True, True): STRONG_NUMBER, (True, False): NUMBER, (False, True): STRONG, (False, False): TEXT}
    markup = marked(first, BOLD if is_bold else REGULAR)
    if more:
        markup += f'<br/><font size="{SMALL}" color="#595959">{marked(chr(10).join(more), REGULAR)}</font>'
    return Paragraph(markup, style[column.is_number, is_bold])


def _facts(facts: Pairs, width: float, names: float) -> Table | Spacer:
    rows = [
        [Paragraph(marked(name, REGULAR), _quiet()), Paragraph(marked(value, REGULAR), TEXT)] for name, value in facts
    ]
    if not rows:
        return Spacer(0, 0)
    gap = ("RIGHTPADDING", (0, 0), (0, -1), GAP)
    return Table(rows, colWidths=[names, width - names], style=[*_tight(), gap], hAlign="LEFT")


def _quiet() -> ParagraphStyle:
    return ParagraphStyle("quiet", parent=TEXT, textColor=QUIET)


def _tight() -> list[tuple[Any, ...]]:
    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]


def _sums(sums: Sequence[Sum]) -> Table:
    rows, lines = [], []
    for place, each in enumerate(sums):
        font, name, value = (BOLD, STRONG, STRONG_NUMBER) if each.is_bold else (REGULAR, TEXT, NUMBER)
        rows.append([Paragraph(marked(each.name, font), name), Paragraph(marked(each.value, font), value)])
        if each.is_bold:
            lines.append(("LINEABOVE", (0, place), (-1, place), 0.75, INK))
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        *lines,
    ]
    return Table(rows, colWidths=[62 * mm, 38 * mm], hAlign="RIGHT", style=style)


def _signatures(names: Sequence[str]) -> Table:
    """Return lines to sign, side by side with a gap, and below each who signs."""
    gap = 10 * mm
    width = (ROOM - gap * (len(names) - 1)) / len(names)
    cells = [Paragraph(marked(name, REGULAR), _quiet()) for name in names]
    below = [cell for each in cells for cell in (each, "")][:-1]
    return Table(
        [[Spacer(0, 16 * mm) for _ in below], below],
        colWidths=([width, gap] * len(names))[:-1],
        style=[
            *_tight(),
            *(("LINEABOVE", (place, 1), (place, 1), 0.5, INK) for place in range(0, len(below), 2)),
            ("TOPPADDING", (0, 1), (-1, 1), 2),
        ],
    )
