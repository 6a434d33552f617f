"""The types of events that organizations can receive by webhook: their titles and the schemas of their data.

Each schema is JSON Schema. Amounts are whole currency units with exact digits, as everywhere in the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
ANY_TYPE = "*"

TEXT: Schema = {"type": "string"}
AMOUNT: Schema = {"type": "number", "description": "Whole currency units with exact digits, at most six decimals."}
AMOUNT_OF_UNITS: Schema = {"type": "number", "description": "Units with exact digits, at most six decimals."}
USD: Schema = {"type": "number", "description": "US dollars."}
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
TIME: Schema = {"type": "string", "format": "date-time"}
DATE: Schema = {"type": "string", "format": "date"}
MONTH: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
UUID: Schema = {"type": "string", "format": "uuid"}
COUNT: Schema = {"type": "integer", "minimum": 0}
PERCENT: Schema = {"type": "number", "description": "Spent, in percent of limit and additions; two decimals."}
URL: Schema = {"type": "string", "format": "uri"}
FLAG: Schema = {"type": "boolean"}
PERIOD: Schema = {"enum": ["day", "week", "month", "billing_period", "once"]}
SCOPE: Schema = {
    "type": "object",
    "description": 'Dimension to value, or to "*" for each value; empty for the whole organization.',
    "additionalProperties": {"type": "string"},
}
THRESHOLDS: Schema = {"type": "array", "items": {"type": "integer"}}


def members(optional: Mapping[str, Schema] | None = None, **required: Schema) -> Schema:
    """Return the schema of an object with these members and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def about(optional: Mapping[str, Schema] | None = None, **required: Schema) -> Schema:
    """Return the schema of an event's data: the object's id and version, and these members."""
    version = {"type": "integer", "description": "Version of the object; a higher one is newer."}
    return members(optional, id=TEXT, version=version, **required)


LIMIT = members(
    {
        "id": TEXT,
        "name": TEXT,
        "scope": SCOPE,
        "bucket": TEXT,
        "period": PERIOD,
        "limit": AMOUNT,
        "added": AMOUNT,
        "spent": AMOUNT,
        "held": AMOUNT,
        "since": TIME,
        "resetsAt": TIME,
    },
    kind={"enum": ["wallet", "included_quota", "postpaid_limit", "monthly_resource_spend", "budget"]},
    room=AMOUNT,
    requested=AMOUNT,
    missing=AMOUNT,
)
DIMENSIONS = members(dict.fromkeys(("project", "key", "user", "agent", "tag", "meter", "model"), TEXT))


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event; `named_only` types are sent only to endpoints that name them, not to those with `*`."""

    type: str
    title: str
    data: Schema
    named_only: bool = False


BALANCE = about(balance=AMOUNT, threshold=AMOUNT, availableBudget=AMOUNT, currency=CURRENCY)

UNITS = about(
    unit={"enum": ["explorer_units", "developer_units", "credits"]},
    threshold=AMOUNT_OF_UNITS,
    left=AMOUNT_OF_UNITS,
    included=AMOUNT_OF_UNITS,
    periodEnd=DATE,
)


def _budget(**changed: Schema) -> Schema:
    """Return the data of a budget's event; `changed` names the thresholds that it crossed or cleared."""
    return about(
        {"periodEnd": DATE, "reason": {"enum": ["correction", "limit_raised", "added", "new_period"]}, "late": FLAG},
        budgetId={**TEXT, "description": "`monthly-resource-spend` is the monthly limit for persistent resources."},
        name=TEXT,
        mode={"enum": ["hard", "soft"]},
        scope=SCOPE,
        bucket=TEXT,
        period=PERIOD,
        periodStart=DATE,
        limit=AMOUNT,
        added=AMOUNT,
        spent=AMOUNT,
        percent=PERCENT,
        **changed,
    )


RESOURCES = about(month=MONTH, limitUsd=USD, spendUsd=USD)
ATTEMPT = {"attemptId": UUID, "amount": AMOUNT, "tax": AMOUNT, "currency": CURRENCY, "automatic": FLAG}
INVOICE_MEMBERS: Mapping[str, Schema] = {
    "number": TEXT,
    "total": AMOUNT,
    "due": AMOUNT,
    "dueDate": DATE,
    "currency": CURRENCY,
    "status": {"enum": ["open", "part_paid", "paid", "void", "uncollectible"]},
}
INVOICE = about(**INVOICE_MEMBERS)
CREDITED = about(**INVOICE_MEMBERS, creditNoteId=UUID, creditNoteNumber=TEXT, credited=AMOUNT)

EVENT_TYPES: Mapping[str, EventType] = {
    each.type: each
    for each in (
        EventType("balance.low", "The balance reached a threshold", BALANCE),
        EventType("balance.recovered", "The balance is above a threshold again", BALANCE),
        EventType("units.low", "A plan's units reached a threshold", UNITS),
        EventType("units.recovered", "A plan's units are above a threshold again", UNITS),
        EventType("budget.threshold_reached", "A budget reached a threshold", _budget(crossed=THRESHOLDS)),
        EventType("budget.exceeded", "A budget is used up", _budget(crossed=THRESHOLDS)),
        EventType("budget.recovered", "A budget has room again", _budget(cleared=THRESHOLDS)),
        EventType("budget.refused", "A budget refused work", about(limit=LIMIT, requested=AMOUNT)),
        EventType("resources.paused", "Persistent resources reached their monthly limit", RESOURCES),
        EventType("resources.resumed", "Persistent resources may run again", RESOURCES),
        EventType("top_up.succeeded", "A top-up was paid", about(**ATTEMPT, grantId=TEXT)),
        EventType("top_up.failed", "A top-up was declined", about({"nextAttemptAt": TIME}, **ATTEMPT, reason=TEXT)),
        EventType(
            "top_up.action_required",
            "The bank wants a top-up to be authenticated",
            about(**ATTEMPT, url=URL, expiresAt=TIME),
        ),
        EventType("top_up.stopped", "Automatic top-up was stopped", about(ATTEMPT, reason=TEXT)),
        EventType(
            "payment.settled",
            "A payment was settled",
            about(kind={"enum": ["top_up", "installment", "invoice"]}, amount=AMOUNT, currency=CURRENCY),
        ),
        EventType("contract.changed", "A contract's state or terms changed", about({"from": TEXT}, to=TEXT)),
        EventType(
            "voucher.redeemed", "A voucher was redeemed", about(redemptionId=TEXT, amount=AMOUNT, currency=CURRENCY)
        ),
        EventType(
            "month.closed",
            "A month's usage was closed",
            about(month=MONTH, usage=AMOUNT, minimum=AMOUNT, eventCount=COUNT),
        ),
        EventType("invoice.finalized", "An invoice was issued", INVOICE),
        EventType("invoice.paid", "An invoice was paid", INVOICE),
        EventType("invoice.part_paid", "A part of an invoice was paid", INVOICE),
        EventType("invoice.voided", "An invoice was voided", INVOICE),
        EventType("invoice.uncollectible", "An invoice was marked uncollectible", INVOICE),
        EventType("invoice.overdue", "An invoice is overdue", INVOICE),
        EventType("invoice.credited", "A credit note was issued for an invoice", CREDITED),
        EventType(
            "reservation.expired",
            "A reservation expired without a capture",
            about(amount=AMOUNT, dimensions=DIMENSIONS),
            named_only=True,
        ),
        EventType(
            "endpoint.disabled",
            "An endpoint was disabled",
            about(endpointId=UUID, url=URL, since=TIME, reason={"enum": ["failing", "gone", "organization_archived"]}),
        ),
        EventType("webhook.test", "A test event was requested", about(endpointId=UUID)),
    )
}
