"""The aging of receivables, as of any day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.common.money import to_micros
from apps.invoices import services
from apps.invoices.models import Application
from apps.invoices.receivables import age_of
from apps.invoices.selectors import receivables, unapplied_micros
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from tests.backoffice.people import client_of, create_staff
from tests.factories import cause_of
from tests.invoices.factories import create_customer, create_seller, invoice, pay

DAY = date(2026, 12, 31)
START = datetime(2026, 8, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "age"),
    [
        (date(2027, 1, 15), 0),
        (date(2026, 12, 31), 0),
        (date(2026, 12, 30), 1),
        (date(2026, 12, 1), 1),
        (date(2026, 11, 30), 2),
        (date(2026, 11, 1), 2),
        (date(2026, 10, 31), 3),
        (date(2026, 10, 2), 3),
        (date(2026, 10, 1), 4),
    ],
)
def test_the_age_of_a_due_date(due, age):
    assert age_of(due, DAY) == age


@pytest.fixture
def seller(db):
    return create_seller(START, tax_engine="none")


def units(row):
    return [each // 1_000_000 for each in (*row.by_age, row.total_micros, row.unapplied_micros, row.net_micros)]


def owe(customer, due, amount):
    """An invoice that is due on a day, by the 30 days of the seller's terms."""
    issued = datetime(due.year, due.month, due.day, 9, tzinfo=UTC) - timedelta(days=30)
    return invoice(customer, issued, amount)


def test_each_invoice_is_in_the_column_of_its_age(seller):
    customer = create_customer(START, seller)
    for due, amount in (
        (date(2026, 10, 1), "70"),
        (date(2026, 10, 2), "60"),
        (date(2026, 10, 31), "40"),
        (date(2026, 11, 30), "30"),
        (date(2026, 12, 1), "20"),
        (date(2026, 12, 31), "50"),
        (date(2027, 1, 15), "100"),
    ):
        owe(customer, due, amount)
    other = create_customer(START, seller, "globex")
    pay(other, "15", START)
    rows = receivables(seller, DAY)
    assert [(row.name, units(row)) for row in rows] == [
        ("Acme", [150, 20, 30, 100, 70, 370, 0, 370]),
        ("Globex", [0, 0, 0, 0, 0, 0, 15, -15]),
    ]
    page = client_of(create_staff("view", "Viewer"))
    address = f"/admin/invoices/document/aging/?seller={seller.pk}&day={DAY}"
    shown = page.get(address).content.decode()
    assert "355.00 EUR" in shown, "the net of both"
    lines = page.get(f"{address}&format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "2026-12-31,Acme,EUR,150,20,30,100,70,370,0,0,370"
    for odd in ("x", "9999-12-31"):
        assert page.get(f"/admin/invoices/document/aging/?day={odd}").status_code == 422


def test_a_payment_counts_from_its_value_date(seller):
    customer = create_customer(START, seller)
    owed = owe(customer, date(2026, 10, 1), "70")
    paid = datetime(2026, 11, 5, 9, tzinfo=UTC)
    pay(customer, "30", paid, invoice_id=owed.pk)
    assert [units(row)[5] for row in receivables(seller, date(2026, 11, 4))] == [70]
    assert [units(row)[5] for row in receivables(seller, date(2026, 11, 5))] == [40]
    assert receivables(seller, date(2026, 8, 31)) == [], "it was not issued yet"
    owed.refresh_from_db()
    assert owed.left_micros == to_micros("40")


def test_unapplied_money_is_the_account_s_on_each_day_and_pays_from_the_day_it_came(seller):
    customer = create_customer(START, seller)
    owed = owe(customer, date(2026, 10, 1), "70")
    came, applied = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (5, 20))
    transfer = services.BankTransfer(
        organization=customer,
        amount=to_micros("100"),
        value_date=came.date(),
        reference="r",
        key="b1",
        invoice_ids=(),
    )
    money = services.record_bank_transfer(transfer, created_by="staff:ann", now=came)
    assert [units(row)[5:] for row in receivables(seller, date(2026, 11, 5))] == [[70, 100, -30]]
    services.apply_money(
        money_id=money.pk, invoice_id=owed.pk, amount=to_micros("70"), created_by="staff:ann", now=applied
    )
    services.pay_back_money(
        money_id=money.pk,
        amount=to_micros("20"),
        key="back",
        created_by="staff:ann",
        now=applied,
        value_date=date(2026, 11, 12),
    )
    at_stripe = {"source": Role.CASH, "destination": Role.UNAPPLIED, "amount": to_micros("8"), "kind": "payment"}
    booking = wallets.Booking(**at_stripe, key="s", cause=cause_of(customer), created_by="system")
    wallets.post_transfer(organization=customer, booking=booking, now=applied)
    owed.refresh_from_db()
    assert (owed.paid_on, unapplied_micros(customer.pk)) == (came.date(), to_micros("18"))
    shown = {day: [units(row)[5:7] for row in receivables(seller, date(2026, 11, day))] for day in (4, 5, 12, 20)}
    assert shown == {4: [[70, 0]], 5: [[0, 30]], 12: [[0, 10]], 20: [[0, 18]]}
    later = invoice(customer, applied, "5")
    rows = list(Application.objects.filter(document=later))
    assert [row.value_date for row in rows] == [applied.date()], "money that waited pays no invoice before its issue"


def test_an_invoice_is_uncollectible_from_the_day_on_which_staff_decided_it(seller):
    """The aging of a past day is the same whenever it is asked for; days are the seller's, in New York."""
    seller.time_zone = "America/New_York"
    seller.save()
    customer = create_customer(START, seller)
    owed = owe(customer, date(2026, 10, 1), "70")
    marked, written_off = datetime(2026, 11, 6, 2, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)
    resumed, by = datetime(2026, 12, 3, 9, tzinfo=UTC), {"created_by": "staff:ann"}

    def aging():
        days = [date(2026, 11, 4), date(2026, 11, 5), date(2026, 11, 20), date(2026, 12, 3)]
        rows = [receivables(seller, day) for day in days]
        return [(row[0].total_micros, row[0].uncollectible_micros) if row else None for row in rows]

    services.mark_uncollectible(document_id=owed.pk, reason="r", now=marked, **by)
    whole = to_micros("70")
    assert aging() == [(whole, 0), (0, whole), (0, whole), (0, whole)]
    services.write_off_invoice(document_id=owed.pk, left=whole, reason="r", now=written_off, **by)
    assert aging() == [(whole, 0), (0, whole), None, None], "nothing is left of it"
    services.reopen_invoice(document_id=owed.pk, now=resumed, **by)
    assert aging() == [(whole, 0), (0, whole), None, (whole, 0)]
