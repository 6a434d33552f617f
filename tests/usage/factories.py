"""Events for tests, and the calls that send them."""

from datetime import datetime
from itertools import count
from typing import Any

from apps.tenants.models import Organization
from apps.usage.services import IngestResult, ingest

NOW_TEXT = "2026-11-18T11:59:00Z"


def event(
    id: str = "e1", type: str = "chat", *, time: str = NOW_TEXT, source: str = "app", **data: Any
) -> dict[str, Any]:
    """One CloudEvent; what is not an attribute is its data."""
    extra = {"subject": data.pop("subject")} if "subject" in data else {}
    return {"specversion": "1.0", "id": id, "source": source, "type": type, "time": time, "data": data, **extra}


def several(number: int, type: str = "chat", *, prefix: str = "e", **data: Any) -> list[dict[str, Any]]:
    """Events alike but for their ids."""
    ids = count(1)
    return [event(f"{prefix}{next(ids)}", type, **data) for _ in range(number)]


def send(organization: Organization | None, now: datetime, *events: Any, **options: Any) -> IngestResult:
    """Ingest a batch."""
    return ingest(events=list(events), organization=organization, created_by="key:test", now=now, **options)
