"""A year of usage, sent as customers' systems send it, with closed months and late and invalid events."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from apps.common.periods import Period, add_months, midnight, month_of
from apps.demo.scenarios.activity import events_of
from apps.demo.scenarios.catalog import SMALL
from apps.demo.scenarios.main_customers import ACME, GLOBEX, INITECH
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.usage.services import close_month, ingest, raise_margin_alarms

Event = dict[str, Any]
SINCE = {ACME: 365, GLOBEX: 365, INITECH: 24}
AT_ONCE = 1_000
SENT_BY = "key:demo-gateway"


def steps(demo: Demo) -> Iterator[Step]:
    """Send a batch a week, split at month ends so that months are complete when they close; the last is sent now."""
    days = [demo.ago(days=days).date() for days in range(max(SINCE.values()), -1, -1)]
    for _, week in groupby(days, key=lambda day: (day.year, day.month, (day.day - 1) // 7)):
        events = [event for day in week for event in _events(demo, day)]
        latest = max((datetime.fromisoformat(event["time"]) for event in events), default=None)
        if latest is not None:
            yield Step(latest + timedelta(minutes=2), partial(_send, events))
    yield from _closings(demo)
    yield Step(demo.ago(hours=2), partial(_send, _late(demo)))
    odd = _event(demo, GLOBEX, "odd-1", "video-minutes", demo.ago(days=2), {"quantity": 42, "project": "newsroom"})
    yield Step(demo.ago(days=2), partial(_send, [odd, *_unknown(demo)]))
    yield Step(demo.ago(days=1), partial(_send, _digests(demo)))
    yield Step(demo.now - timedelta(minutes=50), _check_margins)


def _check_margins(at: datetime) -> None:
    raise_margin_alarms(now=at)


def _closings(demo: Demo) -> Iterator[Step]:
    """Close each month on the second day after its end, as the scheduler does."""
    first = demo.ago(days=max(SINCE.values())).date().replace(day=1)
    for number in range(13):
        month = month_of(midnight(add_months(first, number)))
        at = month.end + timedelta(days=1, hours=4)
        if at < demo.ago(hours=3):
            yield Step(at, partial(_close, month))


def _close(month: Period, at: datetime) -> None:
    close_month(month=month, closed_by=CREATED_BY, now=at)


def _late(demo: Demo) -> list[Event]:
    """Send usage of a closed month late: it becomes a correction in the open month."""
    then = demo.ago(days=65)
    return [_event(demo, ACME, f"late-{number}", "search", then, {"quantity": 40}) for number in range(3)]


def _unknown(demo: Demo) -> list[Event]:
    """Send calls under names that have no price of their own: dated, and with a provider before them."""
    calls = ((f"unknown-{number}", ("atlas-large-2026-09-01", "atlas/atlas-mini")[number % 2]) for number in range(5))
    moment = demo.ago(days=2)
    return [
        _event(demo, ACME, name, "chat", moment, {"model": model, "input_tokens": 40_000, "output_tokens": 6_000})
        for name, model in calls
    ]


def _digests(demo: Demo) -> list[Event]:
    """Send enough calls of the small model, which now costs more than its price, to raise an alarm."""
    data = {"model": SMALL, "input_tokens": 400_000, "output_tokens": 100_000, "user": "digest"}
    return [_event(demo, ACME, f"digest-{number}", "chat", demo.ago(days=1), data) for number in range(3)]


def _events(demo: Demo, day: date) -> Iterator[Event]:
    for slug, since in SINCE.items():
        if day < demo.ago(days=since).date():
            continue
        for number, (meter, moment, data) in enumerate(events_of(slug, day, demo.now.date())):
            if moment <= demo.ago(hours=1):
                yield _event(demo, slug, f"{day:%Y%m%d}-{number}", meter, moment, data)


def _event(demo: Demo, slug: str, name: str, meter: str, moment: datetime, data: dict[str, Any]) -> Event:
    return {
        "specversion": "1.0",
        "id": name,
        "source": f"/{slug}/gateway",
        "subject": str(demo.organizations[slug].pk),
        "type": meter,
        "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": data,
    }


def _send(events: Sequence[Event], at: datetime) -> None:
    for start in range(0, len(events), AT_ONCE):
        ingest(events=events[start : start + AT_ONCE], organization=None, created_by=SENT_BY, now=at)
