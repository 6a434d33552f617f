"""One event of each type, in the shapes that Stripe publishes, and their rows here."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from apps.contracts.models import Contract
from apps.payments.models import CheckoutSession, InvoicePart, StripeCustomer, StripeInvoice
from apps.tenants.models import Organization
from tests.contracts.factories import offer, rows
from tests.factories import create_organization

FOLDER = Path(__file__).parent / "events"


def recorded_types() -> set[str]:
    return {path.stem for path in FOLDER.glob("*.json")}


@cache
def _text(kind: str) -> str:
    return (FOLDER / f"{kind}.json").read_text()


def recorded(kind: str) -> Any:
    """Return a new copy of the event of a type, so that a test may change it."""
    return json.loads(_text(kind))


def subject(kind: str, **changes: Any) -> Any:
    """Return the object that the event of a type is about."""
    return {**recorded(kind)["data"]["object"], **changes}


def create_known_customer(now: datetime) -> Organization:
    """The organization whose customer at Stripe the events name."""
    body = subject("customer.deleted")
    organization = create_organization(now, id=UUID(body["metadata"]["organization"]))
    StripeCustomer.objects.create(organization=organization, stripe_id=body["id"], livemode=False, created_at=now)
    return organization


def _session(organization: Organization, reference: str, now: datetime, **fields: Any) -> CheckoutSession:
    given = {"state": "open", "currency": "USD", "created_by": "user:u1", "created_at": now, "updated_at": now}
    customer_id = StripeCustomer.objects.get(organization=organization).stripe_id
    return CheckoutSession.objects.create(
        pk=UUID(reference.removeprefix("checkout:")),
        organization=organization,
        customer_id=customer_id,
        **{**given, **fields},
    )


def create_open_top_up(organization: Organization, now: datetime) -> CheckoutSession:
    """The open session over 25 dollars that the events about sessions, payments, refunds and disputes name."""
    body = subject("checkout.session.completed")
    return _session(
        organization,
        body["metadata"]["reference"],
        now,
        purpose="top_up",
        amount_micros=body["amount_total"] * 10_000,
        stripe_id=body["id"],
        request_key="k1",
    )


def create_requested_invoice(organization: Organization, now: datetime) -> Contract:
    """A contract of one payment, 1,000 of credit and 200 of service, and its invoice that the events name."""
    contract = offer(organization, now, frequency="annual", credit="1000", service="200")
    body = subject("invoice.finalized")
    invoice = StripeInvoice.objects.create(
        organization=organization,
        purpose="installments",
        reference=body["metadata"]["reference"],
        contract=contract,
        amount_micros=body["total"] * 10_000,
        currency="USD",
        stripe_id=body["id"],
        created_at=now,
        updated_at=now,
    )
    InvoicePart.objects.create(
        organization=contract.organization,
        invoice=invoice,
        installment=rows(contract)[0],
        position=0,
        amount_micros=invoice.amount_micros,
    )
    return contract
