"""How many statements it takes to settle what was paid at Stripe."""

import re
from datetime import datetime

from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.money import to_micros
from apps.payments import services
from apps.payments.handlers import dispatch
from apps.payments.models import PaymentPart, StripeEvent, StripePayment
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer, rows
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy


def arrived(desk: Desk, now: datetime) -> StripeEvent:
    """Take all events and apply them but for that of the completed session, which is returned."""
    for event in desk.events():
        desk.post(event)
    others = StripeEvent.objects.exclude(type="checkout.session.completed")
    for event_id in others.order_by("pk").values_list("event_id", flat=True):
        dispatch.handle_event(event_id=event_id, now=now)
    return StripeEvent.objects.get(type="checkout.session.completed")


def sent_by(event: StripeEvent, now: datetime) -> list[str]:
    """Apply an event; return the statements but for savepoints and the types of the audit trail, which are kept."""
    with CaptureQueriesContext(connection) as captured:
        dispatch.handle_event(event_id=event.event_id, now=now)
    return [query["sql"] for query in captured if not re.search("SAVEPOINT|FROM .django_content_type", query["sql"])]


def test_a_settled_top_up(desk: Desk, acme: Organization, now: datetime) -> None:
    """The event; event, session and payment under their locks; the wallet; and all rows with their audit trail."""
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
    """The session is read with its contract; the wallet; and all rows, their trail and messages, bonus and all."""
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
