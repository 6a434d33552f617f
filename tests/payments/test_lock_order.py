"""Locks of payments are taken in the order that `apps.payments.services.locks` gives.

One session holds an early lock and continues to a later one, as settling does; what runs beside it waits for the early
one and must not hold the later one meanwhile.
"""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from apps.common.errors import BillingError
from apps.common.money import Micros, to_micros
from apps.contracts.cancellation import CancellationTerms
from apps.contracts.models import Contract
from apps.contracts.services.locks import lock_contract
from apps.invoices.errors import AboveRemaining
from apps.ledger.models import Book
from apps.payments import services
from apps.payments.handlers import dispatch
from apps.payments.models import Refund, StripeCustomer, StripeEvent, StripeInvoice, StripePayment
from apps.payments.services.cancellations import CancellationOrder
from apps.payments.services.reconciliation import compare_clearing
from apps.payments.services.unapplied import apply_unapplied
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer, pay, rows
from tests.factories import cause_of, charge, create_organization
from tests.invoices import factories
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
def test_returned_money_locks_the_contract_before_the_payment_and_the_wallet(
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
        StripePayment.objects.select_for_update(no_key=True, nowait=True).get()
        Book.objects.select_for_update(no_key=True, nowait=True).get(pk=acme.pk)
    thread.join()
    assert StripeEvent.objects.get(event_id=event_id).state == "handled"
    desk.deliver()
    assert healthy()
    assert compare_clearing(acme, now)


def test_a_cancellation_locks_the_payment_before_the_wallet(
    desk: Desk, paid: Contract, acme: Organization, now: datetime
) -> None:
    thread = threading.Thread(target=at_once, args=(lambda contract: cancel(contract, now), [paid]))
    with transaction.atomic():
        StripePayment.objects.select_for_update(no_key=True).get()
        thread.start()
        assert any(blocks_another() for _ in range(LOOKS))
        Book.objects.select_for_update(no_key=True, nowait=True).get(pk=acme.pk)
    thread.join()
    assert [row.state for row in Refund.objects.all()] == ["requested"]


def test_applying_unapplied_money_locks_the_contract_before_the_payment_and_the_wallet(
    desk: Desk, paid: Contract, acme: Organization, now: datetime
) -> None:
    factories.bill(acme, now)
    document, payment = factories.invoice(acme, now, "30"), StripePayment.objects.get()

    def apply(amount: Micros) -> None:
        given = {"payment_id": payment.pk, "document_id": document.pk, "key": "k", "created_by": "staff:ann"}
        with suppress(AboveRemaining):
            apply_unapplied(**given, amount=amount, now=now)  # type: ignore[arg-type]

    thread = threading.Thread(target=at_once, args=(apply, [to_micros("1")]))
    with transaction.atomic():
        lock_contract(paid.pk)
        thread.start()
        assert any(blocks_another() for _ in range(LOOKS))
        StripePayment.objects.select_for_update(no_key=True, nowait=True).get(pk=payment.pk)
        Book.objects.select_for_update(no_key=True, nowait=True).get(pk=acme.pk)
    thread.join()


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


ROUNDS = 4


def cancel(contract: Contract, now: datetime) -> bool:
    """Cancel a contract in its first month, and report whether nothing forbade it."""
    revision = Contract.objects.values_list("revision", flat=True).get(pk=contract.pk)
    order = CancellationOrder(key=f"cancel:{contract.pk}", reason="They moved", created_by="staff:ann")
    terms = CancellationTerms(day=date(2026, 12, 1), takes_credit=True)
    try:
        services.cancel_contract_at(contract_id=contract.pk, seen_revision=revision, terms=terms, order=order, now=now)
    except BillingError:
        return False
    return True


def stored_events_of(desk: Desk, organization: Organization) -> list[str]:
    """Deliver, without applying them, the events that name a customer's payments, and return their ids."""
    customer = StripeCustomer.objects.get(organization=organization).stripe_id
    intents = StripePayment.objects.filter(organization=organization).values_list("payment_intent_id", flat=True)
    found = []
    for event in desk.events():
        text = json.dumps(event)
        if event["id"] not in desk.delivered and any(name in text for name in (customer, *intents)):
            found.append(event["id"])
            desk.delivered.add(event["id"])
            assert desk.post(event).status_code == 200
    return found


def test_cancellations_while_payments_settle_and_are_refunded(desk: Desk, now: datetime) -> None:
    """Each customer's second installment is charged, and a part of the first refunded, while the contract ends."""
    contracts = []
    for number in range(ROUNDS):
        contracts.append(offer(create_organization(now, f"payer-{number}"), now, credit="1000", service="200"))
        desk.press(subscribe(contracts[-1], now))
        desk.settle_all()
        desk.refund(2_000)
    later = desk.now = datetime(2026, 12, 18, 0, 10, tzinfo=UTC)
    desk.clock.move_to(later)
    services.enqueue_due_arrangements(now=later)
    desk.run(later)
    before, canceled = deadlocks(), 0
    for contract in contracts:
        ids = stored_events_of(desk, contract.organization)
        work: list[Callable[[], object]] = [lambda one=one: handle(one, later) for one in ids]  # type: ignore[misc]
        work.insert(len(work) // 2, lambda contract=contract: cancel(contract, later))  # type: ignore[misc]
        canceled += True in at_once(lambda do: do(), work)
    assert deadlocks() == before
    assert canceled
    desk.run(later)
    desk.settle_all()
    assert healthy()
    assert all(compare_clearing(contract.organization, later) for contract in contracts)


def deadlocks() -> int:
    """How many deadlocks PostgreSQL has broken in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
