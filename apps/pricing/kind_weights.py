"""Weights of token kinds: which share of a meter's units a token of each kind consumes, as lines of text."""

import re
from collections.abc import Mapping
from typing import Final

from apps.common.money import MICROS_PER_UNIT, decimal_text, to_micros
from apps.pricing.token_kinds import KINDS

MOST: Final = 1_000 * MICROS_PER_UNIT
_WEIGHT: Final = re.compile(r"\d{1,4}(\.\d{1,6})?", re.ASCII)


class WeightsInvalid(ValueError):
    """A line is not a token kind with its weight, or names a kind again."""


def parse_weights(text: str) -> dict[str, int]:
    """Return the weights in a text, one per line such as `cache_read 0.1`, in millionths by kind.

    Raises:
        WeightsInvalid: a line is not a token kind with a weight from 0 to 1000, or names a kind again.
    """
    found: dict[str, int] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        kind, _, weight = line.partition(" ")
        if kind not in KINDS:
            raise WeightsInvalid(f"{kind[:40]} is not one of {', '.join(KINDS)}")
        if kind in found:
            raise WeightsInvalid(f"{kind} is listed twice")
        if not _WEIGHT.fullmatch(weight.strip()) or (micros := to_micros(weight.strip())) > MOST:
            raise WeightsInvalid(f"{kind}: the weight is a number from 0 to 1000 with at most six decimals")
        found[kind] = micros
    return found


def weights_text(weights: Mapping[str, int]) -> str:
    """Write weights as the lines that `parse_weights` reads."""
    return "\n".join(f"{kind} {decimal_text(weights[kind])}" for kind in KINDS if kind in weights)
