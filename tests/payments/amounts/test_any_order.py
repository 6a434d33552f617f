"""Events with differing amounts in any order give the same books."""

import random
from datetime import datetime

import pytest
from django.db import transaction

from apps.contracts.consistency import contract_mismatches
from apps.contracts.models import Installment
from apps.payments.consistency import payment_mismatches
from apps.payments.models import (
    StripeEvent,
    StripePayment,
)
from apps.tenants.models import Organization
from apps.wallets.consistency import book_mismatches
from local_stripe.shapes import Body
from tests.payments import recorded as made
from tests.payments.amounts.stripe_events import (
    books,
    changed_event,
    movement,
    open_issues,
    paid_session,
    put,
    put_payment,
    requested_session,
)
from tests.payments.amounts.test_invoices import overpaid_and_used, second_invoice
from tests.payments.desk import Desk
from tests.payments.recorded import subject


def everything(desk: Desk, acme: Organization, now: datetime) -> list[Body]:
    """A taxed top-up refunded twice and disputed, a taxed invoice in two parts, one overpaid, one from the balance."""
    requested_session(acme, now, "50")
    moved = [movement(-5_950), movement(1_333)]
    taxes = [{"amount": 22_800, "tax_behavior": "exclusive", "taxable_amount": 120_000}]
    made.create_requested_invoice(acme, now)
    second_invoice(acme, now)
    overpaid_and_used(desk)
    first = {"total": 142_800, "amount_due": 142_800, "amount_paid": 147_800, "amount_overpaid": 5_000}
    put(desk, "invoice.paid", **first, total_taxes=taxes)
    put_payment(desk, 1, 50_001, paid_at=1)
    put_payment(desk, 3, 97_799, paid_at=2)
    put(desk, "payment_intent.succeeded", amount=5_950, amount_received=5_950)
    return [
        paid_session(5_950, subtotal=5_000, tax=950),
        changed_event("payment_intent.succeeded", amount=5_950, amount_received=5_950),
        changed_event("charge.succeeded", amount=5_950, amount_captured=5_950),
        changed_event("refund.created", amount=1_000),
        changed_event("refund.created", id="re_2", amount=333),
        changed_event("charge.dispute.created", amount=5_950),
        changed_event("charge.dispute.funds_withdrawn", amount=5_950, balance_transactions=moved[:1]),
        changed_event("charge.dispute.closed", amount=5_950, balance_transactions=moved[:1]),
        changed_event("charge.dispute.funds_reinstated", amount=5_950, status="lost", balance_transactions=moved),
        changed_event("invoice_payment.paid", id="inpay_1", amount_paid=50_001),
        changed_event("invoice_payment.paid", id="inpay_3", amount_paid=97_799),
        changed_event("invoice.overpaid", **first, total_taxes=taxes),
        changed_event("invoice.paid", **subject_of("in_2", desk)),
    ]


def subject_of(invoice_id: str, desk: Desk) -> Body:
    """Return Stripe's current state of an invoice."""
    return {
        key: value for key, value in desk.account.get("invoice", invoice_id).items() if key in subject("invoice.paid")
    }


@pytest.mark.parametrize("orders", [2, pytest.param(150, marks=pytest.mark.long)])
def test_any_order_of_such_events_gives_one_result(desk: Desk, acme: Organization, now: datetime, orders: int) -> None:
    events, found = everything(desk, acme, now), []
    for seed in range(orders):
        point = transaction.savepoint()
        draw = random.Random(seed)
        draw.shuffle(events)
        for event in events:
            assert desk.post(event).status_code == 200
            if draw.random() < 0.7:
                desk.run(now)
        desk.run(now)
        states = StripeEvent.objects.exclude(state="handled").values_list("type", "state", "error")
        assert list(states) == [], f"order {seed}"
        assert [str(each) for each in (*book_mismatches(), *contract_mismatches(), *payment_mismatches())] == []
        installments = Installment.objects.order_by("pk").values_list("state", "paid_micros", "refunded_micros")
        payments = StripePayment.objects.order_by("key").values_list("key", "amount_micros", "tax_micros")
        found.append((books(acme, now), open_issues(), list(installments), list(payments)))
        transaction.savepoint_rollback(point)
        assert found[-1] == found[0], f"order {seed}"
    assert found[0][0] == {
        "available": "1300.00",
        "wallet": "1300.00",
        "deferred": "200.00",
        "tax": "228.00",
        "cash": "-1728.00",
    }
    assert found[0][1] == {}
