"""A storm of usage: many events of every price scheme, sent twice, shuffled, over several connections.

Each organization's expected charge is computed here from the events alone, with fractions and independent code; the
books must equal it to the micro.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection

from apps.tenants.models import Organization
from apps.usage.services import IngestResult
from tests.factories import create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

UNIT = 1_000_000
MODELS = ("small", "large", "")
CHANGE = datetime.fromisoformat("2026-11-10T00:00:00+00:00")
FIRST = datetime.fromisoformat("2026-10-20T00:00:00+00:00")
STEPS = [(100, Fraction(3, 1000), 0), (1_000, Fraction(1, 1000), 5), (None, Fraction(1, 7_000_000), 1)]
Facts = tuple[str, datetime, int, dict[str, Any]]


def define_prices() -> None:
    """Write the prices that `must_cost` works out by itself."""
    chat = make_meter()
    price(chat, input_micros_per_million=123_457, output_micros_per_million=654_321)
    price(chat, input_micros_per_million=7, output_micros_per_million=0, model="small")
    price(chat, micros_per_million=333_333, model="large")
    price(chat, micros_per_million=999_999, model="large", start=CHANGE)
    tiers = [
        {
            "up_to_micros": end and end * UNIT,
            "micros_per_million": round(unit_price * UNIT * UNIT),
            "flat_micros": flat,
        }
        for end, unit_price, flat in STEPS
    ]
    price(make_meter("steps", "service"), scheme="graduated", tiers=tiers)
    price(make_meter("bulk", "service"), scheme="volume", tiers=tiers)
    price(make_meter("boxes", "event"), scheme="package", package_size_micros=7 * UNIT, package_price_micros=50_003)
    price(make_meter("character", "character"), micros_per_million=2_500_000 * UNIT)


@dataclass(frozen=True)
class Storm:
    """Organizations, and the events that each of them reports."""

    organizations: list[Organization]
    events: dict[int, list[Facts]]

    @classmethod
    def brew(cls, *, organizations: int, each: int, now: datetime) -> "Storm":
        """Make organizations with credit and the events that they will report."""
        rows = [create_organization(now, f"org-{number}") for number in range(organizations)]
        for row in rows:
            create_grant(row, "5", now, key=f"grant:{row.pk}")
        dice = random.Random(20_261_118)
        facts = {number: [_facts(dice, now) for _ in range(each)] for number in range(organizations)}
        return cls(rows, facts)

    def strike(self, *, connections: int, batch: int, now: datetime) -> IngestResult:
        """Send everything twice, shuffled, a part of it in batches of many organizations."""
        dice = random.Random(7)
        sends = [(number, index) for number, facts in self.events.items() for index in range(len(facts))] * 2
        dice.shuffle(sends)
        mixed, single = sends[: len(sends) // 20], sends[len(sends) // 20 :]
        batches: list[tuple[Organization | None, list[dict[str, Any]]]] = [
            (None, [self._event(*send) for send in part]) for part in _slices(mixed, batch)
        ]
        for part in _slices(single, batch * len(self.organizations)):
            grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for number, index in part:
                grouped[number].append(self._event(number, index))
            batches += [(self.organizations[n], some) for n, all_ in grouped.items() for some in _slices(all_, 1_000)]
        dice.shuffle(batches)
        with ThreadPoolExecutor(connections) as pool:
            results = list(pool.map(lambda each: _send(each[0], each[1], now), batches))
        return IngestResult(
            accepted=sum(result.accepted for result in results),
            duplicate=sum(result.duplicate for result in results),
            quarantined=sum(result.quarantined for result in results),
            refusals=[refusal for result in results for refusal in result.refusals],
        )

    def _event(self, number: int, index: int) -> dict[str, Any]:
        kind, time, _, data = self.events[number][index]
        subject = str(self.organizations[number].pk)
        return event(f"e{index}", kind, time=time.isoformat(), subject=subject, **data)

    def must_cost(self) -> dict[Organization, int]:
        """Work out what each organization must have been charged, in micros."""
        return {self.organizations[number]: _cost(facts) for number, facts in self.events.items()}


def _slices(items: Sequence[Any], size: int) -> Iterable[list[Any]]:
    return (list(items[start : start + size]) for start in range(0, len(items), size))


def _send(organization: Organization | None, events: list[dict[str, Any]], now: datetime) -> IngestResult:
    try:
        return send(organization, now, *events)
    finally:
        connection.close()


def _facts(dice: random.Random, now: datetime) -> Facts:
    time = FIRST + timedelta(seconds=dice.randrange(int((now - FIRST).total_seconds())))
    kind = dice.choice(["chat", "chat", "chat", "steps", "bulk", "boxes"])
    data: dict[str, Any] = {"session": f"s{dice.randrange(50)}"}
    if dice.random() < 0.1:
        data["character"] = f"c{dice.randrange(20)}"
    if dice.random() < 0.05:
        data["billing_mode"] = "byok"
    quantity = dice.randrange(1, 4_000)
    if kind == "chat":
        data |= {"model": dice.choice(MODELS), "input_tokens": quantity, "output_tokens": dice.randrange(900)}
    elif kind == "steps":
        data["quantity"] = f"{quantity // 1_000}.250001"
    elif kind == "bulk":
        data["quantity"] = quantity % 5
    return kind, time, quantity, data


def _cost(facts: list[Facts]) -> int:
    counters: dict[Any, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    characters = set()
    for kind, time, _, data in facts:
        month = (time.year, time.month)
        if "character" in data:
            characters.add((month, data["character"]))
        if data.get("billing_mode") == "byok":
            continue
        version = time >= CHANGE if data.get("model") == "large" else None
        totals = counters[kind, data.get("model"), version, month]
        if kind == "chat":
            totals[0] += data["input_tokens"]
            totals[1] += data["output_tokens"]
        else:
            totals[0] += Fraction(str(data.get("quantity", 1)))
    return sum(round(_price(*key[:3], *totals)) for key, totals in counters.items()) + len(characters) * 2_500_000


def _price(kind: str, model: str | None, later: bool | None, first: Fraction, second: Fraction) -> Fraction:
    """The exact price in micros of a month's totals; `round` then rounds half to even."""
    if kind == "chat" and model == "small":
        return first * 7 / UNIT
    if kind == "chat" and model == "large":
        return (first + second) * (999_999 if later else 333_333) / UNIT
    if kind == "chat":
        return (first * 123_457 + second * 654_321) / UNIT
    if kind == "boxes":
        return Fraction(-(-first // 7)) * 50_003
    return _stepped(kind, first)


def _stepped(kind: str, quantity: Fraction) -> Fraction:
    cost, below = Fraction(0), Fraction(0)
    for end, unit_price, flat in STEPS:
        micros = Fraction(round(unit_price * UNIT * UNIT), UNIT)
        if kind == "bulk" and quantity and (end is None or quantity <= end):
            return quantity * micros + flat
        if kind == "steps" and quantity > below:
            top = quantity if end is None else min(quantity, Fraction(end))
            cost += (top - below) * micros + flat
            below = top
    return cost
