"""The daily usage of the demo's customers: deterministic, growing over the year, low on weekends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from apps.demo.scenarios.catalog import LARGE, SMALL
from apps.demo.scenarios.main_customers import ACME, GLOBEX, INITECH

Data = dict[str, Any]
CHARACTERS = ("ada", "brunel", "curie", "darwin", "euler", "fermat", "gauss", "hopper")
USERS = ("u-101", "u-102", "u-117", "u-230", "u-231")
AGENTS = ("planner", "writer", "")
OPERATORS = ("Orange", "Vodafone", "Deutsche Telekom")
OPERATIONS = ("web", "vector", "archive")
MEMORY = ("memory.write", "memory.read", "memory.forget")


def chance(day: date, *salt: int) -> int:
    """Return a number from 0 to 9,999 that looks random and is the same on every run."""
    state = day.toordinal()
    for number in (*salt, 7):
        state = (state * 1_103_515_245 + 12_345 + number * 2_654_435_761) % 2**32
    return (state >> 8) % 10_000


def weight(day: date, today: date) -> int:
    """Return a day's activity in percent: from 55 a year ago to 110 today, a third of that on weekends."""
    trend = 110 - 55 * min(365, (today - day).days) // 365
    return trend // 3 if day.weekday() >= 5 else trend


def events_of(slug: str, day: date, today: date) -> Iterator[tuple[str, datetime, Data]]:
    """Yield a customer's events of a day: the meter, the time, the data."""
    makers = {ACME: _acme, GLOBEX: _globex, INITECH: _initech}
    busy = weight(day, today)
    for number, (meter, data) in enumerate(makers[slug](day, busy)):
        seconds = 6 * 3600 + (chance(day, number, 1) * 15 * 3600) // 10_000
        yield meter, datetime.combine(day, time(), UTC) + timedelta(seconds=seconds), data


def _acme(day: date, busy: int) -> Iterator[tuple[str, Data]]:
    for number in range(1 + busy * 5 // 100):
        yield "chat", _chat(day, busy, number, LARGE if number % 3 else SMALL, "robotics" if number % 2 else "support")
    yield "search", _search(day, busy, 0)
    for number in range(1 + busy // 40):
        yield "memory", {"event_type": MEMORY[chance(day, number, 2) % 3], "project": "robotics"}
    if day.weekday() < 5:
        yield "gpu-hours", {"quantity": _decimal(busy * 3 + chance(day, 3) % 100), "project": "robotics"}


def _globex(day: date, busy: int) -> Iterator[tuple[str, Data]]:
    for number in range(1 + busy * 3 // 100):
        yield "chat", _chat(day, busy, number, LARGE, "newsroom")
    for number, operator in enumerate(OPERATORS):
        quantity = busy * (12 + chance(day, number, 4) % 10) // 100
        yield "sms", {"quantity": quantity, "operator": operator, "operation": "notify", "project": "newsroom"}
    yield "search", _search(day, busy // 2, 5)


def _initech(day: date, busy: int) -> Iterator[tuple[str, Data]]:
    for number in range(1 + busy // 60):
        yield "chat", _chat(day, busy // 2, number, SMALL, "reports")
    yield "search", _search(day, busy // 3, 6)


def _chat(day: date, busy: int, number: int, model: str, project: str) -> Data:
    tokens = busy * (300 + chance(day, number, 8) % 500)
    own_keys = {"billing_mode": "byok"} if chance(day, number, 9) < 400 else {}
    return {
        "model": model,
        "input_tokens": tokens,
        "output_tokens": tokens * (20 + chance(day, number, 10) % 20) // 100,
        "session": f"{project}-{day:%Y%m%d}-{number // 2}",
        "project": project,
        "key": f"{project}-{('live', 'test')[number % 5 == 4]}",
        "user": USERS[chance(day, number, 15) % len(USERS)],
        "agent": AGENTS[number % len(AGENTS)],
        "character": CHARACTERS[chance(day, number, 11) % (3 + day.month % 5)],
        "traffic_source": "api" if number % 4 else "playground",
        **own_keys,
    }


def _search(day: date, busy: int, salt: int) -> Data:
    return {
        "quantity": busy * (20 + chance(day, salt, 12) % 30) // 100,
        "operation": OPERATIONS[chance(day, salt, 13) % 3],
        "traffic_source": "api",
    }


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
