"""Opening accounts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.ledger.models import Account


@transaction.atomic
def open_accounts(*, book_id: UUID, roles: Mapping[str, str], unit: str, now: datetime) -> None:
    """Open an account in a book for each role, by code, empty; those that exist stay as they are."""
    Account.objects.bulk_create(
        [
            Account(book_id=book_id, code=code, role=role, unit=unit, created_at=now)
            for code, role in sorted(roles.items())
        ],
        ignore_conflicts=True,
    )
