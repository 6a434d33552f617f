"""Opening accounts."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.ledger.models import Account


@transaction.atomic
def open_accounts(*, book_id: UUID, codes: Collection[str], unit: str, now: datetime) -> None:
    """Open an account per code in a book, empty; those that exist stay as they are."""
    Account.objects.bulk_create(
        [Account(book_id=book_id, code=code, unit=unit, created_at=now) for code in sorted(codes)],
        ignore_conflicts=True,
    )
