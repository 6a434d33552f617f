"""The days on which payments of invoices count, and the day on which an invoice was paid in full."""

from datetime import date, datetime, timedelta

from django.db.models import F, Max, Sum

from apps.billing_profiles.value_dates import day_of
from apps.invoices.balances import Balance
from apps.invoices.models import Document


def first_day(document: Document, now: datetime) -> date:
    """Return the first day from which money that waits can pay a document: its issue date, in open books."""
    today, closed_through = day_of(document.seller, now), document.seller.closed_through
    open_from = date.min if closed_through is None else closed_through + timedelta(days=1)
    return min(today, max(document.issue_date or today, open_from))


def paid_in_full_on(document: Document, before: Balance, last: date) -> date | None:
    """Return the day on which an invoice was paid in full; None if something is left of it.

    That is the latest of the value dates of its payments, whatever the order in which they became known, and of `last`,
    the day of what has just been taken. `before` is its balance before that.
    """
    if document.left_micros:
        return None
    if not before.paid:
        return last
    rows = document.applications.filter(undoes=None).annotate(undone=Sum("undone_by__amount_micros", default=0))
    standing = rows.filter(amount_micros__gt=-F("undone")).aggregate(latest=Max("value_date"))
    return max(last, standing["latest"] or last)
