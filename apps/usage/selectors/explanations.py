"""Breaks an entry of a wallet down to its rows: rated events, characters of a month, or minimums.

The API and the staff pages both use it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from apps.pricing.resolution import Price
from apps.pricing.selectors import versions_by_id
from apps.tenants.models import Organization
from apps.usage.event_calls import lines_of_row
from apps.usage.models import ActiveCharacter, EventCorrection, MinimumCharge, UsagePosting
from apps.usage.selectors.events import ListedEvent, events_of_posting
from apps.wallets.selectors import ExplainedEntry, explained_entry, wallet_entry_of

EVENT, CHARACTER, MINIMUM = "event", "character", "minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedRow:
    """A row of a posting; quantities in micros of the meter's unit, the charge in micros.

    `kinds` divides the charge of a model call: token kind or unit, tokens or micros of the unit, and micros. `corrects`
    is why it voids an event, or empty. Rows are ordered by `position`, their key; `archived_month` is the month whose
    file an event was read from.
    """

    position: int
    kind: str
    id: str
    source: str
    occurred_at: datetime | None
    counted_on: date | None
    meter: str
    model: str
    quantity_micros: int
    input_tokens: int
    output_tokens: int
    charge_micros: int
    price_version_id: int | None
    kinds: Sequence[tuple[str, int, int]] = ()
    corrects: str = ""
    archived_month: date | None = None


@dataclass(slots=True)
class PostedLine:
    """The rows of a posting with one price version, meter and model, added up."""

    price_version_id: int | None
    meter: str
    model: str
    quantity_micros: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    count: int = 0
    charge_micros: int = 0
    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryExplanation:
    """A wallet entry, and if it charged usage, its posting and the rows that add up to its amount.

    A reversal has the rows of the reversed entry, with `sign` -1.
    """

    explained: ExplainedEntry
    posting: UsagePosting | None
    rows: list[PostedRow]

    @property
    def sign(self) -> int:
        """1, or -1 for a reversal."""
        return 1 if self.explained.reverses_entry_id is None else -1

    @property
    def lines(self) -> list[PostedLine]:
        """The rows added up by price."""
        return posted_lines(self.rows)


def explain_entry(organization: Organization, entry_id: int) -> EntryExplanation:
    """Explain an entry of an organization's wallet.

    Raises:
        EntryNotFound: its wallet has no such entry. ArchiveUnavailable: the file of an archived month cannot be read.
    """
    explained = explained_entry(organization, entry_id)
    posting = UsagePosting.objects.filter(organization=organization, transfer=explained.stated_by_id).first()
    return EntryExplanation(explained, posting, posted_rows(posting) if posting is not None else [])


def explain_transfer(organization: Organization, transfer_id: int) -> EntryExplanation | None:
    """Explain the entry that a transfer has in an organization's wallet; None if it has none there.

    Raises:
        ArchiveUnavailable: the file of an archived month cannot be read.
    """
    entry_id = wallet_entry_of(organization, transfer_id)
    return None if entry_id is None else explain_entry(organization, entry_id)


def posted_rows(posting: UsagePosting) -> list[PostedRow]:
    """Return all rows of a posting in the order of their keys.

    Raises:
        ArchiveUnavailable: the file of an archived month cannot be read.
    """
    if posting.kind == UsagePosting.Kind.CHARACTER:
        rows = ActiveCharacter.objects.filter(posting=posting).select_related("meter").order_by("pk")
        return [_character(row) for row in rows]
    if posting.kind == UsagePosting.Kind.MINIMUM:
        return [_minimum(row) for row in MinimumCharge.objects.filter(posting=posting).select_related("meter")]
    events = events_of_posting(posting, limit=posting.item_count).listed
    by_table = (each.event.price_version_id for each in events if each.event.exact_price is not None)
    prices = versions_by_id({version_id for version_id in by_table if version_id is not None})
    voids = [each.event.pk for each in events if each.event.voids is not None]
    found = EventCorrection.objects.filter(void__in=voids).values_list("void", "reason") if voids else ()
    reasons = dict(found)
    return [
        _event(each, prices.get(each.event.price_version_id or 0), reasons.get(each.event.pk, "")) for each in events
    ]


def posted_lines(rows: Iterable[PostedRow]) -> list[PostedLine]:
    """Add rows up by price version, meter and model, in the order of first appearance."""
    lines: dict[tuple[int | None, str, str], PostedLine] = {}
    for row in rows:
        key = (row.price_version_id, row.meter, row.model)
        line = lines.setdefault(key, PostedLine(*key))
        line.quantity_micros += row.quantity_micros
        line.input_tokens += row.input_tokens
        line.output_tokens += row.output_tokens
        line.count += -1 if row.corrects else 1
        line.charge_micros += row.charge_micros
        for name, counted, micros in row.kinds:
            before = line.kinds.get(name, (0, 0))
            line.kinds[name] = (before[0] + counted, before[1] + micros)
    return list(lines.values())


def _event(listed: ListedEvent, price: Price | None, corrects: str) -> PostedRow:
    event = listed.event
    return PostedRow(
        position=event.pk,
        kind=EVENT,
        id=event.event_id,
        source=event.source,
        occurred_at=event.occurred_at,
        counted_on=event.counted_on,
        meter=event.meter_slug,
        model=event.model,
        quantity_micros=event.quantity_micros or 0,
        input_tokens=event.input_tokens or 0,
        output_tokens=event.output_tokens or 0,
        charge_micros=event.charge_micros,
        price_version_id=event.price_version_id,
        kinds=lines_of_row(event, price.rule) if price else (),
        corrects=corrects,
        archived_month=listed.month,
    )


def _character(row: ActiveCharacter) -> PostedRow:
    return PostedRow(
        position=row.pk,
        kind=CHARACTER,
        id=row.character,
        source="",
        occurred_at=row.activated_at,
        counted_on=row.counted_on,
        meter=row.meter.slug if row.meter else "",
        model="",
        quantity_micros=1_000_000,
        input_tokens=0,
        output_tokens=0,
        charge_micros=row.charge_micros,
        price_version_id=row.price_version_id,
    )


def _minimum(row: MinimumCharge) -> PostedRow:
    return PostedRow(
        position=row.pk,
        kind=MINIMUM,
        id=f"{row.month:%Y-%m}",
        source="",
        occurred_at=None,
        counted_on=row.counted_on,
        meter=row.meter.slug,
        model=row.model,
        quantity_micros=0,
        input_tokens=0,
        output_tokens=0,
        charge_micros=row.amount_micros,
        price_version_id=None,
    )
