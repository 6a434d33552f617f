"""Ingest events: each is counted once, no matter how often it is sent, in a constant number of statements per batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import DataError, IntegrityError

from apps.common.errors import Rejected
from apps.common.periods import month_of
from apps.common.rows import RowWriter
from apps.common.transactions import all_or_nothing, serialized
from apps.tenants.models import Organization
from apps.usage.errors import EventsRefused, TotalsTooLarge
from apps.usage.event_reader import MAX_BATCH, EventReader, ParsedEvent, Refusal
from apps.usage.models import EventId, OtherEventId, UsageEvent
from apps.usage.partitions import is_without_partition, make_partition
from apps.usage.rated_events import WAITS, RatedEvent
from apps.usage.services.event_rows import COLUMNS, event_columns
from apps.usage.services.findings import note_different, note_free_units, note_unread
from apps.usage.services.rating_batch import RatingBatch
from apps.usage.services.rating_inputs import KnownEvent, RatingData, open_usage, rating_query

_IDS = ("organization_id", "digest", "event", "fingerprint", "priced_by", "rank", "facts", "month")
# An organization and the digest of an id.
Id = tuple[UUID, str]
R = TypeVar("R")
Owned = tuple[ParsedEvent, RatedEvent]


class ReportEffect(StrEnum):
    """The effect of a report: its call is new, or it changes the known event, raises its rank, or repeats it.

    The other members are refusals, with the value as code.
    """

    NEW = "new"
    CHANGES = "changes"
    VOUCHES = "vouches"
    REPEATS = "repeats"
    REUSED = "id_reused"
    VOIDED = "event_voided"
    TWO_EVENTS = "ids_of_two_events"


_REFUSED = {
    ReportEffect.REUSED: "this id and source were already used with different content",
    ReportEffect.VOIDED: "this event was voided; its id cannot be used again",
    ReportEffect.TWO_EVENTS: "{} are ids of different events",
}


@dataclass(slots=True)
class IngestResult:
    """The result of a batch: accepted, replaced, duplicate, quarantined and refused events add up to its size.

    `better` are reports of known calls that change the event: those of a higher rank with other amounts or a cost
    replace it, others add the cost and the dimensions that it lacks. `different` are reports of known calls whose
    differing amounts are not counted, with their organizations.
    """

    accepted: int = 0
    replaced: int = 0
    duplicate: int = 0
    quarantined: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    better: list[tuple[ParsedEvent, Organization]] = field(default_factory=list)
    different: list[tuple[ParsedEvent, UUID]] = field(default_factory=list)

    def refuse(self, parsed: ParsedEvent, code: str, reason: str) -> None:
        """Record the refusal of an event."""
        self.refusals.append(Refusal(parsed.index, parsed.id, code, reason))


def ingest_batch(
    *,
    events: Sequence[object],
    organization: Organization | None,
    created_by: str,
    now: datetime,
    credential: str,
    finish: Callable[[IngestResult], None] | None,
) -> IngestResult:
    """Ingest a batch of CloudEvents of an organization, or of those named by `subject` if it is None.

    `credential` is the prefix of the API key that sent them, if any; budgets may count by it. Valid events are accepted
    even if others are invalid, unless `finish` is given: it stores the result's `better` events in the same
    transaction. A refused event's id can be sent again.

    Raises:
        EventsRefused: `finish` is given and an event is invalid; none was accepted.
        Rejected: the batch has more than MAX_BATCH events.
        TotalsTooLarge: a total would exceed 64 bits.
    """
    if len(events) > MAX_BATCH:
        raise Rejected(f"A batch must have at most {MAX_BATCH} events.", field="body")
    reader = EventReader(now, is_platform=organization is None)
    read = [reader.read(event, index) for index, event in enumerate(events)]
    parsed_events = [each for each in read if isinstance(each, ParsedEvent)]
    result = IngestResult(refusals=[each for each in read if isinstance(each, Refusal)])
    if parsed_events and not (finish and result.refusals):
        result = with_partition(
            partial(_take, parsed_events, result.refusals, _Sender(organization, created_by, credential), now, finish),
            now=now,
        )
    result.refusals.sort(key=lambda refusal: refusal.index)
    if finish and result.refusals:
        raise EventsRefused(refusals=result.refusals)
    return result


def with_partition(take: Callable[[], R], *, now: datetime) -> R:
    """Run a `serialized` service that writes events; if the month's partition is missing, create it and try again.

    Raises:
        TotalsTooLarge: a total would exceed 64 bits.
    """
    try:
        try:
            with all_or_nothing():
                return take()
        except IntegrityError as error:
            if not is_without_partition(error):
                raise
        make_partition(month_of(now).start.date())
        with all_or_nothing():
            return take()
    except (DataError, IntegrityError) as error:
        if isinstance(error, IntegrityError) and "within_bounds" not in str(error):
            raise
        raise TotalsTooLarge from error


@dataclass(frozen=True, slots=True)
class _Sender:
    """The sender of the events; without an organization, each event names its own."""

    organization: Organization | None
    created_by: str
    credential: str


@serialized
def _take(
    parsed_events: Sequence[ParsedEvent],
    refused: Sequence[Refusal],
    sender: _Sender,
    now: datetime,
    finish: Callable[[IngestResult], None] | None,
) -> IngestResult:
    result = IngestResult(refusals=list(refused))
    owned = [
        (parsed, event_of(parsed, owner, sender.credential))
        for parsed, owner in _owned(parsed_events, sender.organization, result)
    ]
    if not owned:
        return result
    asked = rating_query(rated for _, rated in owned)
    asked.ids = [(rated.organization_id, parsed.digest) for parsed, rated in owned]
    asked.others = [(rated.organization_id, other) for parsed, rated in owned for other in parsed.others]
    opened = open_usage(asked, now=now)
    writer = RowWriter()
    fresh, ids = _fresh(owned, opened, result, writer)
    note_different(result.different, writer, now)
    taken: list[Owned] = []
    if fresh:
        batch = RatingBatch([rated for _, rated in fresh], opened, now=now)
        batch.rate()
        taken = _sort(fresh, result)
        if finish and result.refusals:
            raise EventsRefused(refusals=result.refusals)
        insert_events(taken, opened.event_ids, writer, sender.created_by, now)
        note_other_ids(ids, taken, opened, writer)
        note_unread([(parsed, rated.organization_id) for parsed, rated in taken if parsed.unread], writer, now)
        note_free_units(taken, writer, now)
        batch.save(writer, created_by=sender.created_by)
    elif not (finish and result.refusals):
        note_other_ids(ids, taken, opened, writer)
        writer.run()
    if finish and not result.refusals:
        finish(result)
        if result.refusals:
            raise EventsRefused(refusals=result.refusals)
    return result


def insert_events(
    taken: Sequence[Owned], pks: Sequence[int], writer: RowWriter, created_by: str, now: datetime
) -> None:
    """Write the events and their ids."""
    if not taken:
        return
    used = pks[: len(taken)]  # the primary keys drawn for duplicates stay unused
    writer.insert_columns(UsageEvent, COLUMNS, event_columns(used, taken, created_by, now))
    parsed_events = [each for each, _ in taken]
    ids: list[Sequence[object]] = [
        [rated.organization_id for _, rated in taken],
        [each.digest for each in parsed_events],
        used,
        [each.fingerprint for each in parsed_events],
        [each.priced_by for each in parsed_events],
        [each.rank for each in parsed_events],
        [each.facts for each in parsed_events],
        [month_of(now).start.date()] * len(taken),
    ]
    writer.insert_columns(EventId, _IDS, ids)


def _owned(
    parsed_events: Sequence[ParsedEvent], organization: Organization | None, result: IngestResult
) -> list[tuple[ParsedEvent, Organization]]:
    """Pair each parsed event with its organization."""
    if organization is not None:
        return [(parsed, organization) for parsed in parsed_events]
    subjects = {parsed.index: _uuid(parsed.subject) for parsed in parsed_events}
    known = Organization.objects.exclude(status=Organization.Status.ARCHIVED).in_bulk(
        {subject for subject in subjects.values() if subject is not None}
    )
    owned = []
    for parsed in parsed_events:
        subject = subjects[parsed.index]
        owner = known.get(subject) if subject else None
        if owner is None:
            result.refuse(parsed, "unknown_organization", "subject must be the UUID of an organization")
        else:
            owned.append((parsed, owner))
    return owned


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _fresh(
    owned: Sequence[Owned], opened: RatingData, result: IngestResult, writer: RowWriter
) -> tuple[list[Owned], dict[Id, str]]:
    """Return the new events, and for each id the digest of its event's own id.

    Repeats are counted as duplicates, and different content of the same rank is refused.

    A report with a higher rank that leads to the same price only raises the event's stored rank. If it has a cost, it
    replaces the event instead, because the event may lack the cost. One with a lower rank only adds what the event
    lacks. Further ids in a report lead to the same event from then on.
    """
    seen, ids = dict(opened.known), dict(opened.ids)
    fresh, vouched, first = [], {}, dict[Id, ParsedEvent]()
    for parsed, rated in sorted(owned, key=lambda each: -each[0].rank):
        own = (rated.organization_id, parsed.digest)
        if own not in ids and not parsed.others:
            ids[own], first[own] = parsed.digest, parsed
            fresh.append((parsed, rated))
            continue
        named = ids_of(parsed, rated.organization_id)
        mains = {ids[each]: name for each, name in named.items() if each in ids}
        key = (rated.organization_id, next(iter(mains), parsed.digest))
        before = seen.get(key) or (_after(first[key], None) if key in first else None)
        verdict = ReportEffect.TWO_EVENTS if len(mains) > 1 else _verdict(parsed, before)
        if verdict in _REFUSED:
            result.refuse(parsed, verdict, _REFUSED[verdict].format(" and ".join(mains.values())))
            continue
        ids |= dict.fromkeys(named, key[1])
        seen[key] = _after(parsed, before)
        if verdict is ReportEffect.NEW:
            fresh.append((parsed, rated))
        elif verdict is ReportEffect.CHANGES:
            result.better.append((parsed, rated.organization))
        else:
            result.duplicate += 1
            if verdict is ReportEffect.VOUCHES:
                vouched[key] = (*key, parsed.fingerprint, parsed.rank)
        if before is not None and parsed.rank < before.rank and parsed.priced_by != before.priced_by:
            result.different.append((parsed, rated.organization_id))
    writer.update(EventId, ("organization_id", "digest"), ("fingerprint", "rank"), list(vouched.values()))
    return fresh, ids


def _verdict(parsed: ParsedEvent, known: KnownEvent | None) -> ReportEffect:
    """Return the effect of a report of a known event; None stands for a new one."""
    if known is None:
        return ReportEffect.NEW
    if known.is_voided:
        return ReportEffect.VOIDED
    if parsed.rank > known.rank:
        same = parsed.priced_by == known.priced_by and parsed.more.cost_picos is None
        return ReportEffect.VOUCHES if same and not parsed.facts & ~known.facts else ReportEffect.CHANGES
    if parsed.rank < known.rank:
        return ReportEffect.CHANGES if parsed.facts & ~known.facts else ReportEffect.REPEATS
    return ReportEffect.REPEATS if parsed.fingerprint in known.fingerprints else ReportEffect.REUSED


def _after(parsed: ParsedEvent, known: KnownEvent | None) -> KnownEvent:
    """Return the stored facts about an event after a report that was not refused."""
    facts = parsed.facts if known is None else known.facts | parsed.facts
    if known is None or parsed.rank > known.rank:
        return KnownEvent(frozenset([parsed.fingerprint]), parsed.priced_by, parsed.rank, facts)
    return known if facts == known.facts else replace(known, facts=facts)


def ids_of(parsed: ParsedEvent, organization_id: UUID) -> dict[Id, str]:
    """Return all ids of a call, as sent, by organization and digest; its own comes first."""
    own = {(organization_id, parsed.digest): parsed.id}
    return own | {(organization_id, digest): name for digest, name in parsed.others.items()} if parsed.others else own


def known_events(
    parsed: ParsedEvent, organization_id: UUID, ids: Mapping[Id, str], known: Mapping[Id, KnownEvent]
) -> list[KnownEvent]:
    """Return the known events that a call's ids belong to."""
    mains = {ids[each] for each in ids_of(parsed, organization_id) if each in ids}
    return [known[organization_id, main] for main in mains]


def note_other_ids(ids: Mapping[Id, str], taken: Iterable[Owned], opened: RatingData, writer: RowWriter) -> None:
    """Store the new ids that lead to a known event or to one accepted in this batch."""
    others = [(each, main) for each, main in ids.items() if each[1] != main and each not in opened.ids]
    if others:
        mains = {*opened.known, *((rated.organization_id, parsed.digest) for parsed, rated in taken)}
        rows = [(*each, main) for each, main in others if (each[0], main) in mains]
        writer.insert(OtherEventId, ("organization_id", "digest", "main"), rows)


def event_of(parsed: ParsedEvent, organization: Organization, credential: str) -> RatedEvent:
    """Return the event to rate."""
    return RatedEvent(
        key=parsed.index,
        organization=organization,
        type=parsed.type,
        time=parsed.time,
        quantity_micros=parsed.quantity_micros,
        input_tokens=parsed.input_tokens,
        output_tokens=parsed.output_tokens,
        texts=parsed.labels.texts,
        billing_mode=parsed.labels.billing_mode,
        more=parsed.more,
        held_for=parsed.held_for,
        credential=credential,
        names=(parsed.id, parsed.source),
    )


def _sort(fresh: Sequence[Owned], result: IngestResult) -> list[Owned]:
    """Count rated and quarantined events, refuse the rest; return the ones to store."""
    kept = []
    for parsed, rated in fresh:
        if rated.reason and rated.reason not in WAITS:
            result.refuse(parsed, rated.reason, str(UsageEvent.Reason(rated.reason).label))
            continue
        result.accepted += not rated.reason
        result.quarantined += bool(rated.reason)
        kept.append((parsed, rated))
    return kept
