"""`/healthz`: this process answers. `/readyz`: everything that billing needs works, part by part."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.common.periods import month_of
from apps.outbox import selectors
from apps.outbox.jobs import HEARTBEAT
from apps.usage.services import attached_months

OLDEST_HEARTBEAT = timedelta(minutes=2)


class NotReady(Exception):
    """A part that does not work, described for operators."""


@never_cache
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    now = timezone.now()
    checks = {name: _outcome(check, now) for name, check in CHECKS.items()}
    works = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ok" if works else "unavailable", "checks": checks}, status=200 if works else 503)


def _outcome(check: Callable[[datetime], str], now: datetime) -> dict[str, object]:
    try:
        return {"ok": True, "detail": check(now)}
    except NotReady as exc:
        return {"ok": False, "detail": str(exc)}
    except DatabaseError as exc:
        return {"ok": False, "detail": f"the database refused: {type(exc).__name__}"}


def _database(_now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def _migrations(_now: datetime) -> str:
    missing = sorted(known_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    if missing:
        raise NotReady(f"{len(missing)} not applied, first {'.'.join(missing[0])}")
    return "all applied"


@lru_cache(maxsize=1)
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations that this code was released with, read from disk once per process."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _heartbeat(now: datetime) -> str:
    last = selectors.last_heartbeat(HEARTBEAT)
    if last is None:
        raise NotReady("none yet: are beat, a worker and the broker running?")
    age = now - last
    if age > OLDEST_HEARTBEAT:
        raise NotReady(f"the last one was {_seconds(age)} s ago")
    return f"{_seconds(age)} s ago"


def _outbox(now: datetime) -> str:
    lag = selectors.lag(now)
    if _seconds(lag) > settings.OUTBOX_LAG_SECONDS:
        raise NotReady(f"the oldest message has been waiting for {_seconds(lag)} s")
    return f"{_seconds(lag)} s behind"


def _partitions(now: datetime) -> str:
    following = month_of(month_of(now).end).start.date()
    ahead = [month for month in attached_months() if month >= following]
    if following not in ahead:
        raise NotReady(f"usage events of {following:%Y-%m} have no partition: does the job usage.make_partitions run?")
    return f"usage events have partitions up to {ahead[-1]:%Y-%m}"


def _seconds(duration: timedelta) -> int:
    return duration // timedelta(seconds=1)


CHECKS: dict[str, Callable[[datetime], str]] = {
    "database": _database,
    "migrations": _migrations,
    "heartbeat": _heartbeat,
    "outbox": _outbox,
    "partitions": _partitions,
}
