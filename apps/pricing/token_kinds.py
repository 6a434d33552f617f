"""The kinds of tokens that a model call counts, and the other units that it may count.

Kinds are disjoint: a token has exactly one. Vendors report totals and details within them; `split` separates these.
"""

from collections.abc import Mapping
from typing import Final

INPUT, OUTPUT, UNSPLIT = "input", "output", "unsplit"

INPUT_DETAILS: Final = (
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "cache_write_12h",
    "input_audio",
    "input_image",
    "input_video",
    "cache_read_audio",
    "cache_read_image",
    "cache_write_audio",
)
OUTPUT_DETAILS: Final = ("reasoning", "output_audio", "output_image", "output_video")
DETAILS: Final = (*INPUT_DETAILS, *OUTPUT_DETAILS)
KINDS: Final = (INPUT, *INPUT_DETAILS, OUTPUT, *OUTPUT_DETAILS, UNSPLIT)

# A kind without a price of its own costs what its parent does.
PARENTS: Final = {
    "cache_read": INPUT,
    "cache_write": INPUT,
    "cache_write_1h": "cache_write",
    "cache_write_12h": "cache_write",
    "input_audio": INPUT,
    "input_image": INPUT,
    "input_video": INPUT,
    "cache_read_audio": "cache_read",
    "cache_read_image": "cache_read",
    "cache_write_audio": "cache_write",
    "reasoning": OUTPUT,
    "output_audio": OUTPUT,
    "output_image": OUTPUT,
    "output_video": OUTPUT,
}

_OF_INPUT: Final = frozenset(INPUT_DETAILS)

# One request is counted for every event, so senders never send this unit.
REQUESTS: Final = "requests"
SENT_UNITS: Final = (
    "images",
    "output_images",
    "seconds",
    "output_seconds",
    "audio_seconds",
    "video_seconds",
    "characters",
    "output_characters",
    "pixels",
    "output_pixels",
    "pages",
    "searches",
    "map_searches",
    "queries",
    "messages",
    "code_runs",
    "citation_tokens",
    "credits",
)
UNITS: Final = (REQUESTS, *SENT_UNITS)

# A unit that has a price is charged instead of these tokens of the same content, never in addition to them.
STANDS_IN_FOR: Final = {
    "images": "input_image",
    "audio_seconds": "input_audio",
    "video_seconds": "input_video",
    "characters": INPUT,
    "output_images": "output_image",
    "output_characters": OUTPUT,
}


class InconsistentTokens(ValueError):
    """The details of a total add up to more than the total."""


def split(input_tokens: int, output_tokens: int, details: Mapping[str, int]) -> dict[str, int]:
    """Return how many tokens a call has of each kind that it has.

    Raises:
        InconsistentTokens: the details of the input, or of the output, exceed it.
    """
    if not details:
        return {kind: count for kind, count in ((INPUT, input_tokens), (OUTPUT, output_tokens)) if count}
    of_input = sum([count for kind, count in details.items() if kind in _OF_INPUT])
    plain = {INPUT: input_tokens - of_input, OUTPUT: output_tokens + of_input - sum(details.values())}
    for side, count in plain.items():
        if count < 0:
            raise InconsistentTokens(f"the details of {side}_tokens add up to more than {side}_tokens")
    return {kind: count for kind, count in (*plain.items(), *details.items()) if count}
