"""Rate one event: its amounts, its price, and the day and month it belongs to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT, decimal_text
from apps.pricing.cells import STANDARD, Call, CellTable, NoCell
from apps.pricing.costs import MOST_PICOS, NO_COSTS, PICO_PLACES, CostBooks
from apps.pricing.models import FIGURES, Meter
from apps.pricing.rating import Totals, Unpriceable, cost_of
from apps.pricing.resolution import Price, PriceIndex
from apps.pricing.token_kinds import UNSPLIT, split
from apps.tenants.models import Organization
from apps.usage.event_amounts import NO_MORE, MoreAmounts
from apps.usage.models import BYOK, UsageEvent
from apps.wallets.budgets.scopes import Dimensions

Reason = UsageEvent.Reason
# Plain strings, since looking up enumeration members is slow in this hot path.
TOKENS, EVENTS, CHARACTERS, MAX, LATEST, UNIQUE = (
    each.value
    for each in (
        Meter.Counts.TOKENS,
        Meter.Counts.EVENTS,
        Meter.Counts.CHARACTERS,
        Meter.Counts.MAX,
        Meter.Counts.LATEST,
        Meter.Counts.UNIQUE,
    )
)
# Reasons why a vendor's report cannot be rated at any price.
HELD = frozenset([Reason.UNKNOWN_KIND, Reason.INCONSISTENT])
# Events with these reasons are kept until staff add a price or meter; others are refused.
WAITS = HELD | frozenset(
    [
        Reason.UNKNOWN_METER,
        Reason.NO_PRICE,
        Reason.UNKNOWN_MODEL,
        Reason.NO_SPLIT,
        Reason.NO_TIER,
        Reason.NO_VALUE,
        Reason.NO_COST,
    ]
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Our cost of an event, in picos, and the cost book's version that gave it; None if the event reported it.

    Without a currency the cost is unknown, which is not zero.
    """

    picos: int = 0
    currency: str = ""
    version_id: int | None = None


UNKNOWN_COST = Cost()


@dataclass(frozen=True, slots=True)
class DecidingEvent:
    """The event that decides a month's greatest or latest quantity: that quantity, its time, id and source."""

    quantity_micros: int
    at: datetime
    event_id: str
    source: str


@dataclass(slots=True, kw_only=True)
class RatedEvent:
    """An event, and how it is counted once that is known. `key` is its index in the batch, or its row's id.

    `held_for` is why the report cannot be rated at any price; empty for all others. `waited_for` is why it has waited
    until now. `name_sent` is the model that the sender named, in normal form; `texts` has the name under which it is
    counted. `voids` is the id of the event that it voids with negative amounts. `names` are its own id and source.
    `reported_micros` is what it reported to a month's greatest or latest quantity, and `remaining` is what decides that
    without the event that it takes back.
    """

    key: int
    organization: Organization
    type: str
    time: datetime
    quantity_micros: int | None
    input_tokens: int | None
    output_tokens: int | None
    texts: Mapping[str, str]
    billing_mode: str
    more: MoreAmounts = NO_MORE
    held_for: str = ""
    credential: str = ""
    meter: Meter | None = None
    totals: Totals = field(default_factory=Totals)
    price: Price | None = None
    charge_micros: int = 0
    cost: Cost = UNKNOWN_COST
    counted_on: date = date.min
    counted_in: date = date.min
    corrects_month: date | None = None
    posting_id: UUID | None = None
    has_unknown_model: bool = False
    waited_for: str = ""
    name_sent: str = ""
    voids: int | None = None
    names: tuple[str, str] = ("", "")
    reported_micros: int | None = None
    remaining: DecidingEvent | None = None
    reason: str = Reason.NONE
    organization_id: UUID = field(init=False)
    month: date = field(init=False)

    def __post_init__(self) -> None:
        """Cache the organization's id and the first day of the event's UTC month."""
        self.organization_id = self.organization.id
        self.month = month_start(self.time)

    def text(self, name: str) -> str:
        """Return one of its dimensions, or an empty text."""
        return self.texts.get(name, "")

    @property
    def sign(self) -> int:
        """How much it adds to a number of events: 1 or -1."""
        return 1 if self.voids is None else -1

    @property
    def tokens(self) -> int:
        """The number of tokens it counted, whether split into input and output or not."""
        unsplit = self.sign * (abs(self.totals.quantity_micros) // MICROS_PER_UNIT) if self.counts == TOKENS else 0
        return self.totals.input_tokens + self.totals.output_tokens + unsplit

    @property
    def work(self) -> Dimensions:
        """Its dimensions for budgets, once its meter is known."""
        text = self.texts.get
        return Dimensions(
            project=text("project", ""),
            key=text("key", ""),
            user=text("user", ""),
            agent=text("agent", ""),
            tag=text("tag", ""),
            meter=self.type,
            model=text("model", ""),
            credential=self.credential,
            resource=resource_of(self.meter),
        )

    @property
    def counts(self) -> str:
        """The quantity that its meter counts; empty if there is no such meter."""
        return self.meter.counts if self.meter else ""

    @property
    def call(self) -> Call:
        """The model call that it counted, for a price table."""
        return call_of(self.quantity_micros, self.input_tokens, self.output_tokens, self.more, self.texts)


def call_of(
    quantity_micros: int | None,
    input_tokens: int | None,
    output_tokens: int | None,
    more: MoreAmounts,
    texts: Mapping[str, str],
) -> Call:
    """Return the model call of an event of a meter of tokens; the event's quantity is unsplit tokens."""
    tokens = split(input_tokens or 0, output_tokens or 0, more.details)
    if quantity_micros:
        tokens[UNSPLIT] = quantity_micros // MICROS_PER_UNIT
    return Call(tokens, more.quantities, texts.get("service_tier") or STANDARD, texts, more.cost_picos)


def resource_of(meter: Meter | None) -> str:
    """Return the meter's slug if it counts persistent resources, otherwise an empty string."""
    return meter.slug if meter and meter.is_persistent_resource else ""


def month_start(moment: datetime) -> date:
    """Return the first day of a time's UTC month."""
    return moment.astimezone(UTC).date().replace(day=1)


def resolve(draft: RatedEvent, meters: Mapping[str, Meter], prices: PriceIndex, costs: CostBooks = NO_COSTS) -> None:
    """Set the draft's meter, totals, price and cost, or the reason why it cannot be rated.

    An event that voids another has all of these already; only whether its model is unknown is determined again.
    """
    if draft.voids is not None:
        assert draft.meter is not None, "only a rated event is voided"
        draft.has_unknown_model = draft.billing_mode != BYOK and has_unknown_model(
            prices, draft.organization, draft.meter, draft.text("model"), draft.time
        )
        return
    draft.meter, draft.price = meters.get(draft.type), None
    draft.reason = draft.held_for or (Reason.UNKNOWN_METER if draft.meter is None else _misfit(draft))
    if draft.meter is None or draft.reason:
        return
    draft.totals = _totals(draft)
    _name(draft, draft.meter, prices)
    draft.cost = cost_by(draft, costs)
    if draft.billing_mode == BYOK:
        return
    price = find_price(prices, draft.organization, draft.meter, draft.text("model"), draft.time)
    draft.has_unknown_model = has_unknown_model(
        prices, draft.organization, draft.meter, draft.text("model"), draft.time
    )
    if price is None:
        draft.reason = Reason.UNKNOWN_MODEL if draft.has_unknown_model else Reason.NO_PRICE
    elif draft.counts != CHARACTERS:
        draft.price = price
        if price.rule.table is not None:
            _add_exact_price(draft, price.rule.table)


def _name(draft: RatedEvent, meter: Meter, prices: PriceIndex) -> None:
    """Count the event under the name under which its model has a price."""
    draft.name_sent = draft.text("model")
    name = prices.name_of(
        organization_id=draft.organization_id,
        currency=draft.organization.currency,
        meter_id=meter.pk,
        model=draft.name_sent,
        provider=draft.text("provider"),
        at=draft.time,
    )
    if name != draft.name_sent:
        draft.texts = {**draft.texts, "model": name}


def _add_exact_price(draft: RatedEvent, table: CellTable) -> None:
    try:
        draft.totals = replace(draft.totals, exact_price=table.exact_price(draft.call))
    except NoCell as error:
        draft.price, draft.reason = None, Reason(error.reason)


def cost_by(draft: RatedEvent, costs: CostBooks) -> Cost:
    """Return what a draft cost us: as it says itself, else by the cost books at its time.

    The cost of work on the customer's own keys is unknown.
    """
    if draft.billing_mode == BYOK:
        return UNKNOWN_COST
    if draft.more.cost_picos is not None:
        return Cost(draft.more.cost_picos, draft.more.cost_currency)
    assert draft.meter is not None, "only an event of a known meter has a cost"
    price = costs.find(
        organization_id=draft.organization_id,
        currency=draft.organization.currency,
        meter_id=draft.meter.pk,
        model=draft.name_sent,
        provider=draft.text("provider"),
        at=draft.time,
    )
    if price is None or draft.counts == CHARACTERS:
        return UNKNOWN_COST
    try:
        table = price.rule.table
        totals = draft.totals if table is None else replace(draft.totals, exact_price=table.exact_price(draft.call))
        picos = cost_of(price.rule, totals)
    except (NoCell, Unpriceable):
        return UNKNOWN_COST
    return Cost(picos, price.currency, price.version_id) if picos <= MOST_PICOS else UNKNOWN_COST


def cost_text(event: UsageEvent) -> str:
    """Return our cost in an event's row as text."""
    if event.cost_picos is None:
        return "unknown"
    amount = decimal_text(event.cost_picos, PICO_PLACES)
    return f"{amount} {event.cost_currency}, {'reported' if event.cost_version_id is None else 'by the cost book'}"


def find_price(prices: PriceIndex, organization: Organization, meter: Meter, model: str, at: datetime) -> Price | None:
    """Return the price of an organization's usage at a time, or None."""
    return prices.find(
        organization_id=organization.id, currency=organization.currency, meter_id=meter.pk, model=model, at=at
    )


def has_unknown_model(prices: PriceIndex, organization: Organization, meter: Meter, model: str, at: datetime) -> bool:
    """Return whether usage names a model without its own price while other models of the meter have one."""
    return bool(model) and prices.is_unknown_model(
        organization_id=organization.id, currency=organization.currency, meter_id=meter.pk, model=model, at=at
    )


def place(draft: RatedEvent, closed: Collection[tuple[UUID, date]], today: date) -> None:
    """Set the day and month the draft counts in: its own, or today's if its month is closed for its organization."""
    late = (draft.organization_id, draft.month) in closed
    draft.counted_on = today if late else draft.time.astimezone(UTC).date()
    draft.counted_in = today.replace(day=1) if late else draft.month
    draft.corrects_month = draft.month if late else None


def _misfit(draft: RatedEvent) -> str:
    """Return why the event does not fit its meter, or an empty string if it does."""
    told_apart = draft.input_tokens is not None or draft.output_tokens is not None
    quantity, counts = draft.quantity_micros, draft.counts
    if counts == TOKENS:
        if quantity is None:
            is_counted = told_apart or draft.more.quantities or draft.more.cost_picos is not None
            return Reason.NONE if is_counted else Reason.NO_QUANTITY
        return Reason.FRACTION_OF_TOKEN if quantity % MICROS_PER_UNIT else Reason.NONE
    if told_apart or draft.more.quantities:
        return Reason.NOT_TOKENS
    if counts in (EVENTS, CHARACTERS) and quantity not in (None, MICROS_PER_UNIT):
        return Reason.NOT_QUANTITY
    if counts == CHARACTERS and not draft.text("character"):
        return Reason.NO_CHARACTER
    return _figure_misfit(draft) if counts in FIGURES else Reason.NONE


def _figure_misfit(draft: RatedEvent) -> str:
    """Return why the event does not fit its meter of a figure of the month, or an empty string."""
    if draft.counts != UNIQUE:
        return Reason.NO_QUANTITY if draft.quantity_micros is None else Reason.NONE
    assert draft.meter is not None, "only an event of a known meter is compared with it"
    if draft.quantity_micros not in (None, MICROS_PER_UNIT):
        return Reason.NOT_QUANTITY
    return Reason.NONE if draft.text(draft.meter.unique_of) else Reason.NO_DIMENSION


def _totals(draft: RatedEvent) -> Totals:
    if draft.counts == TOKENS:
        return Totals(draft.quantity_micros or 0, draft.input_tokens or 0, draft.output_tokens or 0)
    if draft.counts == CHARACTERS:
        return Totals()  # the character is counted once a month, not the event
    return Totals(MICROS_PER_UNIT if draft.quantity_micros is None else draft.quantity_micros)
