"""Read an amount that a person typed in their own style; what could be misread is refused."""

import re

from apps.common.money import Micros, decimal_text, to_micros
from apps.common.reader import Style

# What people type for the separators that keyboards lack.
_TYPED_AS = {
    "\N{RIGHT SINGLE QUOTATION MARK}": "'\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{NARROW NO-BREAK SPACE}": " \xa0\u202f",
}
_GROUPED = r"[1-9]\d{{0,2}}([{group}]\d{{3}})+({point}\d*)?"
_PLAIN = r"\d+({point}\d*)?|{point}\d+"


class Unreadable(ValueError):
    """A text is not an amount in the person's style, or is another amount when read with the other decimal
    separator."""


def read_amount(text: str, style: Style) -> Micros:
    """Return the micros of whole units typed in a style, grouped or not.

    Raises:
        Unreadable: it is not a number in this style, or has two readings ("1.234"); the message says what to type.
        InexactAmount: it is finer than a micro, or too large.
    """
    own = _plain(text, style.group, style.point)
    if own is None:
        raise Unreadable(f"Enter the amount as a decimal number, for example {style.digits('1250.50')}.")
    other = _plain(text, *((".", ",") if style.point == "." else (",", ".")))
    if other is not None and to_micros(other) != to_micros(own):
        small, large = sorted((to_micros(own), to_micros(other)), key=abs)
        whole, part = (style.digits(each) for each in (f"{decimal_text(large)}.00", f"{decimal_text(small)}0"))
        raise Unreadable(f"{text} can be read as {whole} or as {part}; type one of these.")
    return to_micros(own)


def _plain(text: str, group: str, point: str) -> str | None:
    """Return a number with these separators as Python reads it; None if it is not a number."""
    digits, groups = text.lstrip("+-"), _TYPED_AS.get(group, group)
    signs = text[: len(text) - len(digits)]
    named = {"group": re.escape(groups), "point": re.escape(point)}
    if len(signs) > 1 or not re.fullmatch(f"{_PLAIN.format(**named)}|{_GROUPED.format(**named)}", digits, re.ASCII):
        return None
    return signs + re.sub(f"[{re.escape(groups)}]", "", digits).replace(point, ".")
