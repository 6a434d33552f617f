"""The model call in an event's row, and the parts of its charge by token kind and unit."""

from dataclasses import replace

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.cells import Call, CellTable, lines_of
from apps.pricing.rating import PriceRule
from apps.pricing.token_kinds import DETAILS, REQUESTS
from apps.usage.cloudevents import TEXTS
from apps.usage.event_amounts import MoreAmounts
from apps.usage.models import UsageEvent
from apps.usage.rated_events import call_of


def call_of_row(event: UsageEvent) -> Call:
    """Return the model call in an event's row."""
    texts = {name: getattr(event, name) for name in TEXTS}
    return call_of(event.quantity_micros, event.input_tokens, event.output_tokens, more_amounts(event), texts)


def lines_of_row(event: UsageEvent, rule: PriceRule | None) -> list[tuple[str, int, int]]:
    """Return the parts of a model call: token kind or unit, its tokens or micros, and its charge in micros.

    The charges add up to the event's. Other events have no lines.
    """
    if rule is None or rule.table is None:
        return []
    sign, event = (1, event) if event.voids is None else (-1, taken_back(event))
    call = call_of_row(event)
    parts = lines_of(rule.table.parts(call), event.charge_micros)
    counted = {**call.tokens, **call.quantities, REQUESTS: MICROS_PER_UNIT}
    return [(name, sign * counted.get(name, 0), sign * micros) for name, micros in parts.items()]


def exact_price_of(table: CellTable, event: UsageEvent) -> int:
    """Return the exact price of an event's row; it is negative for a row that voids an event."""
    return table.exact_price(call_of_row(event)) if event.voids is None else -exact_price_of(table, taken_back(event))


def taken_back(void: UsageEvent) -> UsageEvent:
    """Return the amounts, cost and charge that a row voids, as positive values."""
    names = ("quantity_micros", "input_tokens", "output_tokens")
    event = UsageEvent(**{name: -(getattr(void, name) or 0) for name in names})
    for name in (*TEXTS, "cost_version_id", "cost_currency"):
        setattr(event, name, getattr(void, name))
    event.amounts = {name: -amount for name, amount in (void.amounts or {}).items()}
    event.cost_picos = None if void.cost_picos is None else -void.cost_picos
    event.charge_micros = -void.charge_micros
    return event


def more_amounts(event: UsageEvent) -> MoreAmounts:
    """Return the details in an event's row, with its cost if that was reported."""
    amounts = event.amounts or {}
    told = event.cost_picos is not None and event.cost_version_id is None
    return MoreAmounts(
        {name: count for name, count in amounts.items() if name in DETAILS},
        {name: micros for name, micros in amounts.items() if name not in DETAILS},
        event.cost_picos if told else None,
        event.cost_currency if told else "",
    )


def void_of(event: UsageEvent) -> MoreAmounts:
    """Return the details of the row that voids an event: the same values, negated."""
    more = more_amounts(event)
    details, quantities = ({name: -count for name, count in each.items()} for each in (more.details, more.quantities))
    return replace(more, details=details, quantities=quantities)
