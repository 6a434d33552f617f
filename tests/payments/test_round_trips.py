"""How many statements it takes to settle a top-up: all is read in three statements and written in one."""

from datetime import datetime

from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.money import to_micros
from apps.payments.handlers import dispatch
from apps.payments.models import StripeEvent, StripePayment
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy


def test_a_settled_top_up(desk: Desk, acme: Organization, now: datetime) -> None:
    """The event; event, session and payment under their locks; the wallet; and all rows with their audit trail."""
    desk.press(buy(acme, now))
    for event in desk.events():
        desk.post(event)
    others = StripeEvent.objects.exclude(type="checkout.session.completed")
    for event_id in others.order_by("pk").values_list("event_id", flat=True):
        dispatch.handle_event(event_id=event_id, now=now)
    completed = StripeEvent.objects.get(type="checkout.session.completed")
    trail = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    with CaptureQueriesContext(connection) as captured:
        dispatch.handle_event(event_id=completed.event_id, now=now)

    sent = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
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
