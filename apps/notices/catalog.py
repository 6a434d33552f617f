"""The notices to customers: each with the schema of its data, its email template, and whether it is an event.

A notice that is a webhook event has the event type's name and data; the others are sent by email only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.webhooks.event_types import (
    AMOUNT,
    COUNT,
    CURRENCY,
    DATE,
    EVENT_TYPES,
    SCOPE,
    TEXT,
    TIME,
    URL,
    UUID,
    Schema,
    about,
    members,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of message to a customer; `mail` names the template, empty if no email is sent."""

    type: str
    title: str
    data: Schema
    mail: str = ""
    is_event: bool = False


# The templates of the notices that are also events.
MAILED_EVENTS: Mapping[str, str] = {
    "balance.low": "balance_low",
    "units.low": "units_low",
    "budget.threshold_reached": "budget_threshold",
    "budget.exceeded": "budget_exceeded",
    "budget.recovered": "budget_recovered",
    "resources.paused": "resources_paused",
    "resources.resumed": "resources_resumed",
    "top_up.succeeded": "top_up_succeeded",
    "top_up.failed": "top_up_declined",
    "top_up.action_required": "top_up_action_required",
    "top_up.stopped": "top_up_stopped",
    "payment.settled": "payment_settled",
    "contract.changed": "contract_changed",
    "endpoint.disabled": "endpoint_disabled",
    "invoice.finalized": "invoice_issued",
    "invoice.paid": "invoice_paid",
    "invoice.overdue": "invoice_overdue",
    "invoice.credited": "credit_note_issued",
}
ENDPOINT = {"endpointId": UUID, "url": URL}
DIGEST_LINE = members(bucket=TEXT, spent=AMOUNT, limit=AMOUNT, since=TIME)

MAIL_ONLY = (
    Notice(
        "budget.digest",
        "Buckets of a budget that are used up",
        about(
            budgetId=TEXT,
            name=TEXT,
            scope=SCOPE,
            currency=CURRENCY,
            count=COUNT,
            buckets={"type": "array", "items": DIGEST_LINE, "maxItems": 50},
        ),
        mail="budget_digest",
    ),
    Notice(
        "top_up.capped",
        "Automatic top-up reached a cap",
        about(cap={"enum": ["day", "month"]}, limit=AMOUNT, currency=CURRENCY, until=TIME),
        mail="top_up_capped",
    ),
    Notice(
        "card.expires_soon",
        "The card for automatic top-up expires soon",
        about(brand=TEXT, last4=TEXT, expMonth=COUNT, expYear=COUNT),
        mail="card_expires_soon",
    ),
    Notice(
        "refund.made",
        "A payment was refunded",
        about(paymentId=TEXT, amount=AMOUNT, currency=CURRENCY),
        mail="refund_made",
    ),
    Notice(
        "dispute.opened",
        "A payment was disputed",
        about({"respondBy": TIME}, amount=AMOUNT, currency=CURRENCY, reason=TEXT),
        mail="dispute_opened",
    ),
    Notice(
        "installment.due",
        "An installment is due",
        about(contractId=TEXT, amount=AMOUNT, currency=CURRENCY, dueOn=DATE),
        mail="installment_due",
    ),
    Notice(
        "dunning.letter",
        "Reminder of overdue invoices",
        about(
            level={"enum": ["reminder", "demand", "final"]},
            currency=CURRENCY,
            due=AMOUNT,
            fee=AMOUNT,
            restriction={"enum": ["none", "pause", "suspend"]},
            count=COUNT,
            invoices={
                "type": "array",
                "items": members(number=TEXT, total=AMOUNT, due=AMOUNT, dueDate=DATE),
                "maxItems": 50,
            },
            bankAccount=TEXT,
        ),
        mail="dunning_letter",
    ),
    Notice("endpoint.failing", "A webhook endpoint is failing", about(**ENDPOINT, since=TIME), mail="endpoint_failing"),
    Notice(
        "endpoint.secret_rotated",
        "The secret of a webhook endpoint was rotated",
        about({"previousSecretUntil": TIME}, **ENDPOINT),
        mail="secret_rotated",
    ),
    Notice(
        "key.created",
        "An API key was created",
        about(name=TEXT, prefix=TEXT, scopes={"type": "array", "items": TEXT}, createdBy=TEXT),
        mail="key_created",
    ),
)

NOTICES: Mapping[str, Notice] = {
    **{
        each.type: Notice(each.type, each.title, each.data, MAILED_EVENTS.get(each.type, ""), is_event=True)
        for each in EVENT_TYPES.values()
    },
    **{each.type: each for each in MAIL_ONLY},
}
