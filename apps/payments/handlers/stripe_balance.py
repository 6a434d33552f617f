"""Events about our balance at Stripe: they only trigger fetching it."""

from apps.common.strict_json import Json
from apps.outbox.services import enqueue
from apps.payments.event_context import EventContext

FETCH_BALANCE = "payments.fetch_balance"


def balance_moved(body: Json, context: EventContext) -> None:
    """Queue fetching the balance transactions and payouts, once per event."""
    enqueue(FETCH_BALANCE, now=context.now, key=f"balance:{context.event_id}")
