"""Example data of every notice, for previews of emails that a customer never got."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Data = Mapping[str, Any]

_BUDGET: Data = {
    "budgetId": "production",
    "name": "Production",
    "mode": "hard",
    "scope": {"project": "website"},
    "bucket": "",
    "period": "month",
    "periodStart": "2027-03-01",
    "periodEnd": "2027-04-01",
    "limit": Decimal(500),
    "added": Decimal(0),
}
_RESOURCES: Data = {"month": "2027-03", "limitUsd": Decimal(100)}
_ATTEMPT: Data = {"amount": Decimal(100), "automatic": True}
_PAPER = {"paperId": "5d0c1b7e-2f3a-4c4d-9e8f-1a2b3c4d5e6f"}
_INVOICE: Data = {
    "id": "5f0c6a52-3f0e-4f7e-9f6b-0d7b6f1f2a10",
    "number": "EX-2027-00017",
    "total": Decimal(1190),
    "due": Decimal(690),
    "dueDate": "2027-04-03",
    "status": "part_paid",
}
_ENDPOINT: Data = {"url": "https://example.com/billing/events", "since": "2027-03-04T09:30:00Z"}

EXAMPLES: Mapping[str, Data] = {
    "balance_low": {"balance": Decimal("19.5"), "threshold": Decimal(20), "availableBudget": Decimal("17.350001")},
    "units_low": {
        "unit": "explorer_units",
        "threshold": Decimal(100),
        "left": Decimal("87.5"),
        "included": Decimal(1000),
        "periodEnd": "2027-04-01",
    },
    "budget_threshold": {**_BUDGET, "spent": Decimal(400), "percent": Decimal(80)},
    "budget_exceeded": {**_BUDGET, "spent": Decimal("505.25"), "percent": Decimal("101.05")},
    "budget_recovered": {**_BUDGET, "spent": Decimal("505.25"), "percent": Decimal("101.05"), "reason": "new_period"},
    "budget_digest": {
        "budgetId": "each-user",
        "name": "",
        "scope": {"user": "*"},
        "count": 2,
        "buckets": [
            {"bucket": "ada", "spent": Decimal("5.1"), "limit": Decimal(5), "since": "2027-03-04T09:30:00Z"},
            {"bucket": "bo", "spent": Decimal(6), "limit": Decimal(5), "since": "2027-03-04T09:45:00Z"},
        ],
    },
    "resources_paused": {**_RESOURCES, "spendUsd": Decimal("100.4")},
    "resources_resumed": {**_RESOURCES, "spendUsd": Decimal("100.4")},
    "top_up_succeeded": _ATTEMPT,
    "top_up_declined": {**_ATTEMPT, "reason": "insufficient_funds", "nextAttemptAt": "2027-03-05T09:30:00Z"},
    "top_up_stopped": {**_ATTEMPT, "reason": "card_declined_too_often"},
    "top_up_action_required": {
        **_ATTEMPT,
        "url": "https://example.com/confirm",
        "expiresAt": "2027-03-05T09:30:00Z",
    },
    "top_up_capped": {"cap": "day", "limit": Decimal(300), "until": "2027-03-05T00:00:00Z"},
    "card_expires_soon": {"brand": "visa", "last4": "4242", "expMonth": 4, "expYear": 2027},
    "payment_settled": {"kind": "installment", "amount": Decimal(1200)},
    "refund_made": {"amount": Decimal(40)},
    "dispute_opened": {"amount": Decimal(100), "reason": "product_not_received", "respondBy": "2027-03-20T00:00:00Z"},
    "contract_changed": {"from": "pending_payment", "to": "active"},
    "installment_due": {"amount": Decimal(1200), "dueOn": "2027-03-18"},
    "invoice_issued": _INVOICE,
    "invoice_paid": {**_INVOICE, "due": Decimal(0), "status": "paid"},
    "invoice_overdue": _INVOICE,
    "credit_note_issued": {
        **_INVOICE,
        "creditNoteId": "0b4f8a7e-1d2c-4b3a-8f9e-7c6d5e4f3a21",
        "creditNoteNumber": "CN-2027-00003",
        "credited": Decimal(119),
    },
    "order_form_sent": {**_PAPER, "number": "OF-2027-00002", "start": "2027-04-01", "lastDay": "2028-03-31"},
    "receipt_sent": {**_PAPER, "number": "REC-2027-00005", "amount": Decimal(1190), "receivedOn": "2027-03-02"},
    "statement_sent": {**_PAPER, "start": "2027-02-01", "lastDay": "2027-02-28", "due": Decimal("690.5")},
    "dunning_letter": {
        "level": "demand",
        "due": Decimal("1270.5"),
        "fee": Decimal(5),
        "restriction": "pause",
        "count": 2,
        "invoices": [
            {"number": "EX-2027-00011", "total": Decimal(1190), "due": Decimal(690), "dueDate": "2027-02-03"},
            {"number": "EX-2027-00017", "total": Decimal("580.5"), "due": Decimal("580.5"), "dueDate": "2027-03-03"},
        ],
        "bankAccount": "DE89 3704 0044 0532 0130 00, COBADEFFXXX",
    },
    "endpoint_failing": _ENDPOINT,
    "endpoint_disabled": {**_ENDPOINT, "reason": "failing"},
    "secret_rotated": {"url": _ENDPOINT["url"], "previousSecretUntil": "2027-03-05T09:30:00Z"},
    "key_created": {
        "name": "Build server",
        "prefix": "bk_live_1a2b",
        "scopes": ["billing:read", "usage:write"],
        "createdBy": "ada@example.com",
    },
}
