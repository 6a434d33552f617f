"""Post to the book of a seller: money of ours that belongs to no customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.bank.models import SellerBook
from apps.billing_profiles.models import Seller
from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.requests import TransferRequest
from apps.wallets.accounts import SELLER_ROLES, Role, seller_code_of
from apps.wallets.models import BookingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerTransfer:
    """A transfer in a seller's book, in micros, posted once per key; it counts from `effective_at` or when posted."""

    source: Role
    destination: Role
    amount: Micros
    key: str
    cause: Cause
    kind: BookingKind = BookingKind.PAYMENT
    text: str
    created_by: str
    effective_at: datetime | None = None


@serialized
def seller_book(seller: Seller, currency: str, *, now: datetime) -> SellerBook:
    """Return a seller's book in a currency; the first call opens it with its accounts."""
    found = SellerBook.objects.filter(seller=seller, currency=currency).first()
    if found is not None:
        return found
    SellerBook.objects.bulk_create([SellerBook(seller=seller, currency=currency, opened_at=now)], ignore_conflicts=True)
    book = SellerBook.objects.get(seller=seller, currency=currency)
    ledger.open_book(book_id=book.pk, unit=currency, now=now)
    roles = {seller_code_of(book.pk, role): str(role) for role in SELLER_ROLES}
    ledger.open_accounts(book_id=book.pk, roles=roles, unit=currency, now=now)
    return book


def post_own(book: SellerBook, moves: Sequence[SellerTransfer], *, now: datetime) -> None:
    """Post transfers to a seller's book, each once per key.

    A transaction that also posts to customers' books posts to theirs first, so that no two transactions wait for each
    other.
    """
    requests = [
        TransferRequest(
            book_id=book.pk,
            key=move.key,
            source=seller_code_of(book.pk, move.source),
            destination=seller_code_of(book.pk, move.destination),
            amount=move.amount,
            kind=str(move.kind),
            created_by=move.created_by,
            cause=move.cause,
            description=move.text,
            effective_at=move.effective_at,
        )
        for move in moves
    ]
    if requests:
        ledger.post(requests, now=now)
