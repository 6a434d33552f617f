"""Locks of documents and money. A customer's book is locked first; everything else is read under its lock."""

from datetime import datetime
from uuid import UUID

from apps.invoices.errors import InvoiceNotFound, MoneyNotFound
from apps.invoices.models import Document, Money
from apps.wallets.services.locks import lock_wallet


def lock_document(document_id: UUID, *, now: datetime) -> Document:
    """Lock a document's book and the document, and return the document with its customer and seller.

    Raises:
        InvoiceNotFound: there is none.
    """
    document = Document.objects.select_related("organization").filter(pk=document_id).first()
    if document is None:
        raise InvoiceNotFound
    lock_wallet(document.organization, now=now)
    rows = Document.objects.select_for_update(no_key=True, of=("self",)).select_related("organization", "seller")
    locked = rows.filter(pk=document_id).first()
    if locked is None:
        raise InvoiceNotFound
    return locked


def lock_money(money_id: UUID, *, now: datetime) -> Money:
    """Lock the book that money belongs to, and return the money with its customer.

    Raises:
        MoneyNotFound: there is none.
    """
    money = Money.objects.select_related("organization").filter(pk=money_id).first()
    if money is None:
        raise MoneyNotFound
    lock_wallet(money.organization, now=now)
    return Money.objects.select_related("organization").get(pk=money_id)
