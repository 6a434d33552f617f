"""Numbers have no gap and no repeat, despite concurrency and rollbacks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from apps.invoices.consistency import invoice_breaks
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
            factories.finalize(drafts[place], now)
        finally:
            connection.close()

    def finalize_in_vain(draft: Document) -> None:
        with transaction.atomic():
            factories.finalize(draft, now)
            transaction.set_rollback(True)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(finalize, range(THREADS)))
    numbers = Document.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, THREADS + 1))
    assert invoice_breaks() == []
