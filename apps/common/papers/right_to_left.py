"""Arabic and Hebrew in a line that is drawn from left to right: letters joined, and put in display order.

A run of such letters is reversed; numbers within it keep their order. This is the part of the Unicode bidirectional
algorithm that names and addresses need; embeddings and control characters are not supported.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise

_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RUN = re.compile(f"[{_RIGHT}](?:[^A-Za-z\u00c0-\u058f]*[{_RIGHT}])?")
_OPEN, _CLOSED = "([{«", ")]}»"
_AFTER = re.compile(rf"[{re.escape(_CLOSED)}]*")
_NUMBER = re.compile(r"[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[.,:/-][0-9\u0660-\u0669\u06f0-\u06f9]+)*")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_LAM_ALEF = re.compile("\u0644[\u0622\u0623\u0625\u0627]")


def displayed(text: str) -> str:
    """Return a line's letters from left to right as they are drawn; a line without such letters does not change."""
    if not re.search(f"[{_RIGHT}]", text):
        return text
    shown, end = "", 0
    while run := _RUN.search(text, end):
        closed = _closed(run[0], text, run.end())
        shown += text[end : run.start()] + _turned(_joined(text[run.start() : closed]))
        end = closed
    return shown + text[end:]


def _closed(run: str, text: str, end: int) -> int:
    """Return where a run ends with the brackets after it that close those opened within it."""
    after = _AFTER.match(text, end)
    assert after is not None, "the pattern also matches nothing"
    opened = sum(map(run.count, _OPEN)) - sum(map(run.count, _CLOSED))
    return end + min(max(0, opened), len(after[0]))


def _turned(run: str) -> str:
    backwards = run[::-1].translate(_MIRRORED)
    return _NUMBER.sub(lambda number: number[0][::-1], backwards)


def _joined(run: str) -> str:
    """Return a run with each Arabic letter in the form that it has beside its neighbors; lam and alef become one."""
    forms = _forms()
    letters = [*re.findall(f"{_LAM_ALEF.pattern}|.", run, re.DOTALL)]
    bare = [each for each in letters if not unicodedata.combining(each[-1])]
    links = {place: _links(one, other) for place, (one, other) in enumerate(pairwise(bare))}
    drawn, place = "", -1
    for each in letters:
        if unicodedata.combining(each[-1]):
            drawn += each
            continue
        place += 1
        before, after = links.get(place - 1, False), links.get(place, False)
        name = ("medial" if after else "final") if before else "initial" if after else "isolated"
        drawn += forms.get(each, {}).get(name, each)
    return drawn


def _links(one: str, other: str) -> bool:
    """Return whether a letter joins the next one."""
    forms = _forms()
    return "initial" in forms.get(one, {}) and "final" in forms.get(other, {})


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Return the forms of each Arabic letter, by their names in Unicode."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        name, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if letters:
            base = "".join(chr(int(each, 16)) for each in letters.split())
            found.setdefault(base, {})[name.strip("<>")] = chr(code)
    return found
