"""Refusals while dunning pauses a customer: they name the invoices whose payment ends the pause."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from apps.common.money import to_micros
from apps.dunning import services
from apps.dunning.rules import Letter, Restriction, Step
from apps.tenants.models import Organization
from apps.wallets.services import set_work_pause
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.dunning.factories import add_contact, create_policy
from tests.factories import create_grant
from tests.invoices import factories
from tests.pricing.factories import EARLY, list_price_book, make_meter, price

WORK = {"amount": "100"}


@pytest.fixture
def began(now):
    """The day of invoices that are 30 days overdue."""
    return now - timedelta(days=60)


@pytest.fixture
def acme(db, began):
    found = factories.create_customer(began, factories.create_seller(began), billing_mode="postpaid")
    Organization.objects.filter(pk=found.pk).update(postpaid_limit_micros=to_micros("500"))
    add_contact(found, began)
    found.refresh_from_db()
    return found


@pytest.fixture
def gateway(acme):
    return Client(headers=as_bearer(key_of(acme, "billing:read", "reservations:write")))


def ask(gateway, path, now, **headers):
    with time_machine.travel(now, tick=False):
        body = WORK if headers else {"estimate": {"meter": "chat", "inputTokens": 1_000_000, "maxOutputTokens": 0}}
        return gateway.post(path, json.dumps(body), content_type="application/json", headers=headers)


def reserve(gateway, now):
    answer = ask(gateway, "/v1/billing/reservations", now, **{"Idempotency-Key": "call-1"})
    return answer, answer.json(parse_float=Decimal)


def dun(acme, restriction, now, began):
    """Let a policy with one step, which sets this restriction, take it."""
    step = Step(3, Letter.NONE, fee_micros=to_micros("5"), restriction=restriction)
    create_policy(acme.billing_profile.seller, began, steps=[step])
    services.run(now=now)


def described(*invoices):
    return [
        {
            "invoiceId": str(each.pk),
            "number": each.number,
            "currency": "EUR",
            "amountDue": Decimal(due),
            "dueDate": each.due_date.isoformat(),
        }
        for each, due in invoices
    ]


def test_a_402_of_a_postpaid_pause_names_what_is_to_be_paid(gateway, acme, now, began):
    first, second = factories.invoice(acme, began, "100"), factories.invoice(acme, began, "10")
    disputed = factories.invoice(acme, began, "200")
    services.dispute_invoice(document_id=disputed.pk, reason="Twice", created_by="staff:ann", now=began)
    factories.pay(acme, "20", now, invoice_id=first.pk)
    dun(acme, Restriction.PAUSE, now, began)
    answer, body = reserve(gateway, now)
    assert (answer.status_code, body["code"], body["limit"]["kind"]) == (402, "insufficient_funds", "postpaid_limit")
    assert body["overdueInvoices"] == described((first, "99"), (second, "11.9"))
    assert body["detail"] == (
        "The available budget does not cover this amount. Overdue: "
        f"{first.number} (99.00 EUR left to pay), {second.number} (11.90 EUR left to pay)."
    )
    assert_described("createReservation", answer.json(), "402")

    factories.pay(acme, "99", now, key="b2", invoice_id=first.pk)
    factories.pay(acme, "11.90", now, key="b3", invoice_id=second.pk)
    services.close_settled(now=now)
    assert reserve(gateway, now)[0].status_code == 201


def test_a_403_of_a_suspension_names_them_and_one_by_staff_does_not(gateway, acme, now, began):
    invoice = factories.invoice(acme, began, "100")
    dun(acme, Restriction.SUSPEND, now, began)
    answer, body = reserve(gateway, now)
    assert (answer.status_code, body["code"]) == (403, "work_paused")
    assert body["reason"] == "Invoices are overdue. New work may begin again once they are paid."
    assert body["detail"] == f"{body['reason']} Overdue: {invoice.number} (119.00 EUR left to pay)."
    assert body["overdueInvoices"] == described((invoice, "119"))
    assert_described("createReservation", answer.json(), "403")

    set_work_pause(organization=acme, reason="Fraud review", now=now)
    body = reserve(gateway, now)[1]
    assert (body["detail"], "overdueInvoices" in body) == ("Fraud review", False)


def test_a_402_for_another_cause_names_none(gateway, acme, now, began):
    factories.invoice(acme, began, "100")
    Organization.objects.update(postpaid_limit_micros=0)
    answer, body = reserve(gateway, now)
    assert (answer.status_code, "overdueInvoices" in body) == (402, False)


def test_an_estimate_says_the_same(gateway, acme, now, began):
    price(make_meter(), book=list_price_book(currency="EUR", now=EARLY), micros_per_million=2_000_000)
    invoice = factories.invoice(acme, began, "100")
    create_grant(acme, "1", now)
    dun(acme, Restriction.PAUSE, now, began)
    body = ask(gateway, "/v1/billing/estimate", now).json(parse_float=Decimal)
    assert body["refusal"]["overdueInvoices"] == described((invoice, "119"))
    assert invoice.number in body["refusal"]["detail"]
    assert_described("estimateCost", body)
