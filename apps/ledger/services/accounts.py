"""Opening accounts."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from apps.ledger.models import Account


@transaction.atomic
def open_accounts(*, codes: Collection[str], unit: str, now: datetime) -> None:
    """Open an account per code, empty; those that exist stay as they are."""
    Account.objects.bulk_create(
        [Account(code=code, unit=unit, created_at=now) for code in sorted(codes)], ignore_conflicts=True
    )
