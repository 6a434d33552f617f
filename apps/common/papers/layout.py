"""PDF layout: a heading, tables that span pages, page numbers. The same input gives the same bytes."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from apps.common.papers.typeface import BOLD, REGULAR, draw, draw_to, width_of

WIDTH, HEIGHT = (int(side) for side in A4)
MARGIN, LINE = 45, 14
SIZE, HEADING = 8, 15
BESIDE = 330


class Sheet:
    """A PDF being drawn. A column is given as (left or right edge in points, whether the text is right-aligned)."""

    def __init__(self, title: str, footer: str, *, page: str = "Page") -> None:
        self._out = BytesIO()
        self._canvas = Canvas(self._out, pagesize=A4, invariant=1)
        self._canvas.setTitle(title)
        self._footer, self._page, self._page_word = footer, 0, page
        self._header: tuple[Sequence[tuple[int, bool]], Sequence[str]] | None = None
        self._start_page()
        self._text(MARGIN, title, BOLD, HEADING)
        self.skip(2)

    def finish(self) -> bytes:
        """Finish the PDF and return its bytes."""
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()

    def line(self, text: str, *, bold: bool = False) -> None:
        """Write one line of text."""
        self._room()
        self._text(MARGIN, text, BOLD if bold else REGULAR)
        self.skip()

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write rows of names and values."""
        for name, value in rows:
            self._room()
            self._text(MARGIN, name, BOLD)
            self._text(MARGIN + 130, value, REGULAR)
            self.skip()

    def paragraph(self, text: str) -> None:
        """Write a text in as many lines as it takes."""
        for part in text.splitlines():
            for line in wrapped(part, REGULAR, WIDTH - 2 * MARGIN):
                self.line(line)

    def picture(self, image: bytes, *, width: int, height: int) -> None:
        """Draw a PNG or JPEG in the upper right corner, within a maximum size."""
        self._canvas.drawImage(
            ImageReader(BytesIO(image)),
            *(WIDTH - MARGIN - width, HEIGHT - MARGIN - height + LINE, width, height),
            preserveAspectRatio=True,
            anchor="ne",
            mask="auto",
        )

    def beside(self, left: Sequence[str], right: Sequence[tuple[str, str]]) -> None:
        """Write lines on the left, and rows of names and values on the right of them."""
        lines = [line for text in left for line in wrapped(text, REGULAR, BESIDE - MARGIN - 10)]
        rows = [(name if place == 0 else "", line) for name, value in right for place, line in enumerate(_named(value))]
        for place in range(max(len(lines), len(rows))):
            self._room()
            if place < len(lines):
                self._text(MARGIN, lines[place], REGULAR)
            if place < len(rows):
                self._text(BESIDE, rows[place][0], BOLD)
                self._text(BESIDE + 100, rows[place][1], REGULAR)
            self.skip()

    def sum(self, name: str, value: str, *, bold: bool = False) -> None:
        """Write a name and a value below the last columns of a table."""
        self._room()
        font = BOLD if bold else REGULAR
        self._text(BESIDE, name, font)
        draw_to(self._canvas, WIDTH - MARGIN, self._y, value, font, SIZE)
        self.skip()

    def table_head(self, columns: Sequence[tuple[int, bool]], names: Sequence[str]) -> None:
        """Start a table; its head repeats on every page that the table continues on."""
        self._header = (columns, names)
        self._room(lines=3)
        self._write_head()

    def row(self, texts: Sequence[str], *, bold: bool = False) -> None:
        """Write a row of the current table."""
        assert self._header is not None, "a table begins with its head"
        self._room()
        self._cells(self._header[0], texts, BOLD if bold else REGULAR)

    def wrapped_row(self, texts: Sequence[str]) -> None:
        """Write a row of the current table; its first column takes as many lines as it needs."""
        assert self._header is not None, "a table begins with its head"
        columns = self._header[0]
        first, *more = wrapped(texts[0], REGULAR, _fitting(columns[1][0] - columns[0][0])) or [""]
        self._room(lines=1 + len(more))
        self._cells(columns, [first, *texts[1:]], REGULAR)
        for line in more:
            self._room()
            self._text(columns[0][0], line, REGULAR)
            self.skip()

    def end_table(self) -> None:
        """End the table, so that its head is no longer repeated."""
        self._header = None
        self.skip()

    def skip(self, lines: int = 1) -> None:
        """Leave vertical space."""
        self._y -= LINE * lines

    def _room(self, lines: int = 1) -> None:
        if self._y < MARGIN + LINE * (lines + 1):
            self._canvas.showPage()
            self._start_page()
            if self._header is not None:
                self._write_head()

    def _start_page(self) -> None:
        self._page += 1
        self._y = HEIGHT - MARGIN
        draw(self._canvas, MARGIN, MARGIN - LINE, self._footer, REGULAR, SIZE - 1)
        draw_to(self._canvas, WIDTH - MARGIN, MARGIN - LINE, f"{self._page_word} {self._page}", REGULAR, SIZE - 1)

    def _write_head(self) -> None:
        assert self._header is not None
        self._cells(*self._header, BOLD)
        self._canvas.line(MARGIN, self._y + LINE - 4, WIDTH - MARGIN, self._y + LINE - 4)
        self._y -= 2

    def _cells(self, columns: Sequence[tuple[int, bool]], texts: Sequence[str], font: str) -> None:
        for place, ((edge, to_the_left), text) in enumerate(zip(columns, texts, strict=True)):
            if to_the_left:
                draw_to(self._canvas, edge, self._y, text, font, SIZE)
            else:
                after = [other for other, _ in columns[place + 1 :]]
                room = (after[0] if after else WIDTH - MARGIN) - edge
                draw(self._canvas, edge, self._y, _cut(text, font, room), font, SIZE)
        self.skip()

    def _text(self, x: int, text: str, font: str, size: int = SIZE) -> None:
        draw(self._canvas, x, self._y, text, font, size)


def _named(value: str) -> list[str]:
    return wrapped(value, REGULAR, WIDTH - MARGIN - BESIDE - 100) or [""]


def wrapped(text: str, font: str, room: int) -> list[str]:
    """Split a text into lines of a width, at spaces where there are any."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, font, SIZE) <= room:
            lines[-1] = joined
            continue
        while width_of(word, font, SIZE) > room:
            fitting = next(n for n in range(len(word), 0, -1) if n == 1 or width_of(word[:n], font, SIZE) <= room)
            lines.append(word[:fitting])
            word = word[fitting:]  # noqa: PLW2901 - what is left of it
        if word:
            lines.append(word)
    return lines


def _fitting(room: int) -> int:
    """Return the maximum width of a text in a column, with space to the next column."""
    return max(20, room - 60) if room > 120 else room


def _cut(text: str, font: str, room: int) -> str:
    """Shorten a text that would run into the next column."""
    limit = _fitting(room)
    if width_of(text, font, SIZE) <= limit:
        return text
    while text and width_of(f"{text}…", font, SIZE) > limit:
        text = text[:-1]
    return f"{text}…"
