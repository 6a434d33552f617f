"""Markups by model or provider, as values and as text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from apps.pricing.model_names import normal_model

OF: Final = "provider:"
LEAST_PPM, MOST_PPM = -1_000_000, 100_000_000
_LINE = re.compile(r"(?P<name>\S.*?)\s+(?P<percent>-?\d{1,4}(\.\d{1,4})?)\s*%?", re.ASCII)


class MarkupInvalid(ValueError):
    """A line is not a model with a percentage; the text names it."""


@dataclass(frozen=True, slots=True)
class Markups:
    """Markups in millionths, by the name of a model, its beginning followed by `*`, or `provider:` and its provider."""

    by_name: Mapping[str, int] = field(default_factory=dict)

    def of(self, model: str, provider: str, otherwise: int) -> int:
        """Return a model's markup: by its name, the longest matching beginning, its provider, else the general one."""
        if model in self.by_name:
            return self.by_name[model]
        matching = [name for name in self.by_name if name.endswith("*") and model.startswith(name[:-1])]
        return self.by_name[max(matching, key=len)] if matching else self.by_name.get(f"{OF}{provider}", otherwise)

    def rows(self) -> dict[str, int]:
        """Return them as they are stored."""
        return dict(self.by_name)


NO_MARKUPS: Final = Markups()


def read_markups(text: str) -> Markups:
    """Return the markups in a text: on each line a model, a beginning with `*` or a provider, and a percentage.

    Raises:
        MarkupInvalid: a line is not of this form, its percentage is out of range, or it names a model again.
    """
    found: dict[str, int] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        read = _LINE.fullmatch(line)
        if read is None:
            raise MarkupInvalid(f"{line[:60]}: write a model and a percentage with at most four decimals")
        name, (whole, _, fraction) = normal_model(read["name"]), read["percent"].partition(".")
        ppm = int(whole + fraction.ljust(4, "0"))
        if not LEAST_PPM <= ppm <= MOST_PPM:
            raise MarkupInvalid(f"{line[:60]}: a markup is from -100 to 10000 percent")
        if name in found:
            raise MarkupInvalid(f"{name[:60]} is listed twice")
        found[name] = ppm
    return Markups(found)
