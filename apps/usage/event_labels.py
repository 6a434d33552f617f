"""Read the labels in an event's data: the dimensions of the work, and whose keys were used.

Many events of a batch have the same labels, so a reader parses each combination once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apps.pricing.model_names import normal_model
from apps.usage.event_amounts import Unreadable

MODEL_SENT_LENGTH = 200

_LENGTHS = {
    "model": 128,
    "operation": 128,
    "event_type": 128,
    "operator": 128,
    "project": 128,
    "session": 128,
    "character": 128,
    "traffic_source": 32,
    "provider": 64,
    "variant": 32,
    "region": 32,
    "service_tier": 16,
    "key": 128,
    "user": 128,
    "agent": 128,
    "tag": 128,
}
# Part of the fingerprint only if sent, so that fingerprints of events without them do not change.
_LATER_TEXTS = ("provider", "variant", "region", "service_tier", "key", "user", "agent", "tag")
_FIRST_TEXTS = tuple(name for name in _LENGTHS if name not in _LATER_TEXTS)
_PRICED_BY = ("model", "provider", "operation", "operator", "variant", "region", "service_tier", "tag", "character")
_MODES = {"": "", "standard": "", "byok": "byok"}
TEXTS = tuple(_LENGTHS)
MODE: Final = "billing_mode"
NAMES: Final = frozenset([*TEXTS, MODE])
# Fields that a report may add to an event without changing its price, each with its bit in `ParsedEvent.facts`.
_ADDED = ("event_type", "project", "session", "traffic_source", "key", "user", "agent")
COST_BIT: Final = 1 << len(_ADDED)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """The dimensions that an event names, with the model in normal form; `model_sent` is the model as sent.

    `written` has all dimensions in the order of TEXTS, missing ones empty. `facts` are the bits of those that never
    affect a price. `content` and `priced_by` are the texts that go into the event's digests; NUL separates the parts,
    since printable text cannot contain it.
    """

    texts: Mapping[str, str]
    billing_mode: str
    model_sent: str
    written: tuple[str, ...] = field(init=False)
    facts: int = field(init=False)
    content: str = field(init=False)
    priced_by: str = field(init=False)

    def __post_init__(self) -> None:
        """Compute the digest texts once for all events with these labels."""
        text = self.texts.get
        later = [f"{name}={self.texts[name]}" for name in _LATER_TEXTS if text(name)]
        first = [text(name, "") for name in _FIRST_TEXTS]
        object.__setattr__(self, "written", tuple([text(name, "") for name in TEXTS]))
        object.__setattr__(self, "facts", sum(1 << place for place, name in enumerate(_ADDED) if text(name)))
        object.__setattr__(self, "content", "\0".join([self.billing_mode, *first, *later]))
        object.__setattr__(self, "priced_by", "\0".join([text(name, "") for name in _PRICED_BY]))

    def filled(self, texts: Mapping[str, str]) -> "Labels":
        """Return a copy with these texts added."""
        return Labels({**self.texts, **texts}, self.billing_mode, self.model_sent)

    def completed(self, texts: Mapping[str, str]) -> "Labels":
        """Return a copy with the dimensions that only an earlier report of the call had.

        Dimensions that can decide the price are taken from this report only, even if they are empty.
        """
        kept = {name: text for name, text in texts.items() if text and name not in _PRICED_BY}
        return Labels({**kept, **self.texts}, self.billing_mode, self.model_sent)


def read_labels(data: Mapping[str, Any]) -> Labels:
    """Return the labels in an event's data.

    Raises:
        Unreadable: a text breaks a rule, or the billing mode does.
    """
    mode = _mode(data.get(MODE, ""))
    texts = {name: _text(data[name], name, _LENGTHS[name]) for name in data if name in _LENGTHS}
    model_sent = (data.get("model") or "")[:MODEL_SENT_LENGTH]
    return Labels({name: text for name, text in texts.items() if text}, mode, model_sent)


class LabelReader:
    """Reads the labels of a batch's events; equal ones are parsed once."""

    def __init__(self) -> None:
        self._read: dict[tuple[object, ...], Labels] = {}

    def read(self, data: Mapping[str, Any], names: Sequence[str]) -> Labels:
        """Return the labels in an event's data, which has these names of labels.

        Raises:
            Unreadable: a text breaks a rule, or the billing mode does.
        """
        sent = (*names, *map(data.__getitem__, names))
        try:
            known = self._read.get(sent)
        except TypeError:  # an array or object is not hashable, and not a valid text
            return read_labels(data)
        if known is None:
            known = self._read[sent] = read_labels(data)
        return known


def _text(value: Any, name: str, most: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and name == "model":
        value = normal_model(value)
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise Unreadable(f"invalid_{name}", f"data.{name} must be at most {most} printable characters")
    return value


def _mode(value: object) -> str:
    mode = _MODES.get(value) if isinstance(value, str) else None
    if mode is None:
        raise Unreadable("invalid_billing_mode", "data.billing_mode must be standard or byok")
    return mode
