"""What an event's row counted as a model call, and the parts of its charge by token kind and unit."""

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.cells import Call, lines_of
from apps.pricing.rating import PriceRule
from apps.pricing.token_kinds import DETAILS, REQUESTS
from apps.usage.cloudevents import TEXTS, MoreAmounts
from apps.usage.models import UsageEvent
from apps.usage.rated_events import call_of


def call_of_row(event: UsageEvent) -> Call:
    """Return what an event's row counted as a model call."""
    texts = {name: getattr(event, name) for name in TEXTS}
    return call_of(event.quantity_micros, event.input_tokens, event.output_tokens, more_amounts(event), texts)


def lines_of_row(event: UsageEvent, rule: PriceRule | None) -> list[tuple[str, int, int]]:
    """Return what each token kind and unit of a model call counted and was charged: name, tokens or micros, micros.

    The charges add up to the event's. Other events have no lines.
    """
    if rule is None or rule.table is None:
        return []
    call = call_of_row(event)
    parts = lines_of(rule.table.parts(call), event.charge_micros)
    counted = {**call.tokens, **call.quantities, REQUESTS: MICROS_PER_UNIT}
    return [(name, counted.get(name, 0), micros) for name, micros in parts.items()]


def more_amounts(event: UsageEvent) -> MoreAmounts:
    """Return what an event's row counted beside its totals, with its cost if that was reported."""
    amounts = event.amounts or {}
    told = event.cost_picos is not None and event.cost_version_id is None
    return MoreAmounts(
        {name: count for name, count in amounts.items() if name in DETAILS},
        {name: micros for name, micros in amounts.items() if name not in DETAILS},
        event.cost_picos if told else None,
        event.cost_currency if told else "",
    )
