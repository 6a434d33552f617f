"""Stripe's events with amounts that differ from the request, and their objects.

Each is a recorded event with other amounts, delivered signed; objects that a handler fetches are stored first.
"""

from datetime import datetime
from itertools import count
from typing import Any

from apps.payments.models import CheckoutSession, PaymentIssue, StripeEvent
from apps.tenants.models import Organization
from apps.wallets.selectors import account_balances, foreign_balances, wallet_figures
from local_stripe.shapes import Body
from tests.payments import recorded as made
from tests.payments.desk import Desk
from tests.payments.recorded import recorded, subject

_NUMBERS = count(1)


def changed_event(kind: str, **changes: Any) -> Body:
    """Return the event of a type with changed members of its object and a new id."""
    event: Body = recorded(kind)
    event["id"] = f"evt_told{next(_NUMBERS)}"
    event["data"]["object"] |= changes
    return event


def put(desk: Desk, kind: str, **changes: Any) -> None:
    """Store the object of an event at Stripe."""
    desk.account.store.put(subject(kind, **changes))


def deliver(desk: Desk, *events: Body) -> None:
    """Deliver events in this order, each twice, and work until nothing is due."""
    for event in events:
        for _ in range(2):
            assert desk.post(event).status_code == 200
        desk.run(desk.now)
    assert not StripeEvent.objects.exclude(state="handled").exists()


def books(organization: Organization, now: datetime) -> dict[str, str]:
    """Return the available credit and each nonzero account balance, in whole units."""
    found = {str(role): amount for role, amount in account_balances(organization).items()}
    found |= {f"{role} {unit}": amount for (role, unit), amount in foreign_balances(organization).items()}
    found["available"] = wallet_figures(organization, now).available_micros
    return {name: f"{amount / 1_000_000:.2f}" for name, amount in found.items() if amount}


def open_issues() -> dict[str, tuple[str, str]]:
    """Return the open issues by kind: the expected and the found amount, in whole units."""
    rows = PaymentIssue.objects.filter(resolved_at=None, organization__isnull=False)
    return {row.kind: (_units(row.expected_micros), _units(row.actual_micros)) for row in rows}


def _units(micros: int | None) -> str:
    return "" if micros is None else f"{micros / 1_000_000:.2f}"


def requested_session(organization: Organization, now: datetime, amount: str) -> CheckoutSession:
    """The open session of a top-up over an amount, which the recorded events name."""
    row = made.create_open_top_up(organization, now)
    row.amount_micros = int(amount) * 1_000_000
    row.save(update_fields=["amount_micros"])
    return row


def paid_session(total: int, *, subtotal: int, tax: int = 0, discount: int = 0, **changes: Any) -> Body:
    """A session that was paid, its amounts in cents."""
    details = {"amount_discount": discount, "amount_shipping": 0, "amount_tax": tax}
    return changed_event(
        "checkout.session.completed",
        amount_total=total,
        amount_subtotal=subtotal,
        total_details=details,
        **changes,
    )


def put_payment(desk: Desk, number: int, amount: int, paid_at: int = 1_795_003_080, **changes: Any) -> None:
    """Store a payment of the recorded invoice at Stripe, in cents."""
    put(
        desk,
        "invoice_payment.paid",
        **{
            "id": f"inpay_{number}",
            "amount_paid": amount,
            "amount_requested": amount,
            "payment": {"type": "payment_intent", "payment_intent": f"pi_{number}"},
            "status_transitions": {"canceled_at": None, "paid_at": paid_at},
        }
        | changes,
    )


def movement(amount: int, currency: str = "usd") -> Body:
    """A balance transaction of a dispute, with Stripe's fee for a withdrawal."""
    fee = 1_500 if amount < 0 else 0
    return {
        "id": f"txn_{next(_NUMBERS)}",
        "object": "balance_transaction",
        "amount": amount,
        "currency": currency,
        "fee": fee,
        "net": amount - fee,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "type": "adjustment",
    }
