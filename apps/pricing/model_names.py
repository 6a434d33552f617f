"""Model names: their normal form, aliases, and the priced name nearest to an unknown one.

The normal form is applied where events are read and where prices and aliases are written. Nothing is stripped from a
name by itself: `openai/atlas-mini` and `atlas-mini` may have two prices, and so may a dated name.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
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


def nearest_model(name: str, priced: Iterable[str]) -> str:
    """Return the priced name nearest to an unknown one: the same without provider and date, else the most similar
    spelling.
    """
    names = sorted(priced)
    core = bare_model(name)
    equal = next((each for each in names if each == core), "") or next(
        (each for each in names if bare_model(each) == core), ""
    )
    return equal or next(iter(get_close_matches(name, names, n=1, cutoff=ALIKE_PERCENT / 100)), "")


def bare_model(name: str) -> str:
    """Return a name without provider, date and version; for comparison only, because these may decide the price."""
    last = name.rpartition("/")[2]
    return _VERSION.sub("", _DATE.sub("", last)) or last
