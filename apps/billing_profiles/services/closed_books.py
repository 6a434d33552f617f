"""Closed books of a seller: money with a value date in them counts from the first open day."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from apps.billing_profiles.errors import BooksNotClosed
from apps.billing_profiles.models import Seller

# Apps that post into past days register a function. Given a seller's id and a day, it says what may still be posted up
# to that day, or returns an empty text.
UNFINISHED: list[Callable[[int, date], str]] = []


def unfinished(seller_id: int, day: date) -> str:
    """Return why a seller's books cannot be closed through a day; empty if they can."""
    return next(filter(None, (ask(seller_id, day) for ask in UNFINISHED)), "")


@transaction.atomic
def reopen_books(*, seller_id: int, closed_through: date, day: date | None, now: datetime) -> Seller:
    """Move the last closed day of a seller's books back to `day`, or open them all. What is booked does not change.

    Raises:
        BooksNotClosed: the books are no longer closed through `closed_through`, or the day is not before it.
    """
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller_id)
    if seller.closed_through != closed_through:
        raise BooksNotClosed(f"The books of {seller} are no longer closed through {closed_through}.")
    if day is not None and day >= closed_through:
        raise BooksNotClosed(f"Choose a day before {closed_through}.", field="day")
    seller.closed_through, seller.updated_at = day, now
    seller.save(update_fields=["closed_through", "updated_at"])
    return seller
