"""Effects that Stripe produces when time passes."""

from local_stripe import checkout, collection, invoices, movements, subscriptions
from local_stripe.account import Account


def run_due(account: Account) -> None:
    """Run all due work: sessions that expire, periods, drafts, retries of charges, payouts, overdue invoices."""
    with account.store.transaction():
        now = account.now()
        for session in reversed(account.find("checkout.session", status="open")):
            if session["expires_at"] <= now:
                checkout.expire_session(account, session)
        subscriptions.turn_due(account)
        collection.collect_due(account)
        movements.pay_out_daily(account)
        late = [each for each in account.find("invoice", status="open") if (each["due_date"] or now + 1) <= now]
        events = account.find("event", type="invoice.overdue") if late else []
        told = {event["data"]["object"]["id"] for event in events}
        for invoice in reversed(late):
            if invoice["id"] not in told:
                invoices.overdue(account, invoice)
