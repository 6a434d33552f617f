"""Add up an account's entries and holds again."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Sum

from apps.ledger.models import Account, Checkpoint, Entry


@transaction.atomic
def take_checkpoint(account: Account, *, now: datetime) -> Checkpoint:
    """Add up all entries of the account and store the sum, even if it differs from the running balance."""
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


def rebuild_checkpoint(account: Account, *, now: datetime) -> bool:
    """Take a checkpoint if the account's is missing or is not the sum of its entries; return whether it was taken."""
    kept = Checkpoint.objects.filter(book=account.book_id, account=account).first()
    if kept is not None:
        entries = Entry.objects.filter(book=account.book_id, account=account, account_version__lte=kept.through_version)
        if (entries.aggregate(total=Sum("amount_micros"))["total"] or 0) == kept.entries_micros:
            return False
    take_checkpoint(account, now=now)
    return True


def rebuild_hold_totals(account: Account) -> int:
    """Correct the totals of an account's ended holds to the sums of the holds; return how many were wrong."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_TOTALS, {"book": account.book_id, "account": account.pk})
        return int(cursor.rowcount)


_HOLD_TOTALS = """
    INSERT INTO ledger_holdtotal AS kept (book_id, account_id, status, hold_count, amount_micros)
    SELECT %(book)s, %(account)s, x.status, sum(x.holds), sum(x.amount_micros) FROM (
      SELECT status, 1 AS holds, amount_micros FROM ledger_hold
      WHERE book_id = %(book)s AND account_id = %(account)s AND status <> 'pending'
      UNION ALL SELECT status, 0, 0 FROM ledger_holdtotal WHERE book_id = %(book)s AND account_id = %(account)s) x
    GROUP BY x.status
    ON CONFLICT (book_id, account_id, status) DO UPDATE
    SET hold_count = EXCLUDED.hold_count, amount_micros = EXCLUDED.amount_micros
    WHERE (kept.hold_count, kept.amount_micros) <> (EXCLUDED.hold_count, EXCLUDED.amount_micros)
"""
