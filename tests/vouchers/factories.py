"""Vouchers created by the services, in whole units, with fixed values."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Permission, User

from apps.common.money import to_micros
from apps.tenants.models import Organization
from apps.vouchers import services
from apps.vouchers.models import Batch, Voucher
from apps.vouchers.services import Download, RedemptionResult
from apps.vouchers.terms import BatchTerms, VoucherKind

# Spellings of the code FROST-2026-A with characters that nobody sees, or with other dashes.
UNSEEN = [
    "FROST-\u200b2026-A",
    "FROST\u00ad2026\u00adA",
    "\ufeffFROST2026A",
    "FROST\u20602026A",
    "FROST2026A\u200e",
    "FROST\u22122026\u2212A",
]


def staff(username: str = "ann") -> User:
    """A member of staff who may make and change vouchers, made once per test."""
    person, is_new = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    if is_new:
        person.user_permissions.set(
            Permission.objects.filter(codename__in=["add_batch", "change_batch", "change_voucher"])
        )
    return person


def terms(amount: str = "25", **fields: Any) -> BatchTerms:
    """Single-use credit of 25 dollars, unless told."""
    return BatchTerms(**{"kind": VoucherKind.CREDIT, "amount_micros": to_micros(amount), "currency": "USD", **fields})


def create_batch(now: datetime, amount: str = "25", **fields: Any) -> tuple[Batch, list[str]]:
    """A batch whose codes have been generated, and its codes as they are printed."""
    batch = services.create_batch(terms=terms(amount, **fields), reason="Spring fair", by=staff(), now=now)
    while services.generate_chunk(batch_id=batch.pk, now=now):
        pass
    batch.refresh_from_db()
    return batch, list(Download(batch).codes())


def create_code(now: datetime, amount: str = "25", **fields: Any) -> str:
    """A generated code."""
    return create_batch(now, amount, **fields)[1][0]


def create_voucher(now: datetime, code: str = "WELCOME", amount: str = "25", **fields: Any) -> Voucher:
    """A voucher with a chosen code."""
    batch = services.create_chosen(code=code, terms=terms(amount, **fields), reason="Spring fair", by=staff(), now=now)
    return batch.vouchers.get()


def redeem(organization: Organization, code: str, now: datetime, **fields: Any) -> RedemptionResult:
    """Redeem in a call of its own."""
    given: dict[str, Any] = {"call_id": uuid4(), "redeemed_by": "user:u1"} | fields
    return services.redeem_voucher(organization=organization, code=code, now=now, **given)
