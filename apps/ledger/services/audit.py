"""Adding an account's entries up again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Sum

from apps.ledger.models import Account, Checkpoint, Entry


@transaction.atomic
def take_checkpoint(account: Account, *, now: datetime) -> Checkpoint:
    """Add up all entries of the account anew and keep the sum, whether or not it equals the running balance."""
    facts = Entry.objects.filter(book=account.book_id, account=account).aggregate(
        through=Max("account_version"), total=Sum("amount_micros")
    )
    checkpoint, _ = Checkpoint.objects.update_or_create(
        book_id=account.book_id,
        account=account,
        defaults={
            "through_version": facts["through"] or 0,
            "entries_micros": facts["total"] or 0,
            "checked_at": now,
        },
    )
    return checkpoint
