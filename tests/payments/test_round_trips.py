"""The number of statements that settle a payment at Stripe."""

import re
from datetime import datetime

from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.money import to_micros
from apps.invoices.models import Document
from apps.payments import services
from apps.payments.handlers import dispatch
from apps.payments.models import PaymentPart, StripeEvent, StripeInvoice, StripePayment
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer, rows
from tests.invoices import factories
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy


def arrived(desk: Desk, now: datetime) -> StripeEvent:
    """Receive all events, and apply all except that of the completed session, which is returned."""
    for event in desk.events():
        desk.post(event)
    others = StripeEvent.objects.exclude(type="checkout.session.completed")
    for event_id in others.order_by("pk").values_list("event_id", flat=True):
        dispatch.handle_event(event_id=event_id, now=now)
    return StripeEvent.objects.get(type="checkout.session.completed")


def sent_by(event: StripeEvent, now: datetime) -> list[str]:
    """Apply an event; return its statements without savepoints and reads of content types, which Django caches."""
    with CaptureQueriesContext(connection) as captured:
        dispatch.handle_event(event_id=event.event_id, now=now)
    return [query["sql"] for query in captured if not re.search("SAVEPOINT|FROM .django_content_type", query["sql"])]


def test_a_settled_top_up(desk: Desk, acme: Organization, now: datetime) -> None:
    """Read the event; lock the event, session and payment; open the wallet; write all rows with their audit trail."""
    desk.press(buy(acme, now))
    completed = arrived(desk, now)
    trail = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    sent = sent_by(completed, now)
    assert len([sql for sql in sent if "wallet_open(" in sql or "wallet_write(" in sql]) == 2
    assert wallet_figures(acme, now).top_up_micros == to_micros("25")
    assert len(sent) <= 4, "\n".join(sql[:140] for sql in sent)
    payment = StripePayment.objects.get()
    assert payment.grant == Grant.objects.get(key=f"top-up:{payment.checkout_id}")
    entries = LogEntry.objects.filter(pk__gt=trail)
    assert {(each.content_type.model, each.object_pk): each.changes for each in entries} == {
        ("stripepayment", str(payment.pk)): {
            "grant": ["None", str(payment.grant_id)],
            "settled_at": ["None", "2026-11-18 12:00:00"],
        },
        ("checkoutsession", str(payment.checkout_id)): {"state": ["open", "paid"]},
        ("stripeevent", str(completed.pk)): {
            "settled_at": ["None", "2026-11-18 12:00:00"],
            "state": ["received", "handled"],
        },
    }


def test_a_settled_installment(desk: Desk, acme: Organization, now: datetime) -> None:
    """The same, with the session's contract; the last statement writes the bonus and the messages, too."""
    contract = offer(acme, now, frequency="annual", credit="1000", service="200", bonus="50")
    desk.run(now)
    desk.press(services.subscribe(organization=acme, contract_id=contract.pk, created_by="user:u1", now=now))
    completed = arrived(desk, now)
    trail = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    sent = sent_by(completed, now)
    assert len([sql for sql in sent if "wallet_open(" in sql or "wallet_write(" in sql]) == 2
    assert rows(contract)[0].state == "paid"
    assert len(sent) <= 4, "\n".join(sql[:140] for sql in sent)
    assert wallet_figures(acme, now).balance_micros == to_micros("1050")
    part = PaymentPart.objects.get()
    assert {(each.content_type.model, each.object_pk) for each in LogEntry.objects.filter(pk__gt=trail)} == {
        ("checkoutsession", str(part.payment.checkout_id)),
        ("contract", str(contract.pk)),
        ("installment", str(part.installment_id)),
        ("paymentpart", str(part.pk)),
        ("stripeevent", str(completed.pk)),
        ("stripepayment", str(part.payment_id)),
    }


def test_a_payment_of_an_invoice_of_ours(desk: Desk, now: datetime) -> None:
    """It is posted by the services that bank transfers use."""
    factories.invoice(factories.create_customer(now, factories.create_seller(now)), now, "100")
    desk.settle_all()
    desk.press(StripeInvoice.objects.get().hosted_url)
    for event in desk.events():
        desk.post(event)
    sent = sent_by(StripeEvent.objects.get(type="invoice_payment.paid"), now)
    assert Document.objects.get().state == "paid"
    assert len(sent) <= 41, "\n".join(sql[:140] for sql in sent)
