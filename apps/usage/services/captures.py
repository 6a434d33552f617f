"""Capture reservations by usage events: each event is rated as ingestion does, and held credit pays first.

The events, their totals, all charges and the reservations' new states are written in one statement.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.common.rows import RowWriter
from apps.common.transactions import serialized
from apps.ledger.journal import refuse_unless_pending
from apps.ledger.state import CAPTURED, RELEASED, TransferState
from apps.tenants.models import Organization
from apps.usage.errors import DimensionMismatch, EventIdReused, EventRefused, UsageNotPriced
from apps.usage.event_reader import ParsedEvent, Refusal, read_event
from apps.usage.models import UsageEvent, UsagePosting
from apps.usage.rated_events import LATEST, WAITS, RatedEvent, month_start
from apps.usage.services.ingest import event_of, ids_of, insert_events, known_events, note_other_ids, with_partition
from apps.usage.services.rating_batch import RatingBatch
from apps.usage.services.rating_inputs import KnownEvent, RatingData, RatingQuery, open_usage, rating_query
from apps.wallets import services as wallets
from apps.wallets.budgets.scopes import NOWHERE, labels_of
from apps.wallets.decisions.availability import available_micros
from apps.wallets.decisions.holds import Capture, HoldResult, decide_capture, decide_release, hold_of
from apps.wallets.errors import AlreadyCaptured, CapturesRefused
from apps.wallets.keys import capture_key
from apps.wallets.kinds import Overage
from apps.wallets.services import ReservationResult, TransferKey
from apps.wallets.services.books import BookCall, BookQuery, BookResult, after_refusal, decide_each, merged_query
from apps.wallets.services.charges import charge_call
from apps.wallets.services.reservations import capture_query, reserved_by
from apps.wallets.state import BookChanges, BookDecision, BookState
from apps.wallets.wallet_posting import WalletPosting

RATED, DUPLICATE = "rated", "duplicate"
# The dimensions of a reservation that its event may not contradict; missing ones are added to the event.
COMPARED = ("project", "user", "agent", "tag")
FILLED = (*COMPARED, "key")
_REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCapture:
    """A usage event in ingestion's form, to charge from a reservation; `overage` is any rule except "available"."""

    hold_id: UUID
    event: object
    overage: Overage = Overage.REFUSE
    description: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CapturedUsage:
    """A reservation after a usage event captured it.

    `state` is "rated", or "duplicate" if the event was known: then nothing was charged. `charge_micros` is negative if
    the event made earlier usage cheaper.
    """

    reserved: ReservationResult
    source: str
    event_id: str
    state: str
    charge_micros: int
    price_version_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of the captures, and the prefix of the API key that it used, if any."""

    created_by: str
    credential: str


Outcome = ReservationResult | CapturedUsage | Exception


def capture_usage(
    *,
    organization: Organization,
    captures: Sequence[EventCapture | Capture],
    created_by: str,
    credential: str = "",
    atomic: bool,
    now: datetime,
) -> list[Outcome]:
    """Capture reservations by events and amounts in order and in one transaction; return the outcome of each.

    A refused capture changes neither its reservation nor the others, and its event is not stored; with `atomic`,
    nothing is captured at all. The refusals are those of `capture_reservation` and EventRefused (422),
    DimensionMismatch (422), EventIdReused (409), and UsageNotPriced (422; ingestion would keep the event until it has a
    price).

    `credential` is as in `ingest`.

    Raises:
        CapturesRefused: `atomic`, and one was refused (422). TotalsTooLarge: a total would exceed 64 bits (422).
    """
    parsed_events = [
        read_event(each.event, index=index, now=now) if isinstance(each, EventCapture) else None
        for index, each in enumerate(captures)
    ]
    capture = partial(
        _capture, organization, captures, parsed_events, Sender(created_by, credential), atomic=atomic, now=now
    )
    with wallets.CountingRefusals(organization, NOWHERE, now):
        outcomes = with_partition(capture, now=now)
    wallets.note_refused(organization, outcomes, now)
    return outcomes


@serialized
def _capture(
    organization: Organization,
    captures: Sequence[EventCapture | Capture],
    parsed_events: Sequence[ParsedEvent | Refusal | None],
    sender: Sender,
    *,
    atomic: bool,
    now: datetime,
) -> list[Outcome]:
    opened = _opened(organization, captures, parsed_events, sender, now)
    run = CaptureRun(organization, captures, _filled(captures, parsed_events, opened), opened, sender, now)
    call = BookCall(organization.pk, run.query(), run.decide)
    (answer,) = decide_each([call], now=now, beside=run.rows_beside)
    outcomes = [_outcome(organization, each, answer) for each in answer.result]
    refused = next(((index, each) for index, each in enumerate(outcomes) if isinstance(each, Exception)), None)
    if atomic and refused is not None:
        raise CapturesRefused(str(refused[1]), index=refused[0], refusal=refused[1])
    return outcomes


def _opened(
    organization: Organization,
    captures: Sequence[EventCapture | Capture],
    parsed_events: Sequence[ParsedEvent | Refusal | None],
    sender: Sender,
    now: datetime,
) -> RatingData:
    """Lock the organization's usage, and read the data that its events need and the dimensions of the reservations."""
    valid = [parsed for parsed in parsed_events if isinstance(parsed, ParsedEvent)]
    asked = rating_query(event_of(parsed, organization, sender.credential) for parsed in valid)
    if not valid:
        asked = RatingQuery()
        asked.add(organization, now, month_start(now))
    asked.ids = [(organization.pk, parsed.digest) for parsed in valid]
    asked.others = [(organization.pk, other) for parsed in valid for other in parsed.others]
    asked.holds = [each.hold_id for each in captures if isinstance(each, EventCapture)]
    return open_usage(asked, now=now)


def _filled(
    captures: Sequence[EventCapture | Capture],
    parsed_events: Sequence[ParsedEvent | Refusal | None],
    opened: RatingData,
) -> list[ParsedEvent | BillingError | None]:
    """Return each event completed with its reservation's dimensions, or the reason why it is refused."""
    return [
        _fill(parsed, opened.holds.get(capture.hold_id, {}))
        if isinstance(parsed, ParsedEvent)
        else EventRefused(parsed.reason, field="event", reason=parsed.code)
        if isinstance(parsed, Refusal)
        else None
        for capture, parsed in zip(captures, parsed_events, strict=True)
    ]


def _fill(parsed: ParsedEvent, reserved: Mapping[str, str]) -> ParsedEvent | BillingError:
    texts = parsed.labels.texts
    for name in COMPARED:
        if texts.get(name) and reserved.get(name) and texts[name] != reserved[name]:
            return DimensionMismatch(f"The reservation's {name} is {reserved[name]}", field=f"event.data.{name}")
    added = {name: reserved[name] for name in FILLED if reserved.get(name) and not texts.get(name)}
    return replace(parsed, labels=parsed.labels.filled(added)) if added else parsed


@dataclass(frozen=True, slots=True)
class _Decision:
    """The decision on one capture; `parsed` is its event, if any, `rated` the rated event."""

    decided: BookDecision[HoldResult]
    parsed: ParsedEvent | None = None
    rated: RatedEvent | None = None


class CaptureRun:
    """The captures of one call: their reads of the book, the decision, and the rows to write with it.

    The decision starts again if it needs more of the book than was read at first.
    """

    def __init__(
        self,
        organization: Organization,
        captures: Sequence[EventCapture | Capture],
        parsed_events: Sequence[ParsedEvent | BillingError | None],
        opened: RatingData,
        sender: Sender,
        now: datetime,
    ) -> None:
        self.organization, self.captures, self.parsed_events = organization, captures, parsed_events
        self.opened, self.created_by, self.credential, self.now = opened, sender.created_by, sender.credential, now
        self._start()

    def _start(self) -> None:
        self.rated_events = {
            index: event_of(parsed, self.organization, self.credential)
            for index, parsed in enumerate(self.parsed_events)
            if isinstance(parsed, ParsedEvent)
        }
        self.batch = RatingBatch(list(self.rated_events.values()), self.opened, now=self.now)
        self.batch.prepare()
        self.known, self.ids = dict(self.opened.known), dict(self.opened.ids)
        self.taken: list[tuple[ParsedEvent, RatedEvent]] = []
        self.posted: dict[TransferKey, TransferState] = {}
        self.writer = RowWriter()

    def query(self) -> BookQuery:
        """Return the reads of the decision."""
        rated_events = list(self.rated_events.values())
        works = [rated.work for rated in rated_events]
        meter = self.opened.character_meter
        gives_back = any(rated.corrects_month or _may_get_cheaper(rated) for rated in rated_events)
        charges = BookQuery(
            days=tuple(sorted({self.batch.today, *(rated.counted_on for rated in self.batch.counted())})),
            labels=tuple(sorted(labels_of(works) | ({meter.slug} if meter else set()))),
            nets=gives_back,
        )
        return merged_query([charges, *(capture_query(self._closing_call(each), self.now) for each in self.captures)])

    def _closing_call(self, each: EventCapture | Capture) -> Capture:
        """Return the call that ends a reservation; the call for an event charges nothing itself."""
        if isinstance(each, Capture):
            return each
        return Capture(
            hold_id=each.hold_id, amount=Micros(0), key=capture_key(each.hold_id), created_by=self.created_by
        )

    def decide(self, state: BookState) -> BookDecision[list[_Decision | Exception]]:
        """Decide on each capture, then on further charges of their events."""
        self._start()
        late = any(rated.corrects_month for rated in self.rated_events.values())
        with transaction.atomic() if late else nullcontext():  # late usage already writes rows here
            return self._decide(state)

    def _decide(self, state: BookState) -> BookDecision[list[_Decision | Exception]]:
        changes, outcomes = BookChanges(), list[_Decision | Exception]()
        for index in range(len(self.captures)):
            try:
                each = self._one(index, state)
            except BillingError as refusal:
                state, changes = after_refusal(refusal, state, changes)
                outcomes.append(refusal)
                continue
            state, changes = each.decided.after, changes.then(each.decided.changes)
            self._note(each.decided.result.transfer)
            outcomes.append(each)
        for rated in self.rated_events.values():
            rated.reason = rated.reason or ("" if rated.posting_id else _REFUSED)
        self.batch.activate()
        insert_events(self.taken, self.opened.event_ids, self.writer, self.created_by, self.now)
        note_other_ids(self.ids, self.taken, self.opened, self.writer)
        self.batch.write(self.writer)
        rest = [each for each in self.batch.postings.as_charges(self.created_by, self.now) if each.amount]
        if rest:
            charged = charge_call(self.organization.pk, rest, self.now).decision(state)
            state, changes = charged.after, changes.then(charged.changes)
            for transfer in charged.result.values():
                self._note(transfer)
        return BookDecision(state, changes, outcomes)

    def _note(self, transfer: TransferState | None) -> None:
        if transfer is not None and transfer.id is None:
            self.posted[self.organization.pk, transfer.key] = transfer

    def _one(self, index: int, state: BookState) -> _Decision:
        capture, parsed = self.captures[index], self.parsed_events[index]
        if isinstance(parsed, BillingError):
            raise parsed
        if isinstance(capture, Capture):
            return _Decision(decide_capture(state, capture, self.now))
        assert parsed is not None, "every event was read"
        known = known_events(parsed, self.organization.pk, self.ids, self.known)
        if len(known) == 1 and parsed.fingerprint in known[0].fingerprints and not known[0].is_voided:
            return self._again(state, capture, parsed)
        if known:
            raise EventIdReused(field="event.id")
        return self._first(state, capture, parsed, self.rated_events[index])

    def _again(self, state: BookState, capture: EventCapture, parsed: ParsedEvent) -> _Decision:
        """Release the reservation of an event that was already charged; one that has ended is handled later."""
        posting = WalletPosting(state, self.now)
        hold = hold_of(posting, capture.hold_id)
        if hold.status != CAPTURED:
            return _Decision(decide_release(state, capture.hold_id, self.now), parsed)
        transfer = state.ledger.transfers.get(capture_key(hold.id))
        result = HoldResult(hold, available_micros(posting), transfer=transfer, is_repeat=True)
        return _Decision(BookDecision(state, BookChanges(), result), parsed)

    def _first(self, state: BookState, capture: EventCapture, parsed: ParsedEvent, rated: RatedEvent) -> _Decision:
        """Rate an event and charge it from its reservation."""
        if (first := state.ledger.transfers.get(capture_key(capture.hold_id))) is not None:
            raise AlreadyCaptured(first.amount_micros)
        refuse_unless_pending(hold_of(WalletPosting(state, self.now), capture.hold_id), now=self.now)
        if not rated.reason:
            self.batch.price(rated, capture.hold_id)
        if rated.reason:
            refusal = UsageNotPriced if rated.reason in WAITS else EventRefused
            raise refusal(str(UsageEvent.Reason(rated.reason).label), field="event", reason=str(rated.reason))
        try:
            decided = self._charge(state, capture, parsed, rated)
        except BillingError:
            self.batch.take_back(rated, capture.hold_id, _REFUSED)
            raise
        self.known[self.organization.pk, parsed.digest] = KnownEvent(
            frozenset([parsed.fingerprint]), parsed.priced_by, parsed.rank, parsed.facts
        )
        self.ids |= dict.fromkeys(ids_of(parsed, self.organization.pk), parsed.digest)
        self.taken.append((parsed, rated))
        return _Decision(decided, parsed, rated)

    def _charge(
        self, state: BookState, capture: EventCapture, parsed: ParsedEvent, rated: RatedEvent
    ) -> BookDecision[HoldResult]:
        if rated.charge_micros <= 0:
            return decide_release(state, capture.hold_id, self.now)
        posting = self.batch.postings.of_hold(capture.hold_id)
        charge = posting.as_charge(self.created_by, self.now).request()
        call = Capture(
            hold_id=capture.hold_id,
            amount=Micros(rated.charge_micros),
            key=charge.key,
            created_by=self.created_by,
            overage=capture.overage,
            description=capture.description,
            label=charge.description,
            metadata={**capture.metadata, **charge.metadata},
            facts={"event": str(UUID(parsed.digest))},
            effective_at=charge.effective_at,
            spending=posting.spending,
            argument="event",
        )
        return decide_capture(state, call, self.now)

    def rows_beside(self, _: Sequence[BookDecision[Any]]) -> RowWriter:
        """Return the events, totals and postings, to write with the book."""
        numbers = {key: transfer.number for key, transfer in self.posted.items()}
        self.batch.postings.insert(self.writer, numbers, self.created_by, self.now)
        return self.writer


def _may_get_cheaper(rated: RatedEvent) -> bool:
    """Whether an event may lower the month's charge: with a volume price, or with a meter of the latest quantity."""
    return rated.price is not None and (rated.counts == LATEST or rated.price.rule.reprices_the_month)


def _outcome(
    organization: Organization, each: _Decision | Exception, answer: BookResult[list[_Decision | Exception]]
) -> Outcome:
    if isinstance(each, Exception):
        return each
    reserved = reserved_by(organization, each.decided, answer)
    if each.parsed is None:
        return reserved
    parsed, rated = each.parsed, each.rated
    if rated is None:
        return _known(organization, reserved, parsed)
    versions = (rated.price.version_id,) if rated.price is not None else ()
    return CapturedUsage(reserved, parsed.source, parsed.id, RATED, rated.charge_micros, versions)


def _known(organization: Organization, reserved: ReservationResult, parsed: ParsedEvent) -> Outcome:
    """Return the outcome of a known event: it captured this reservation, or it did not."""
    posting = UsagePosting.objects.filter(organization=organization, hold=reserved.hold.pk).first()
    events = UsageEvent.objects.filter(posting=posting) if posting is not None else UsageEvent.objects.none()
    for event in events:
        if (event.source, event.event_id) == (parsed.source, parsed.id):
            versions = (event.price_version_id,) if event.price_version_id else ()
            return CapturedUsage(reserved, parsed.source, parsed.id, RATED, event.charge_micros, versions)
    if reserved.hold.status == RELEASED:
        return CapturedUsage(reserved, parsed.source, parsed.id, DUPLICATE, 0, ())
    assert reserved.transfer is not None, "a hold is captured with a charge"
    return AlreadyCaptured(reserved.transfer.amount_micros)
