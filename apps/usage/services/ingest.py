"""Taking events in: each counted once, whatever is sent twice, in a constant number of statements per batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import DataError, IntegrityError

from apps.common.errors import Rejected
from apps.common.periods import month_of
from apps.common.transactions import all_or_nothing, serialized
from apps.tenants.models import Organization
from apps.usage.bulk import find_rows, insert_rows
from apps.usage.cloudevents import MAX_BATCH, Reading, Refusal, read_event
from apps.usage.errors import EventsRefused, TotalsTooLarge
from apps.usage.models import EventId, UsageEvent
from apps.usage.partitions import is_without_partition, make_partition
from apps.usage.rated_events import WAITS, RatedEvent
from apps.usage.services.event_rows import COLUMNS, event_row
from apps.usage.services.locks import lock_organizations
from apps.usage.services.rating_batch import RatingBatch

_ID = ("organization_id", "digest")
_IDS = (*_ID, "event", "fingerprint", "month")
_WRITTEN = ("id", "organization_id", "source", "event_id")


@dataclass(slots=True)
class Ingested:
    """What became of a batch: accepted, duplicate, quarantined and refused add up to its events."""

    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, reading: Reading, code: str, reason: str) -> None:
        """Name an event that is not taken."""
        self.refusals.append(Refusal(reading.index, reading.id, code, reason))


def ingest(
    *,
    events: Sequence[object],
    organization: Organization | None,
    created_by: str,
    now: datetime,
    atomic: bool = False,
) -> Ingested:
    """Take a batch of CloudEvents of an organization, or of those that `subject` names where it is None.

    Good events are taken whatever the bad ones, unless `atomic`. A refused event does not burn its id.

    Raises:
        EventsRefused: `atomic`, and some event cannot be taken; nothing was.
        Rejected: there are more events than a batch may have.
        TotalsTooLarge: a total would leave 64 bits.
    """
    if len(events) > MAX_BATCH:
        raise Rejected(f"a batch has at most {MAX_BATCH} events", field="body")
    read = [read_event(event, index=index, now=now) for index, event in enumerate(events)]
    readings = [each for each in read if isinstance(each, Reading)]
    result = Ingested(refusals=[each for each in read if isinstance(each, Refusal)])
    if readings and not (atomic and result.refusals):
        try:
            result = _take_in_month(readings, result.refusals, organization, created_by, now, atomic)
        except (DataError, IntegrityError) as error:
            if isinstance(error, IntegrityError) and "within_bounds" not in str(error):
                raise
            raise TotalsTooLarge from error
    result.refusals.sort(key=lambda refusal: refusal.index)
    if atomic and result.refusals:
        raise EventsRefused(refusals=result.refusals)
    return result


def _take_in_month(
    readings: Sequence[Reading],
    refused: Sequence[Refusal],
    organization: Organization | None,
    created_by: str,
    now: datetime,
    atomic: bool,
) -> Ingested:
    """Take events, and where nobody has made the month's partition yet, make it and take them then."""
    try:
        with all_or_nothing():
            return _take(readings, refused, organization, created_by, now, atomic)
    except IntegrityError as error:
        if not is_without_partition(error):
            raise
    make_partition(month_of(now).start.date())
    with all_or_nothing():
        return _take(readings, refused, organization, created_by, now, atomic)


@serialized
def _take(
    readings: Sequence[Reading],
    refused: Sequence[Refusal],
    organization: Organization | None,
    created_by: str,
    now: datetime,
    atomic: bool,
) -> Ingested:
    result = Ingested(refusals=list(refused))
    owned = _owned(readings, organization, result)
    lock_organizations({owner.pk for _, owner in owned}, now=now)
    fresh = _fresh(owned, result)
    if not fresh:
        return result
    batch = RatingBatch([_draft(reading, owner) for reading, owner in fresh], now=now)
    batch.rate()
    taken = _sort(fresh, batch, result)
    if atomic and result.refusals:
        raise EventsRefused(refusals=result.refusals)
    _write(taken, created_by, now)
    batch.save(created_by=created_by)
    return result


def _write(taken: Sequence[tuple[Reading, RatedEvent]], created_by: str, now: datetime) -> None:
    """Write the events, and their ids beside them."""
    rows = [event_row(reading, draft, created_by, now) for reading, draft in taken]
    written = insert_rows(UsageEvent, COLUMNS, rows, returning=_WRITTEN)
    keys = {(owner, source, event_id): pk for pk, owner, source, event_id in written}
    month = month_of(now).start.date()
    ids = [
        (
            draft.organization_id,
            reading.digest,
            keys[draft.organization_id, reading.source, reading.id],
            reading.fingerprint,
            month,
        )
        for reading, draft in taken
    ]
    insert_rows(EventId, _IDS, ids)


def _owned(
    readings: Sequence[Reading], organization: Organization | None, result: Ingested
) -> list[tuple[Reading, Organization]]:
    """Pair each reading with its organization."""
    if organization is not None:
        return [(reading, organization) for reading in readings]
    subjects = {reading.index: _uuid(reading.subject) for reading in readings}
    known = Organization.objects.exclude(status=Organization.Status.ARCHIVED).in_bulk(
        {subject for subject in subjects.values() if subject is not None}
    )
    owned = []
    for reading in readings:
        subject = subjects[reading.index]
        owner = known.get(subject) if subject else None
        if owner is None:
            result.refuse(reading, "unknown_organization", "subject must be the UUID of an organization")
        else:
            owned.append((reading, owner))
    return owned


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _fresh(owned: Sequence[tuple[Reading, Organization]], result: Ingested) -> list[tuple[Reading, Organization]]:
    """Return what is new; count what came before with the same content, refuse what came with another."""
    keys = [(owner.pk, reading.digest) for reading, owner in owned]
    rows = find_rows(EventId, _ID, (*_ID, "fingerprint"), set(keys))
    seen: dict[tuple[UUID, UUID], UUID] = {(row["organization_id"], row["digest"]): row["fingerprint"] for row in rows}
    fresh = []
    for key, (reading, owner) in zip(keys, owned, strict=True):
        if key not in seen:
            seen[key] = reading.fingerprint
            fresh.append((reading, owner))
        elif seen[key] == reading.fingerprint:
            result.duplicate += 1
        else:
            result.refuse(reading, "id_reused", "this id and source came before with other content")
    return fresh


def _draft(reading: Reading, organization: Organization) -> RatedEvent:
    return RatedEvent(
        key=reading.index,
        organization=organization,
        type=reading.type,
        time=reading.time,
        quantity_micros=reading.quantity_micros,
        input_tokens=reading.input_tokens,
        output_tokens=reading.output_tokens,
        texts=reading.texts,
        billing_mode=reading.billing_mode,
    )


def _sort(
    fresh: Sequence[tuple[Reading, Organization]], batch: RatingBatch, result: Ingested
) -> list[tuple[Reading, RatedEvent]]:
    """Count what was rated and what waits, refuse the rest; return what is to be kept."""
    kept = []
    for (reading, _), draft in zip(fresh, batch.drafts, strict=True):
        if draft.reason and draft.reason not in WAITS:
            result.refuse(reading, draft.reason, str(UsageEvent.Reason(draft.reason).label))
            continue
        result.accepted += not draft.reason
        result.quarantined += bool(draft.reason)
        kept.append((reading, draft))
    return kept
