"""Effects that Stripe produces when time passes."""

from local_stripe import checkout, collection, invoices, subscriptions
from local_stripe.account import Account


def run_due(account: Account) -> None:
    """Run all due work: expire sessions, start periods, finalize drafts, retry charges, mark invoices overdue."""
    with account.store.transaction():
        now = account.now()
        for session in reversed(account.find("checkout.session", status="open")):
            if session["expires_at"] <= now:
                checkout.expire_session(account, session)
        subscriptions.turn_due(account)
        collection.collect_due(account)
        late = [each for each in account.find("invoice", status="open") if (each["due_date"] or now + 1) <= now]
        events = account.find("event", type="invoice.overdue") if late else []
        told = {event["data"]["object"]["id"] for event in events}
        for invoice in reversed(late):
            if invoice["id"] not in told:
                invoices.overdue(account, invoice)
