"""Returned money takes locks in the same order as received money: own rows, contract, wallet, ledger.

One session holds the contract and continues to the wallet, as settling does; a concurrent return waits for the contract
and must not hold the wallet meanwhile.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from apps.common.money import to_micros
from apps.contracts.models import Contract
from apps.contracts.services.locks import lock_contract
from apps.ledger.models import Book
from apps.payments.handlers import dispatch
from apps.payments.models import StripeEvent, StripeInvoice
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer, pay, rows
from tests.factories import cause_of, charge
from tests.payments.desk import Desk
from tests.payments.postpaid import collect_usage
from tests.payments.test_contracts import healthy, subscribe
from tests.payments.test_races import at_once, handle

pytestmark = pytest.mark.django_db(transaction=True)
LOOKS = 20_000


@pytest.fixture
def paid(desk: Desk, acme: Organization, now: datetime) -> Contract:
    """A year paid monthly, the first installment paid at checkout."""
    contract = offer(acme, now)
    desk.run(now)
    desk.press(subscribe(contract, now))
    desk.deliver()
    return contract


def blocks_another() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def store(desk: Desk, type: str) -> str:
    """Deliver the newest event of a type without applying it; return its id."""
    event = desk.events(type)[-1]
    desk.delivered.add(event["id"])
    assert desk.post(event).status_code == 200
    return str(event["id"])


def withdrawn(desk: Desk) -> str:
    desk.dispute()
    return store(desk, "charge.dispute.funds_withdrawn")


def lost(desk: Desk) -> str:
    made = desk.dispute()
    desk.deliver()
    desk.close_dispute(made, "lost")
    return store(desk, "charge.dispute.closed")


def failed_refund(desk: Desk) -> str:
    """A failed refund, taken from the customer only in part: the rest was our loss, because of a lost dispute."""
    first = desk.refund(3_000)
    desk.close_dispute(desk.dispute(), "lost")
    desk.deliver()
    desk.fail_refund(first)
    desk.deliver()
    second = desk.refund(5_000)
    desk.deliver()
    desk.fail_refund(second)
    return store(desk, "refund.failed")


@pytest.mark.parametrize("prepare", [withdrawn, lost, failed_refund])
def test_the_contract_is_locked_before_the_wallet(
    desk: Desk, paid: Contract, acme: Organization, now: datetime, prepare: Callable[[Desk], str]
) -> None:
    event_id = prepare(desk)
    thread = threading.Thread(
        target=at_once, args=(lambda one: dispatch.handle_event(event_id=one, now=now), [event_id])
    )
    with transaction.atomic():
        lock_contract(paid.pk)
        thread.start()
        assert any(blocks_another() for _ in range(LOOKS))
        Book.objects.select_for_update(no_key=True, nowait=True).get(pk=acme.pk)
    thread.join()
    assert StripeEvent.objects.get(event_id=event_id).state == "handled"
    desk.deliver()
    assert healthy()
    assert compare_clearing(acme, now)


def test_credit_that_is_spent_while_its_refund_waits_is_owed_and_not_overspent(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    """Of 50 owed, 30 was paid by bank, and then the invoice of 50 in full: 30 became credit."""
    Organization.objects.filter(pk=acme.pk).update(billing_mode="postpaid", postpaid_limit_micros=to_micros("100"))
    acme.refresh_from_db()
    charge(acme, "50", now)
    collect_usage(acme, "2026-11", now + timedelta(days=14))
    payment = wallets.PostpaidPayment(
        amount=to_micros("30"),
        key="bank",
        cause=cause_of(acme),
        created_by="staff:ann",
        received_in=Role.MANUAL_RECEIPTS,
    )
    wallets.receive_postpaid_payment(organization=acme, payment=payment, now=now)
    desk.press(StripeInvoice.objects.get().hosted_url)
    desk.deliver()
    desk.refund(3_000)
    event_id = store(desk, "refund.created")
    thread = threading.Thread(
        target=at_once, args=(lambda one: dispatch.handle_event(event_id=one, now=now), [event_id])
    )
    with transaction.atomic():
        charge(acme, "30", now, key="meanwhile")
        thread.start()
        assert any(blocks_another() for _ in range(LOOKS))
    thread.join()
    figures = wallet_figures(acme, now)
    assert (figures.overspend_micros, figures.outstanding_micros) == (0, to_micros("30"))


def test_disputes_refunds_and_settlements_at_once_come_out_right(
    desk: Desk, paid: Contract, acme: Organization, now: datetime
) -> None:
    made = desk.dispute()
    desk.refund(2_000)
    desk.close_dispute(made, "lost")
    for event in desk.events():
        if event["id"] not in desk.delivered:
            desk.post(event)
    ids = list(StripeEvent.objects.filter(state="received").values_list("event_id", flat=True))
    work: list[Callable[[], object]] = [lambda one=one: handle(one, now) for one in ids * 3]  # type: ignore[misc]
    work += [lambda row=row: pay(row, now) for row in rows(paid)[1:]]  # type: ignore[misc]
    before = deadlocks()
    at_once(lambda do: do(), work)
    desk.run(now)
    desk.deliver()
    assert deadlocks() == before
    assert healthy()


def deadlocks() -> int:
    """How many deadlocks PostgreSQL has broken in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
