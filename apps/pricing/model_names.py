"""Model names: their normal form, aliases, and the priced name nearest to an unknown one.

The normal form is applied where events are read and where prices and aliases are written. Nothing is stripped from a
name automatically: `openai/atlas-mini` and `atlas-mini` may have two prices, and so may a dated name.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

MOST_PATTERNS: Final = 64
ALIKE_PERCENT: Final = 80
CAPTURED: Final = "*"
_DATE = re.compile(r"[-@:](\d{4}-\d{2}-\d{2}|\d{8}|\d{4})(?=$|[-:@])")
_VERSION = re.compile(r"-v\d+(:\d+)?$")


def normal_model(name: str) -> str:
    """Remove format characters and outer space, join inner spaces, and fold case."""
    if not name.isascii():
        name = "".join(each for each in name if unicodedata.category(each) != "Cf")
    name = name.strip().casefold()
    while "  " in name:
        name = name.replace("  ", " ")
    return name


def candidates(provider: str, name: str) -> tuple[str, ...]:
    """Return the names that may have a price or an alias, the most specific first; `name` is in normal form."""
    prefix = f"{normal_model(provider)}/" if provider and name else ""
    return (name,) if name.startswith(prefix) else (f"{prefix}{name}", name)


@dataclass(frozen=True, slots=True)
class Alias:
    """An alias of a model during a span of time: a name, or a pattern with `*` for any text and `#` for a digit.

    The target of a pattern may be `*`: the text that the pattern's `*` matches.
    """

    meter_id: int
    name: str
    target: str
    start: datetime
    end: datetime | None = None
    expression: re.Pattern[str] | None = field(default=None, compare=False)

    @classmethod
    def of(cls, meter_id: int, name: str, target: str, start: datetime, end: datetime | None = None) -> "Alias":
        """Return the alias, with the expression of its pattern if it is one."""
        expression = re.compile(expression_of(name)) if is_pattern(name) else None
        return cls(meter_id, name, target, start, end, expression)

    def covers(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.start <= at and (self.end is None or at < self.end)

    def target_of(self, name: str) -> str:
        """Return the model that the alias gives for a name, or an empty string if the alias does not match it."""
        if self.expression is None:
            return self.target if name == self.name else ""
        match = self.expression.match(name)
        if match is None:
            return ""
        return match[1] if self.target == CAPTURED else self.target


def is_pattern(name: str) -> bool:
    """Whether an alias's name is a pattern."""
    return "*" in name or "#" in name


def expression_of(pattern: str) -> str:
    """Return a pattern as a regular expression that Python and PostgreSQL read alike."""
    escaped = "".join(each if each.isalnum() else f"\\{each}" for each in pattern)
    return f"^{escaped.replace(f'{chr(92)}*', '(.*)').replace(f'{chr(92)}#', '[0-9]')}$"


def rank(alias: Alias) -> tuple[int, str]:
    """Return the order in which aliases are tried: names, then the pattern with the most literal characters."""
    literal = len(alias.name) if alias.expression is None else len(alias.name) - sum(map(alias.name.count, "*#"))
    return (-literal - (1_000 if alias.expression is None else 0), alias.name)


def aliased(aliases: Sequence[Alias], names: Sequence[str], at: datetime) -> str:
    """Return the model of a name's alias at a moment, or an empty string.

    `aliases` are those of its meter by `rank`.
    """
    found = (target for alias in aliases if alias.covers(at) for name in names if (target := alias.target_of(name)))
    return next(found, "")


class PricedNames:
    """Priced names, among which the nearest to each of many unknown names is found without comparing every two.

    A name's letters are bits: one for the first "a", another for the second. What two names have in common is then one
    operation on whole numbers, and bounds how similar they can be; only names that may be similar enough are compared.
    """

    def __init__(self, priced: Iterable[str]) -> None:
        names = sorted(priced)
        self._known = frozenset(names)
        self._by_bare: dict[str, list[str]] = {}
        for name in names:
            self._by_bare.setdefault(bare_model(name), []).append(name)
        self._bits: dict[tuple[str, int], int] = {}
        self._letters = [(name, len(name), self._letters_of(name)) for name in names]

    def nearest(self, name: str) -> str:
        """Return the same name without provider and date, else the most similar spelling, else an empty string.

        It is another name, even if the name itself is priced.
        """
        core = bare_model(name)
        alike = [core] * (core in self._known) + self._by_bare.get(core, [])
        return next((each for each in alike if each != name), "") or self._most_similar(name)

    def _most_similar(self, name: str) -> str:
        letters, length = self._letters_of(name), len(name)
        bounds = ((200 * (letters & other).bit_count() // (length + size), each) for each, size, other in self._letters)
        possible = sorted((each for each in bounds if each[0] >= ALIKE_PERCENT), reverse=True)
        compared, best = SequenceMatcher(b=name), (ALIKE_PERCENT / 100, "")
        for bound, each in possible:
            if bound + 1 < best[0] * 100:
                break
            if each != name:
                compared.set_seq1(each)
                best = max(best, (compared.ratio(), each))
        return best[1]

    def _letters_of(self, name: str) -> int:
        letters, seen = 0, dict[str, int]()
        for each in name:
            seen[each] = nth = seen.get(each, 0) + 1
            letters |= 1 << self._bits.setdefault((each, nth), len(self._bits))
        return letters


def bare_model(name: str) -> str:
    """Return a name without provider, date and version; for comparison only, because these may decide the price."""
    last = name.rpartition("/")[2]
    return _VERSION.sub("", _DATE.sub("", last)) or last
