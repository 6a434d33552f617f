"""One bank line confirmed by several people at once is booked once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from apps.bank import services
from apps.bank.errors import LineClosed
from apps.bank.models import BankLine
from apps.bank.services.lines import Confirmation
from apps.common.money import to_micros
from apps.contracts.services.locks import lock_contract
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Money
from apps.invoices.services import invoice_installment
from apps.ledger.models import Book
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances
from tests.bank.files import camt, entry
from tests.contracts.factories import offer, rows
from tests.invoices.factories import create_customer, create_seller, create_seller_with_one_rate, invoice
from tests.payments.test_lock_order import LOOKS, blocks_another

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_line_confirmed_for_two_customers_at_once_is_booked_for_one(now: datetime) -> None:
    seller = create_seller(now)
    customers = [create_customer(now, seller, slug=name) for name in ("acme", "globex")]
    owed = [invoice(each, now, "1000") for each in customers]
    line = imported_line(now)
    tries = [
        Confirmation(line_id=line.pk, organization_id=customer.pk, invoice_ids=(made.pk,))
        for customer, made in zip(customers, owed, strict=True)
    ] * 4

    def confirm(wanted: Confirmation) -> str:
        try:
            services.confirm_lines([wanted], created_by="staff:ann", now=now)
        except LineClosed:
            return "closed"
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(len(tries)) as pool:
        answers = list(pool.map(confirm, tries))

    assert sorted(answers) == ["booked", *["closed"] * 7]
    assert Money.objects.count() == 1
    assert sum(received(each) for each in customers) == to_micros("1190")
    for made in owed:
        made.refresh_from_db()
    assert sorted(made.state for made in owed) == ["open", "paid"]
    assert invoice_mismatches() == []


def test_a_confirmation_locks_the_contracts_before_the_book(now: datetime) -> None:
    """A payment through Stripe, which holds the contracts, goes on to the book meanwhile."""
    acme = create_customer(now, create_seller_with_one_rate(now))
    contract = offer(acme, now, months=1, credit="600", service="400")
    made = invoice_installment(installment_id=rows(contract)[0].pk, now=now)
    assert made is not None
    wanted = Confirmation(line_id=imported_line(now).pk, organization_id=acme.pk, invoice_ids=(made.pk,))

    def confirm() -> None:
        services.confirm_lines([wanted], created_by="staff:ann", now=now)
        connection.close()

    thread = threading.Thread(target=confirm)
    with transaction.atomic():
        lock_contract(contract.pk)
        thread.start()
        assert any(blocks_another() for _ in range(LOOKS))
        Book.objects.select_for_update(no_key=True, nowait=True).get(pk=acme.pk)
    thread.join()
    made.refresh_from_db()
    assert made.state == "paid"


def imported_line(now: datetime) -> BankLine:
    raw = camt([entry("1190.00", text="Thanks", day="2026-11-18")], closing="2190.00")
    file = services.upload_bank_file(file_name="camt.xml", raw=raw, account=None, created_by="staff:ann", now=now)
    services.import_bank_file(file_id=file.pk, created_by="staff:ann", now=now)
    return BankLine.objects.get()


def received(customer: Organization) -> int:
    return -account_balances(customer).get(Role.MANUAL_RECEIPTS, 0)
