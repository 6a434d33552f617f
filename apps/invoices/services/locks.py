"""Locks of documents and money, in this order: a customer's contracts, its book, the document.

Payments of invoices for installments change both, and contracts are always locked before books.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.contracts.services.locks import lock_contracts
from apps.invoices.errors import InvoiceNotFound, MoneyNotFound
from apps.invoices.models import Document, Money
from apps.tenants.models import Organization
from apps.wallets.services.locks import lock_wallet


def lock_customer(organization: Organization, *, now: datetime) -> None:
    """Lock a customer's contracts and its book."""
    lock_contracts([organization.pk])
    lock_wallet(organization, now=now)


def lock_document(document_id: UUID, *, now: datetime) -> Document:
    """Lock a document's book and the document, and return the document with its customer and seller.

    For an invoice for an installment, the customer's contracts are locked first.

    Raises:
        InvoiceNotFound: there is none.
    """
    document = Document.objects.select_related("organization").filter(pk=document_id).first()
    if document is None:
        raise InvoiceNotFound
    lock = lock_wallet if document.installment_id is None else lock_customer
    lock(document.organization, now=now)
    rows = Document.objects.select_for_update(no_key=True, of=("self",)).select_related("organization", "seller")
    locked = rows.filter(pk=document_id).first()
    if locked is None:
        raise InvoiceNotFound
    return locked


def lock_documents(document_ids: Collection[UUID]) -> list[Document]:
    """Lock documents of a customer whose contracts and book are locked; return them in the order of the ids, each once.

    Raises:
        InvoiceNotFound: there is none with one of the ids.
    """
    rows = Document.objects.select_for_update(no_key=True, of=("self",)).select_related("organization", "seller")
    found = {each.pk: each for each in rows.filter(pk__in=document_ids).order_by("pk")}
    if not found.keys() >= set(document_ids):
        raise InvoiceNotFound
    return [found[each] for each in dict.fromkeys(document_ids)]


def lock_money(money_id: UUID, *, now: datetime) -> Money:
    """Lock the contracts and the book of the customer that money belongs to, and return the money with its customer.

    Raises:
        MoneyNotFound: there is none.
    """
    money = Money.objects.select_related("organization").filter(pk=money_id).first()
    if money is None:
        raise MoneyNotFound
    lock_customer(money.organization, now=now)
    return Money.objects.select_related("organization").get(pk=money_id)
