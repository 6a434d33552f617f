"""How many statements it takes to settle a top-up: the wallet is read once and written once, each row of ours once."""

from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.money import to_micros
from apps.payments.handlers import dispatch
from apps.payments.models import StripeEvent
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy


def test_a_settled_top_up(desk: Desk, acme: Organization, now: datetime) -> None:
    """Nine of them are the trail of payment, session and event: each is read as it was, and its change written."""
    desk.press(buy(acme, now))
    for event in desk.events():
        desk.post(event)
    others = StripeEvent.objects.exclude(type="checkout.session.completed")
    for event_id in others.order_by("pk").values_list("event_id", flat=True):
        dispatch.handle_event(event_id=event_id, now=now)
    completed = StripeEvent.objects.get(type="checkout.session.completed")
    with CaptureQueriesContext(connection) as captured:
        dispatch.handle_event(event_id=completed.event_id, now=now)

    sent = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len([sql for sql in sent if "wallet_open(" in sql or "wallet_write(" in sql]) == 2
    assert wallet_figures(acme, now).top_up_micros == to_micros("25")
    assert len(sent) <= 21, "\n".join(sql[:140] for sql in sent)
