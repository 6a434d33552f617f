"""Numbers have no gap and no repeat, despite concurrency and rollbacks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from tests.invoices import factories

THREADS, CUSTOMERS = 32, 4


@pytest.mark.django_db(transaction=True)
def test_32_threads_and_rollbacks_leave_no_gap(now: datetime) -> None:
    seller = factories.create_seller(now)
    customers = [factories.create_customer(now, seller, f"c{place}") for place in range(CUSTOMERS)]
    drafts = [factories.draft(customers[place % CUSTOMERS], now, "1") for place in range(THREADS)]

    def finalize(place: int) -> None:
        try:
            if place % 3 == 0:
                finalize_in_vain(drafts[place])
            invoice = factories.finalize(drafts[place], now)
            if place % 4 == 0:
                credit(invoice)
        finally:
            connection.close()

    def finalize_in_vain(draft: Document) -> None:
        with transaction.atomic():
            credit(factories.finalize(draft, now))
            transaction.set_rollback(True)

    def credit(invoice: Document) -> None:
        terms = services.CreditTerms(reason="Agreed")
        services.credit_invoice(document_id=invoice.pk, terms=terms, created_by="staff:ann", now=now)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(finalize, range(THREADS)))
    for kind, count in ((Document.Type.INVOICE, THREADS), (Document.Type.CREDIT_NOTE, THREADS // 4)):
        numbers = Document.objects.filter(type=kind).order_by("sequence").values_list("sequence", flat=True)
        assert list(numbers) == list(range(1, count + 1)), kind
    assert invoice_mismatches() == []
