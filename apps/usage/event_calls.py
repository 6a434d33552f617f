"""The model call in an event's row, the parts of its charge by token kind and unit, its cost and quantity as text."""

from dataclasses import replace
from typing import Any

from apps.common.money import MICROS_PER_UNIT, decimal_text, divide_half_even
from apps.pricing.cells import EXACT_PER_MICRO, Call, CellTable, PricedCall, lines_of
from apps.pricing.costs import PICO_PLACES
from apps.pricing.models import Meter
from apps.pricing.month_prices import Amounts, negated
from apps.pricing.rating import PriceRule
from apps.pricing.token_kinds import DETAILS, REQUESTS, UNITS
from apps.usage.event_amounts import CallDetails
from apps.usage.event_labels import TEXTS
from apps.usage.models import UsageEvent
from apps.usage.rated_events import call_of


def call_of_row(event: UsageEvent) -> Call:
    """Return the model call in an event's row, with the cost that counts: reported, or from a cost book."""
    texts = {name: getattr(event, name) for name in TEXTS}
    call = call_of(event.quantity_micros, event.input_tokens, event.output_tokens, more_amounts(event), texts)
    return replace(call, cost_picos=event.cost_picos, cost_currency=event.cost_currency)


def lines_of_row(event: UsageEvent, rule: PriceRule | None) -> list[tuple[str, int, int]]:
    """Return the parts of a model call: token kind or unit, its tokens or micros, and its charge in micros.

    The charges add up to the event's. Other events have no lines.
    """
    if rule is None or rule.table is None:
        return []
    sign, event = (1, event) if event.voids is None else (-1, taken_back(event))
    call = call_of_row(event)
    priced = rule.table.priced(call)
    parts = charge_parts(priced, event.charge_micros)
    counted = {**call.tokens, **call.quantities, REQUESTS: MICROS_PER_UNIT} | {
        name: micros if name in UNITS else micros // MICROS_PER_UNIT for name, micros in priced.months
    }
    return [(name, sign * counted.get(name, 0), sign * micros) for name, micros in parts.items()]


def charge_parts(priced: PricedCall, charge_micros: int) -> dict[str, int]:
    """Divide a call's charge, in micros, by the token kinds and units that the cells and the month prices price.

    Each part that a cell prices has that price, rounded. The rest of the charge comes from the month prices; it is
    divided in proportion to the amounts that the call added to the month's totals.
    """
    if not priced.months:
        return lines_of(priced.parts, charge_micros)
    by_cells = divide_half_even(priced.exact, EXACT_PER_MICRO)
    months = {name: abs(micros) for name, micros in priced.months}
    return lines_of(priced.parts, by_cells) | lines_of(months, charge_micros - by_cells)


def months_of(rule: PriceRule, event: UsageEvent) -> Amounts:
    """Return what an event's row added to the month's totals of its price; negative for a row that voids an event."""
    if rule.table is None or not rule.table.month_prices:
        return ()
    if event.voids is not None:
        return negated(months_of(rule, taken_back(event)))
    return rule.table.priced(call_of_row(event)).months


def exact_price_of(table: CellTable, event: UsageEvent) -> int:
    """Return the exact price of an event's row; it is negative for a row that voids an event."""
    return table.exact_price(call_of_row(event)) if event.voids is None else -exact_price_of(table, taken_back(event))


def taken_back(void: UsageEvent) -> UsageEvent:
    """Return the amounts, costs and charge of a voiding row as positive values."""
    names = ("quantity_micros", "input_tokens", "output_tokens")
    event = UsageEvent(**{name: -(getattr(void, name) or 0) for name in names})
    for name in (*TEXTS, "cost_version_id", "cost_currency", "reported_cost_currency"):
        setattr(event, name, getattr(void, name))
    event.amounts = {name: -amount for name, amount in (void.amounts or {}).items()}
    for name in ("cost_picos", "reported_cost_picos"):
        picos = getattr(void, name)
        setattr(event, name, None if picos is None else -picos)
    event.charge_micros = -void.charge_micros
    return event


def more_amounts(event: UsageEvent) -> CallDetails:
    """Return the details in an event's row, with its cost if that was reported."""
    amounts = event.amounts or {}
    picos, currency = reported_cost(event)
    return CallDetails(
        {name: count for name, count in amounts.items() if name in DETAILS},
        {name: micros for name, micros in amounts.items() if name not in DETAILS},
        picos,
        currency,
    )


def reported_cost(event: UsageEvent) -> tuple[int | None, str]:
    """Return the cost that an event reported, even if the cost book's counts instead; None if it reported none."""
    if event.cost_version_id is None:
        return event.cost_picos, event.cost_currency
    return event.reported_cost_picos, event.reported_cost_currency


def sent_amounts(event: UsageEvent) -> tuple[int | None, int | None, int | None]:
    """Return the quantity in micros and the input and output tokens as sent; None if not sent."""
    quantity = event.quantity_micros if event.reported_micros is None else event.reported_micros
    if event.state != UsageEvent.State.RATED or event.meter is None:
        return quantity, event.input_tokens, event.output_tokens
    if event.meter.counts == Meter.Counts.TOKENS:
        return quantity or None, event.input_tokens, event.output_tokens
    return None if event.meter.counts == Meter.Counts.UNIQUE else quantity, None, None


def sent_data(event: UsageEvent) -> dict[str, Any]:
    """Return an event's content as the `data` of a CloudEvent."""
    quantity, into, out = sent_amounts(event)
    more = more_amounts(event)
    amounts = {"input_tokens": into, "output_tokens": out}
    data: dict[str, Any] = {name: count for name, count in amounts.items() if count is not None and quantity is None}
    if quantity is not None:
        data["quantity"] = decimal_text(quantity)
    data |= {f"{kind}_tokens": count for kind, count in more.details.items()}
    if more.quantities:
        data["quantities"] = {name: decimal_text(micros) for name, micros in more.quantities.items()}
    if more.cost_picos is not None:
        data["cost"] = {"amount": decimal_text(more.cost_picos, PICO_PLACES), "currency": more.cost_currency}
    texts = {name: getattr(event, name) for name in (*TEXTS, "billing_mode")}
    texts["model"] = event.model_sent or event.model
    return data | {name: text for name, text in texts.items() if text}


def void_of(event: UsageEvent) -> CallDetails:
    """Return the details of the row that voids an event: the same values, negated."""
    more = more_amounts(event)
    details, quantities = ({name: -count for name, count in each.items()} for each in (more.details, more.quantities))
    picos = None if more.cost_picos is None else -more.cost_picos
    return replace(more, details=details, quantities=quantities, cost_picos=picos)


def cost_text(event: UsageEvent) -> str:
    """Return our cost of an event as text, with the reported cost added if the cost book's counts instead."""
    if event.cost_picos is None:
        return "unknown"
    amount = f"{decimal_text(event.cost_picos, PICO_PLACES)} {event.cost_currency}"
    if event.cost_version_id is None:
        return f"{amount}, reported"
    picos, currency = reported_cost(event)
    reported = "" if picos is None else f"; reported was {decimal_text(picos, PICO_PLACES)} {currency}"
    return f"{amount}, by the cost book{reported}"
