"""Rate one event: its amounts, its price, and the day and month it belongs to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT
from apps.common.values import value_class
from apps.pricing.cells import STANDARD, Call, CellTable, NoCell
from apps.pricing.costs import MOST_PICOS, NO_COSTS, CostBooks
from apps.pricing.models import FIGURES, Meter
from apps.pricing.rating import Totals, Unpriceable, cost_of, needs_table
from apps.pricing.resolution import Price, PriceIndex
from apps.pricing.token_kinds import UNSPLIT, split
from apps.tenants.models import Organization
from apps.usage.event_amounts import NO_MORE, CallDetails
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
FROM_EVENT = Meter.CostFrom.EVENT.value
# Reasons why a vendor's report cannot be rated at any price.
HELD = frozenset([Reason.UNKNOWN_KIND, Reason.INCONSISTENT])
NOTHING = Totals()
# Events with these reasons are kept until staff add a price or meter; others are refused.
_NO_TERMS = [Reason.UNKNOWN_METER, Reason.NO_PRICE, Reason.UNKNOWN_MODEL, Reason.NO_SPLIT, Reason.NO_TIER]
WAITS = HELD | frozenset([*_NO_TERMS, Reason.NO_VALUE, Reason.NO_COST])


@value_class(frozen=True, slots=True)
class Cost:
    """Our cost of an event, in picos, and the cost book's version that gave it; None if the event reported it.

    Without a currency the cost is unknown, which is not zero.
    """

    picos: int = 0
    currency: str = ""
    version_id: int | None = None


UNKNOWN_COST = Cost()


@value_class(frozen=True, slots=True)
class DecidingEvent:
    """The event that decides a month's greatest or latest quantity: that quantity, its time, id and source."""

    quantity_micros: int
    at: datetime
    event_id: str
    source: str


@dataclass(slots=True, kw_only=True)
class RatedEvent:
    """An event, and how it is counted once that is known. `key` is its index in the batch, or its row's id.

    `held_for` is why the report cannot be rated at any price, `waited_for` why it waited until now. `name_sent` is the
    sent model in normal form; `texts` has the counted name. `voids` is the id of the event that it voids with negative
    amounts, `names` are its own id and source. `reported_micros` is the quantity that it reported to a meter of the
    month's greatest or latest quantity; `remaining` is the event that decides this figure without the voided one.
    Events of one `kind` differ only in their amounts.
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
    more: CallDetails = NO_MORE
    held_for: str = ""
    credential: str = ""
    meter: Meter | None = None
    totals: Totals = NOTHING
    price: Price | None = None
    charge_micros: int = 0
    cost: Cost = UNKNOWN_COST
    cost_price: Price | None = None
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
    reason: str = ""
    kind: int = 0
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
        """The change that it makes to a number of events: 1, or -1 for a row that voids another."""
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
    more: CallDetails,
    texts: Mapping[str, str],
) -> Call:
    """Return the model call of an event of a meter of tokens; the event's quantity is unsplit tokens."""
    tokens = split(input_tokens or 0, output_tokens or 0, more.details)
    if quantity_micros:
        tokens[UNSPLIT] = quantity_micros // MICROS_PER_UNIT
    tier = texts.get("service_tier") or STANDARD
    return Call(tokens, more.quantities, tier, texts, more.cost_picos, 1, input_tokens or 0, more.cost_currency)


def resource_of(meter: Meter | None) -> str:
    """Return the meter's slug if it counts persistent resources, otherwise an empty string."""
    return meter.slug if meter and meter.is_persistent_resource else ""


def utc_day(moment: datetime) -> date:
    """Return the UTC day of a time."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).date()


def month_start(moment: datetime) -> date:
    """Return the first day of a time's UTC month."""
    day = utc_day(moment)
    return date(day.year, day.month, 1)


@value_class(frozen=True, slots=True)
class Terms:
    """What decides how an event is rated, apart from its amounts.

    `name_sent` is the model sent, `texts` have the one under which it is counted. `price` is None for usage of the
    customer's own keys, which is free; for other usage without one, `missing` is the reason. `cost` is the price that
    we pay.
    """

    meter: Meter | None
    name_sent: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    price: Price | None = None
    missing: str = Reason.NONE
    has_unknown_model: bool = False
    cost: Price | None = None


def resolve(event: RatedEvent, meters: Mapping[str, Meter], prices: PriceIndex, costs: CostBooks = NO_COSTS) -> None:
    """Set the event's meter, totals, price and cost, or the reason why it cannot be rated."""
    apply_terms(event, find_terms(event, meters, prices, costs))


def find_terms(event: RatedEvent, meters: Mapping[str, Meter], prices: PriceIndex, costs: CostBooks) -> Terms:
    """Return the terms of an event.

    An event that voids another has all of these already; only whether its model is unknown is determined again.
    """
    if event.voids is not None:
        assert event.meter is not None, "only a rated event is voided"
        is_unknown = _has_unknown_model(event, event.meter, event.text("model"), prices)
        cost = event.cost_price or _cost_price(event, event.meter, event.name_sent, costs)
        return Terms(event.meter, has_unknown_model=is_unknown, cost=cost)
    meter = meters.get(event.type)
    if meter is None:
        return Terms(None)
    name = _name_of(event, meter, prices)
    sent = event.text("model")
    texts = event.texts if name == sent else {**event.texts, "model": name}
    if event.billing_mode == BYOK:
        return Terms(meter, sent, texts)
    price = find_price(prices, event.organization, meter, name, event.time)
    is_unknown = _has_unknown_model(event, meter, name, prices)
    missing = Reason.NONE if price is not None else Reason.UNKNOWN_MODEL if is_unknown else Reason.NO_PRICE
    return Terms(meter, sent, texts, price, missing, is_unknown, _cost_price(event, meter, sent, costs))


def apply_terms(event: RatedEvent, terms: Terms) -> None:
    """Set an event's meter, totals, price and cost by its terms, or the reason why it cannot be rated."""
    event.cost_price = terms.cost
    if event.voids is not None:
        event.has_unknown_model = terms.has_unknown_model
        return
    meter = event.meter = terms.meter
    event.price = None
    event.reason = event.held_for or (Reason.UNKNOWN_METER if meter is None else _misfit(event, meter))
    if meter is None or event.reason:
        return
    event.totals, event.name_sent, event.texts = _totals(event, meter.counts), terms.name_sent, terms.texts
    event.cost = cost_of_event(event)
    event.has_unknown_model, event.reason = terms.has_unknown_model, terms.missing
    if terms.price is not None and meter.counts != CHARACTERS:
        event.price = terms.price
        if terms.price.rule.table is not None:
            _add_exact_price(event, terms.price.rule.table)
        elif meter.counts == TOKENS and needs_table(event.totals, event.more.quantities, event.more.cost_picos):
            event.price, event.reason = None, Reason.NO_PRICE


def _name_of(event: RatedEvent, meter: Meter, prices: PriceIndex) -> str:
    """Return the name under which the event's model has a price."""
    return prices.name_of(
        organization_id=event.organization_id,
        currency=event.organization.currency,
        meter_id=meter.pk,
        model=event.text("model"),
        provider=event.text("provider"),
        at=event.time,
    )


def _add_exact_price(event: RatedEvent, table: CellTable) -> None:
    call = event.call
    if table.per_cost_ppm and event.cost.currency:
        call = replace(call, cost_picos=event.cost.picos, cost_currency=event.cost.currency)
    try:
        priced = table.priced(call)
        if call.cost_picos and not priced.parts and not priced.months:
            raise NoCell("no_price")  # it counted nothing but a cost, which this table does not charge
        of = event.totals
        event.totals = Totals(of.quantity_micros, of.input_tokens, of.output_tokens, priced.exact, priced.months)
    except NoCell as error:
        event.price, event.reason = None, Reason(error.reason)


def _cost_price(event: RatedEvent, meter: Meter, name_sent: str, costs: CostBooks) -> Price | None:
    """Return the cost books' price of an event; the model's name is resolved in each book separately."""
    if meter.counts == CHARACTERS or not costs.of_account:
        return None
    return costs.find(
        organization_id=event.organization_id,
        currency=event.organization.currency,
        meter_id=meter.pk,
        model=name_sent,
        provider=event.text("provider"),
        at=event.time,
    )


def cost_of_event(event: RatedEvent) -> Cost:
    """Return our cost of an event: as reported, or by the cost books at its time; its meter decides which comes first.

    The cost of work on the customer's own keys is unknown.
    """
    if event.billing_mode == BYOK:
        return UNKNOWN_COST
    if event.more.cost_picos is None:
        return _cost_by_book(event)
    reported = Cost(event.more.cost_picos, event.more.cost_currency)
    if event.meter is None or event.meter.cost_from == FROM_EVENT:
        return reported
    by_book = _cost_by_book(event)
    return by_book if by_book.currency else reported


def _cost_by_book(event: RatedEvent) -> Cost:
    price = event.cost_price
    if price is None:
        return UNKNOWN_COST
    try:
        table = price.rule.table
        totals = event.totals if table is None else replace(event.totals, exact_price=table.exact_price(event.call))
        picos = cost_of(price.rule, totals)
    except (NoCell, Unpriceable):
        return UNKNOWN_COST
    return Cost(picos, price.currency, price.version_id) if picos <= MOST_PICOS else UNKNOWN_COST


def find_price(prices: PriceIndex, organization: Organization, meter: Meter, model: str, at: datetime) -> Price | None:
    """Return the price of an organization's usage at a time, or None."""
    return prices.find(
        organization_id=organization.id, currency=organization.currency, meter_id=meter.pk, model=model, at=at
    )


def _has_unknown_model(event: RatedEvent, meter: Meter, model: str, prices: PriceIndex) -> bool:
    """Return whether usage names a model without its own price while other models of the meter have one."""
    if not model or event.billing_mode == BYOK:
        return False
    organization = event.organization
    return prices.is_unknown_model(
        organization_id=organization.id,
        currency=organization.currency,
        meter_id=meter.pk,
        model=model,
        at=event.time,
    )


@value_class(frozen=True, slots=True)
class UsageDate:
    """The day and month that usage counts in, and if it is late, the closed month that it corrects."""

    day: date
    month: date
    corrects: date | None = None


def find_usage_date(event: RatedEvent, closed: Collection[tuple[UUID, date]], today: date) -> UsageDate:
    """Return the day and month of an event: its own, or today's if its month is closed for its organization."""
    if (event.organization_id, event.month) in closed:
        return UsageDate(today, today.replace(day=1), event.month)
    return UsageDate(utc_day(event.time), event.month)


def _misfit(event: RatedEvent, meter: Meter) -> str:
    """Return why the event does not fit its meter, or an empty string if it does."""
    told_apart = event.input_tokens is not None or event.output_tokens is not None
    quantity, counts = event.quantity_micros, meter.counts
    if counts == TOKENS:
        if quantity is None:
            is_counted = told_apart or event.more.quantities or event.more.cost_picos is not None
            return "" if is_counted else Reason.NO_QUANTITY
        return Reason.FRACTION_OF_TOKEN if quantity % MICROS_PER_UNIT else ""
    if told_apart or event.more.quantities:
        return Reason.NOT_TOKENS
    if counts in (EVENTS, CHARACTERS) and quantity not in (None, MICROS_PER_UNIT):
        return Reason.NOT_QUANTITY
    if counts == CHARACTERS and not event.text("character"):
        return Reason.NO_CHARACTER
    return _figure_misfit(event, meter) if counts in FIGURES else ""


def _figure_misfit(event: RatedEvent, meter: Meter) -> str:
    """Return why the event does not fit its meter, which counts a monthly figure; or an empty string."""
    if meter.counts != UNIQUE:
        return Reason.NO_QUANTITY if event.quantity_micros is None else Reason.NONE
    if event.quantity_micros not in (None, MICROS_PER_UNIT):
        return Reason.NOT_QUANTITY
    return Reason.NONE if event.text(meter.unique_of) else Reason.NO_DIMENSION


def _totals(event: RatedEvent, counts: str) -> Totals:
    if counts == TOKENS:
        return Totals(event.quantity_micros or 0, event.input_tokens or 0, event.output_tokens or 0)
    if counts == CHARACTERS:
        return Totals()  # the character is counted once a month, not the event
    return Totals(MICROS_PER_UNIT if event.quantity_micros is None else event.quantity_micros)
