"""Events about our balance at Stripe: they only say that there is something to fetch."""

from apps.common.strict_json import Json
from apps.outbox.services import enqueue
from apps.payments.event_context import EventContext

FETCH_BALANCE = "payments.fetch_balance"


def balance_moved(body: Json, context: EventContext) -> None:
    """Ask for the balance transactions and payouts, once for each event."""
    enqueue(FETCH_BALANCE, now=context.now, key=f"balance:{context.event_id}")
