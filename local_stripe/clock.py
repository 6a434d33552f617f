"""What Stripe does by itself when its time has come."""

from local_stripe import checkout, collection, invoices, subscriptions
from local_stripe.account import Account


def run_due(account: Account) -> None:
    """Let sessions run out, periods turn, drafts be finalized, failed charges be tried again, invoices be overdue."""
    with account.store.transaction():
        now = account.now()
        for session in reversed(account.find("checkout.session", status="open")):
            if session["expires_at"] <= now:
                checkout.expire_session(account, session)
        subscriptions.turn_due(account)
        collection.collect_due(account)
        for invoice in reversed(account.find("invoice", status="open")):
            if (invoice["due_date"] or now + 1) <= now and not _told_overdue(account, invoice["id"]):
                invoices.overdue(account, invoice)


def _told_overdue(account: Account, invoice_id: str) -> bool:
    return any(event["data"]["object"]["id"] == invoice_id for event in account.find("event", type="invoice.overdue"))
