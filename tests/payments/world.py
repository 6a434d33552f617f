"""A row for every page of payments, as the services write them."""

from datetime import datetime

from apps.contracts.models import Installment
from apps.payments.models import (
    CheckoutSession,
    Dispute,
    PaymentIssue,
    PaymentLink,
    Refund,
    StripeCustomer,
    StripeEvent,
    StripeInvoice,
    StripePayment,
)
from apps.tenants.models import Organization
from apps.top_ups.models import TopUpAttempt
from tests.contracts.factories import offer, rows
from tests.top_ups.factories import create_top_up


def create_payment_rows(organization: Organization, now: datetime) -> None:
    """One of each."""
    times = {"created_at": now, "updated_at": now}
    money = {"organization": organization, "amount_micros": 25_000_000, "currency": "USD"}
    StripeCustomer.objects.create(organization=organization, stripe_id="cus_1", livemode=False, created_at=now)
    session = CheckoutSession.objects.create(
        **money, **times, purpose="top_up", state="paid", stripe_id="cs_1", created_by="user:u1", request_key="k"
    )
    contract = offer(organization, now)
    StripeInvoice.objects.create(
        **money, **times, purpose="installments", contract=contract, reference="i", stripe_id="in_1"
    )
    payment = StripePayment.objects.create(
        **money, key="checkout:1", payment_intent_id="pi_1", checkout=session, settled_at=now, created_at=now
    )
    Refund.objects.create(
        **times,
        organization=organization,
        payment=payment,
        stripe_id="re_1",
        amount_micros=1_000_000,
        state="succeeded",
    )
    claimed = {"amount_micros": 1_000_000, "claimed_micros": 1_000_000, "claimed_currency": "USD"}
    Dispute.objects.create(
        **times, **claimed, organization=organization, payment=payment, stripe_id="du_1", status="lost"
    )
    known = Installment.objects.filter(contract__organization=organization).first()
    link = {"stripe_id": "plink_1", "url": "https://pay.test/b/1", "created_by": "staff:ann", "created_at": now}
    PaymentLink.objects.create(**money, **link, installment=known or rows(offer(organization, now))[0])
    PaymentIssue.objects.create(
        key="debt:1", kind="debt", organization=organization, subject="1", detail="x", opened_at=now, seen_at=now
    )
    create_top_up(organization, now, stopped_at=now, stopped_reason="lost_card")
    TopUpAttempt.objects.create(
        organization=organization,
        amount_micros=50_000_000,
        currency="USD",
        state="declined",
        reason="lost_card",
        payment_intent_id="pi_2",
        created_at=now,
        settled_at=now,
    )
    StripeEvent.objects.create(
        event_id="evt_1",
        type="invoice.overpaid",
        livemode=False,
        payload='{"id": "evt_1", "text": "<script>"}',
        state="parked",
        error="Somebody has to decide",
        created_at=now,
        received_at=now,
        next_attempt_at=now,
        settled_at=now,
    )
