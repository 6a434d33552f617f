"""Void an event, or replace it, by a row with negative amounts, since a rated event never changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from apps.common.periods import add_months, midnight, month_of
from apps.common.rows import RowWriter
from apps.common.transactions import serialized
from apps.pricing.model_names import normal_model
from apps.pricing.models import FIGURES, Meter
from apps.pricing.month_prices import negated
from apps.pricing.rating import Totals
from apps.pricing.selectors import versions_by_id
from apps.tenants.errors import OrganizationArchived
from apps.tenants.models import Organization
from apps.usage.errors import (
    AlreadyVoided,
    AmbiguousEvent,
    ChargeReversed,
    EventRefused,
    EventTooOld,
    NotVoidable,
    UnknownEvent,
)
from apps.usage.event_calls import months_of, more_amounts, sent_amounts, void_of
from apps.usage.event_labels import MODEL_SENT_LENGTH, TEXTS, Labels
from apps.usage.event_reader import CALLS, ParsedEvent, Refusal, id_digest, read_event
from apps.usage.models import EventCorrection, EventId, OtherEventId, UsageEvent, UsagePosting
from apps.usage.rated_events import HELD, WAITS, Cost, RatedEvent
from apps.usage.services.event_rows import COLUMNS, event_columns
from apps.usage.services.figures import remaining_without
from apps.usage.services.ingest import event_of, with_partition
from apps.usage.services.locks import lock_organizations
from apps.usage.services.rating_batch import RatingBatch
from apps.usage.services.rating_inputs import open_usage, rating_query
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.reversals import is_any_reversed

DAYS = 35
SHOWN_SOURCES = 5
VOIDED, REPLACED, UNCHANGED = "voided", "replaced", "unchanged"
_COLUMNS = (
    "organization_id",
    "digest",
    "event",
    "void",
    "replacement",
    "fingerprint",
    "month",
    "reason",
    "created_by",
    "created_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A sender's correction of an event: it is void, or, with `event`, replaced by that.

    With `only`, the correction applies to that row only, not to a row that has replaced it since.
    """

    organization: Organization
    source: str
    event_id: str
    reason: str
    created_by: str
    credential: str = ""
    event: Mapping[str, object] | None = None
    only: int | None = None


@dataclass(frozen=True, slots=True)
class CorrectionResult:
    """The result: `state` is "voided", "replaced", or "unchanged" if the event had this content already.

    `charge_micros` is the additional charge, negative for a credit. `counted_on` is the UTC day whose totals changed,
    None if the event was still waiting and not counted. `reason` is why the new event waits, if it does.
    """

    state: str
    charge_micros: int = 0
    counted_on: date | None = None
    reason: str = ""


def correct_event(correction: Correction, *, now: datetime) -> CorrectionResult:
    """Void an event, and count its replacement, if any, in one transaction.

    In an open month both count on the event's own day, otherwise today, as late usage does. The difference returns to
    the grants that were burned last, and is subtracted from budgets, day totals and breakdowns. Alerts are not
    withdrawn, and sessions and characters stay counted.

    Raises:
        UnknownEvent: there is none with this source and id (404). AlreadyVoided: it was voided before (409).
        EventTooOld: it was rated and received more than 35 days ago, or archived (409).
        ChargeReversed: staff reversed its charge (409).
        OrganizationArchived: the customer is archived (409).
        NotVoidable: it counts active characters (422). EventRefused: the new event cannot be accepted (422).
        TotalsTooLarge: a total would exceed 64 bits (422).
    """
    if correction.organization.status == Organization.Status.ARCHIVED:
        raise OrganizationArchived
    return with_partition(partial(_correct, correction, None, now), now=now)


def replace_by_better(
    parsed: ParsedEvent, organization: Organization, *, created_by: str, credential: str, now: datetime
) -> CorrectionResult:
    """Replace the event of a call by a report with a higher rank.

    The cost, and dimensions that decide no price, are kept from the earlier report if this one lacks them. A report
    with a lower rank only adds those that the event lacks, so its charge stays.

    Raises what `correct_event` raises, and AlreadyVoided if another report of the same rank came first.
    """
    correction = Correction(
        organization=organization,
        source=parsed.source,
        event_id=parsed.id,
        reason="Another report of the same call",
        created_by=created_by,
        credential=credential,
    )
    return with_partition(partial(_correct, correction, parsed, now), now=now)


def source_of(organization: Organization, event_id: str) -> str:
    """Return the source of the only event with an id, for requests that leave the source out.

    The id of a model call counts under the source `ai`, even if it is a further id of the call or its event was
    archived.

    Raises:
        UnknownEvent: no event has this id (404). AmbiguousEvent: events of several sources have it (409).
    """
    rows = UsageEvent.objects.filter(organization=organization, event_id=event_id)
    sources = rows.order_by().values_list("source", flat=True).distinct()
    found = {UUID(id_digest(source, event_id)): source for source in sources}
    call = {"organization_id": organization.pk, "digest": UUID(id_digest(CALLS, event_id))}
    main = OtherEventId.objects.filter(**call).values_list("main", flat=True).first()
    if main is not None or EventId.objects.filter(**call).exists():
        found.setdefault(main or call["digest"], CALLS)
    if not found:
        raise UnknownEvent
    if len(found) > 1:
        named = ", ".join(sorted(found.values())[:SHOWN_SOURCES])
        raise AmbiguousEvent(f"Name the source. Events of these sources have the id: {named}", field="query.source")
    return min(found.values())


@serialized
def _correct(correction: Correction, told: ParsedEvent | None, now: datetime) -> CorrectionResult:
    lock_organizations([correction.organization.pk], now=now)
    row, known = _standing(correction, now)
    digest = known.digest
    if told is None:
        parsed = None if correction.event is None else _read(correction, row, now)
    else:
        parsed = _merged(told, row, known)
        if parsed is None:
            return CorrectionResult(UNCHANGED)
    writer = RowWriter()
    if parsed is not None:
        is_lesser = told is not None and told.rank < known.rank  # equal digests: the report leads to the same price
        priced_by, rank = known.priced_by if is_lesser else parsed.priced_by, max(parsed.rank, known.rank)
        vouched = (correction.organization.pk, digest, priced_by, rank, parsed.facts)
        writer.update(EventId, ("organization_id", "digest"), ("priced_by", "rank", "facts"), [vouched])
        if told is None and parsed.fingerprint == row.fingerprint.hex:
            writer.run()
            return CorrectionResult(UNCHANGED)
    was_rated = row.state == UsageEvent.State.RATED
    if was_rated:
        _refuse_reversed(row, correction.organization, now)
    void = _void(row, correction.organization) if was_rated else None
    new = None if parsed is None else event_of(parsed, correction.organization, correction.credential)
    rated_events = [rated for rated in (void, new) if rated is not None]
    asked = rating_query(rated_events or [_waiting(row, correction.organization)])
    asked.ids = [(correction.organization.pk, digest.hex)] * len(rated_events)
    opened = open_usage(asked, now=now)
    batch = RatingBatch(rated_events, opened, now=now)
    batch.rate()
    if new is not None and new.reason and new.reason not in WAITS:
        raise EventRefused(str(UsageEvent.Reason(new.reason).label), field="event", reason=str(new.reason))
    pks = dict(zip(map(id, rated_events), opened.event_ids, strict=False))
    parsed_events = [_reading(row) if rated is void else parsed for rated in rated_events]
    written = [(each, rated) for each, rated in zip(parsed_events, rated_events, strict=True) if each is not None]
    if written:
        rows = event_columns(list(pks.values()), written, correction.created_by, now)
        writer.insert_columns(UsageEvent, COLUMNS, rows)
    if not was_rated:
        batch.withdrawn.append(_waiting(row, correction.organization))
        writer.update(
            UsageEvent, ("id", "recorded_at"), ("state",), [(row.pk, row.recorded_at, UsageEvent.State.VOIDED)]
        )
    facts = (
        *(correction.organization.pk, digest, row.pk, pks.get(id(void)), pks.get(id(new))),
        *(parsed and parsed.fingerprint, month_of(now).start.date()),
        *(correction.reason, correction.created_by, now),
    )
    writer.insert(EventCorrection, _COLUMNS, [facts])
    batch.save(writer, created_by=correction.created_by)
    counted = [rated for rated in rated_events if not rated.reason]
    return CorrectionResult(
        VOIDED if new is None else REPLACED,
        sum(batch.postings.charges().values()),
        counted[0].counted_on if counted else None,
        new.reason if new is not None else "",
    )


def _merged(told: ParsedEvent, row: UsageEvent, known: EventId) -> ParsedEvent | None:
    """Return an event's content merged with a further report of its call; None if another request was faster."""
    if told.rank > known.rank:
        merged = told.completed({name: getattr(row, name) for name in TEXTS}, more_amounts(row))
        return replace(merged, source=row.source, id=row.event_id)
    if told.rank < known.rank and told.facts & ~known.facts:
        return replace(_content(row).completed(told.labels.texts, told.more), rank=known.rank)
    return None


def _content(row: UsageEvent) -> ParsedEvent:
    """Return the content of an event's row in the form in which its sender sent it."""
    quantity_micros, input_tokens, output_tokens = sent_amounts(row)
    sent = row.model_sent if 0 < len(row.model_sent) < MODEL_SENT_LENGTH else row.model
    waiting = _reading(row)
    return replace(
        waiting,
        labels=waiting.labels.filled({"model": normal_model(sent)}) if sent else waiting.labels,
        held_for=row.reason if row.reason in HELD else "",
        quantity_micros=quantity_micros,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        more=more_amounts(row),
    )


def _standing(correction: Correction, now: datetime) -> tuple[UsageEvent, EventId]:
    """Return the event's current row, after all corrections of it, and its id.

    Raises what `correct_event` raises about the event.
    """
    of_customer = {"organization_id": correction.organization.pk}
    digest = UUID(id_digest(correction.source, correction.event_id))
    main = OtherEventId.objects.filter(**of_customer, digest=digest).values("main")
    known = EventId.objects.filter(**of_customer, digest=Coalesce(Subquery(main), Value(digest, UUIDField()))).first()
    if known is None:
        raise UnknownEvent
    pk, month = known.event, known.month
    last = EventCorrection.objects.filter(**of_customer, digest=known.digest).order_by("-pk").first()
    if last is not None and (last.replacement is None or correction.only not in (None, last.replacement)):
        raise AlreadyVoided
    if last is not None and last.replacement is not None:
        pk, month = last.replacement, last.month
    recorded = (midnight(month), midnight(add_months(month, 1)))
    row = UsageEvent.objects.filter(pk=pk, recorded_at__gte=recorded[0], recorded_at__lt=recorded[1]).first()
    if row is None or (row.state == UsageEvent.State.RATED and row.recorded_at < now - timedelta(days=DAYS)):
        raise EventTooOld
    meter = None if row.meter_id is None else Meter.objects.get(pk=row.meter_id)
    if meter is not None and meter.counts == Meter.Counts.CHARACTERS:
        raise NotVoidable
    row.meter = meter
    return row, known


def _refuse_reversed(row: UsageEvent, organization: Organization, now: datetime) -> None:
    """Refuse an event whose charge was reversed by staff; this locks the book, so no reversal can happen meanwhile.

    Conversely, staff may not reverse a charge after one of its events was corrected (`apps.usage.causes`).

    Raises:
        ChargeReversed: staff reversed it.
    """
    postings = UsagePosting.objects.filter(pk__in=[row.posting_id], transfer__isnull=False)
    charges = [pk for pk in postings.values_list("transfer", flat=True) if pk is not None]
    if not charges:
        return
    lock_wallet(organization, now=now)
    if is_any_reversed(organization, charges):
        raise ChargeReversed


def _read(correction: Correction, row: UsageEvent, now: datetime) -> ParsedEvent:
    """Return the new event, which has the source, id and meter of the one that it replaces.

    Raises:
        EventRefused: it breaks a rule, or has another source, id or meter.
    """
    parsed = read_event(correction.event, index=0, now=now)
    if isinstance(parsed, Refusal):
        raise EventRefused(parsed.reason, field="event", reason=parsed.code)
    if (parsed.source, parsed.id, parsed.type) != (row.source, row.event_id, row.meter_slug):
        raise EventRefused(
            "the event must have the source, id and type of the one that it replaces",
            field="event",
            reason="another_event",
        )
    return parsed


def _void(row: UsageEvent, organization: Organization) -> RatedEvent:
    """Return the event that voids a rated one: the same price, all amounts negated."""
    rated = _waiting(row, organization)
    rated.more, rated.waited_for, rated.voids = void_of(row), "", row.pk
    quantity_micros, into, out = (-(count or 0) for count in (row.quantity_micros, row.input_tokens, row.output_tokens))
    rated.totals = Totals(quantity_micros, into, out, -int(row.exact_price or 0))
    rated.remaining = remaining_without(row)
    ids = {each for each in (row.price_version_id, row.cost_version_id) if each is not None}
    versions = versions_by_id(ids) if ids else {}
    if row.price_version_id is not None:
        rated.price = versions[row.price_version_id]
        rated.totals = replace(rated.totals, months=negated(months_of(rated.price.rule, row)))
    if row.cost_picos is not None:
        rated.cost = Cost(-row.cost_picos, row.cost_currency, row.cost_version_id)
    if rated.counts not in FIGURES:  # the cost of a figure is computed again, by the price of the event's time
        rated.cost_price = versions.get(row.cost_version_id or 0)
    return rated


def _waiting(row: UsageEvent, organization: Organization) -> RatedEvent:
    return RatedEvent(
        key=row.pk,
        organization=organization,
        type=row.meter_slug,
        time=row.occurred_at,
        quantity_micros=None,
        input_tokens=None,
        output_tokens=None,
        texts={name: text for name in TEXTS if (text := getattr(row, name))},
        billing_mode=row.billing_mode,
        credential=row.credential,
        meter=row.meter,
        waited_for=row.reason,
        name_sent=row.model,
    )


def _reading(row: UsageEvent) -> ParsedEvent:
    """Return the content of the row that voids an event."""
    texts = {name: text for name in TEXTS if (text := getattr(row, name))}
    return ParsedEvent(
        index=0,
        source=row.source,
        id=row.event_id,
        type=row.meter_slug,
        time=row.occurred_at,
        subject="",
        quantity_micros=None,
        input_tokens=None,
        output_tokens=None,
        labels=Labels(texts, row.billing_mode, row.model_sent or row.model),
        fingerprint=row.fingerprint.hex,
        digest=id_digest(row.source, row.event_id),
        more=void_of(row),
    )
