"""All flows of money, with their events in random order and some repeated, give the same books, which match Stripe.

Each flow runs at the local Stripe without our webhook; then its events arrive in some order, and tasks run in between.
`-m long` tries many orders, the ordinary suite a few.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.consistency import contract_mismatches
from apps.contracts.models import Contract, Installment
from apps.payments import services
from apps.payments.consistency import payment_mismatches
from apps.payments.models import CheckoutSession, Mandate, StripeEvent, StripeInvoice, StripePayment
from apps.payments.services.installment_invoices import invoice_installment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.consistency import book_mismatches
from apps.wallets.models import Grant
from apps.wallets.selectors import account_balances, wallet_figures
from local_stripe import taxes
from tests.contracts.factories import offer, rows
from tests.factories import charge
from tests.payments.desk import Desk
from tests.payments.postpaid import collect_usage
from tests.payments.test_changes import visit
from tests.payments.test_contract_ends import QUARTERLY, live
from tests.payments.test_contracts import subscribe
from tests.payments.test_top_ups import buy

World = Callable[[Desk, Organization, datetime], None]


def top_ups(desk: Desk, acme: Organization, now: datetime) -> None:
    """One refunded twice by the same amount, once in vain; one paid later whose dispute is won; one dispute lost."""
    desk.press(buy(acme, now, key="a"))
    desk.refund(700)
    desk.fail_refund(desk.refund(700))
    desk.press(buy(acme, now, key="b"), "later")
    desk.settle_later(arrives=True)
    desk.close_dispute(desk.dispute(), "won")
    desk.press(buy(acme, now, key="c"))
    desk.refund(500)
    desk.close_dispute(desk.dispute(), "lost")
    desk.press(buy(acme, now, key="d"), "decline")


def charged(desk: Desk, acme: Organization, now: datetime) -> None:
    """Paid at checkout and refunded in part; charged, disputed and lost; declined, then paid on the invoice's page."""
    contract = offer(acme, now, service="600", bonus="5")
    desk.run(now)
    desk.press(subscribe(contract, now))
    desk.refund(1_500)
    charge_later(desk, contract, 1, now)
    desk.close_dispute(desk.dispute(), "lost")
    desk.let_decline()
    charge_later(desk, contract, 2, now)
    desk.press(desk.take("invoice")["hosted_invoice_url"])


def charge_later(desk: Desk, contract: Contract, number: int, now: datetime) -> None:
    """Have an installment charged to the saved card, as on its due date."""
    method = desk.take("payment_method")["id"]
    invoice_installment(installment_id=rows(contract)[number].pk, charged_to=method, now=now)


def promised(desk: Desk, acme: Organization, now: datetime) -> None:
    """A first payment promised at checkout that arrived days later, and the next one charged."""
    contract = offer(acme, now, service="600", bonus="5")
    desk.run(now)
    desk.press(subscribe(contract, now), "later")
    desk.settle_later(arrives=True)
    charge_later(desk, contract, 1, now)


def saved(desk: Desk, acme: Organization, now: datetime) -> None:
    """A contract that begins later: the card is saved at checkout, charged, and detached."""
    contract = offer(acme, now, "2026-12-18", service="600", bonus="5")
    desk.run(now)
    desk.press(subscribe(contract, now))
    charge_later(desk, contract, 0, now)
    desk.detach()


def invoice(desk: Desk, acme: Organization, now: datetime) -> None:
    """An installment sent and paid in two parts, one of them refunded."""
    contract = offer(acme, now, **QUARTERLY)
    desk.run(now)
    made = invoice_installment(installment_id=rows(contract)[0].pk, charged_to="", now=now)
    assert made is not None
    desk.press(made.hosted_url, "part")
    desk.press(made.hosted_url)
    desk.refund(2_000)


def payment_link(desk: Desk, acme: Organization, now: datetime) -> None:
    """Paid by a visitor, beside a session and a top-up of the same customer; disputed and won."""
    contract = offer(acme, now, frequency="annual", credit="1000", service="200")
    link = services.create_payment_link(installment=rows(contract)[0], created_by="staff:ann", now=now)
    subscribe(contract, now)
    desk.press(visit(desk, link))
    desk.close_dispute(desk.dispute(), "won")
    desk.press(buy(acme, now))
    desk.refund()


def paid_twice(desk: Desk, acme: Organization, now: datetime) -> None:
    """Paid by a visitor and by a session at the same time: the event delivered first settles it."""
    contract = offer(acme, now, frequency="annual", credit="1000", service="200")
    link = services.create_payment_link(installment=rows(contract)[0], created_by="staff:ann", now=now)
    session, page = subscribe(contract, now), visit(desk, link)
    desk.press(session)
    desk.press(page)


def postpaid(desk: Desk, acme: Organization, now: datetime) -> None:
    """A month's invoice paid in two parts, one of them refunded."""
    Organization.objects.filter(pk=acme.pk).update(billing_mode="postpaid", postpaid_limit_micros=to_micros("1000"))
    acme.refresh_from_db()
    charge(acme, "123.45", now)
    collect_usage(acme, "2026-11", now + timedelta(days=14))
    url = StripeInvoice.objects.get().hosted_url
    desk.press(url, "part")
    desk.press(url)
    desk.refund(2_000)


def taxed(desk: Desk, acme: Organization, now: datetime) -> None:
    """Everything taxed: a top-up refunded in odd parts and disputed; an invoice paid in two parts, one refunded."""
    taxes.set_automatic(desk.account, "19", everything=True)
    desk.press(buy(acme, now, key="a"))
    desk.refund(701)
    desk.fail_refund(desk.refund(333))
    desk.close_dispute(desk.dispute(), "lost")
    Organization.objects.filter(pk=acme.pk).update(billing_mode="postpaid", postpaid_limit_micros=to_micros("1000"))
    acme.refresh_from_db()
    charge(acme, "123.45", now)
    collect_usage(acme, "2026-11", now + timedelta(days=14))
    url = StripeInvoice.objects.get().hosted_url
    desk.press(url, "part")
    desk.press(url)
    desk.refund(2_000)


WORLDS: list[World] = [taxed, top_ups, charged, promised, saved, invoice, payment_link, paid_twice, postpaid]
# One of each kind of payment, a month's invoice among the taxed ones; the other flows take minutes.
SHORT: list[World] = [taxed, top_ups, invoice]


@contextmanager
def put_back(desk: Desk) -> Iterator[None]:
    """Run a trial, and restore our database and Stripe's."""
    before, delivered = sqlite3.connect(":memory:"), set(desk.delivered)
    desk.account.store.database.backup(before)
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)
    before.backup(desk.account.store.database)
    desk.delivered = delivered


def tell(desk: Desk, draw: random.Random, now: datetime, between: Callable[[], None] | None = None) -> None:
    """Deliver all events, and those that follow, in random order, until none is left; a fifth of them twice."""
    waiting = [event for event in desk.events() if event["id"] not in desk.delivered]
    draw.shuffle(waiting)
    chosen = draw.randrange(len(waiting) + 1) if between else -1
    for place, event in enumerate(waiting):
        if place == chosen and between:
            between()
        desk.delivered.add(event["id"])
        for _ in range(1 + (draw.random() < 0.2)):
            assert desk.post(event).status_code == 200
        if draw.random() < 0.7:
            desk.run(now)
    if chosen == len(waiting) and between:
        between()
    desk.deliver()
    for hours in range(1, 60, 4):  # waiting events are tried again at growing intervals
        if StripeEvent.objects.filter(state="received").exists():
            desk.deliver(at=now + timedelta(hours=hours))


def books(desk: Desk, acme: Organization, now: datetime) -> dict[str, Any]:
    """Return the final state here and at Stripe, after checking what must always hold."""
    assert [str(each) for each in (*book_mismatches(), *contract_mismatches(), *payment_mismatches())] == []
    assert compare_clearing(acme, now)
    unfinished = StripeEvent.objects.filter(state__in=["received", "parked"])
    assert list(unfinished.values_list("type", "state", "error")) == []
    figures = wallet_figures(acme, now)
    payments = ("payment_intent_id", "charge_id", "amount_micros", "refunded_micros", "disputed_micros")
    return {
        "accounts": account_balances(acme),
        "figures": (figures.balance_micros, figures.held_micros, figures.available_micros, figures.outstanding_micros),
        "grants": sorted(Grant.objects.values_list("source", "amount_micros", "remaining_micros", "held_micros")),
        "contracts": list(Contract.objects.values_list("status", flat=True)),
        "installments": list(Installment.objects.order_by("pk").values_list("state", "paid_micros", "refunded_micros")),
        "payments": sorted(StripePayment.objects.values_list(*payments)),
        "sessions": sorted(CheckoutSession.objects.values_list("purpose", "state")),
        "invoices": sorted(StripeInvoice.objects.values_list("amount_micros", "paid_micros", "state")),
        "mandates": list(Mandate.objects.values_list("payment_method_id", flat=True)),
        "at Stripe": live(desk),
    }


many = pytest.param(120, marks=pytest.mark.long)


@pytest.mark.parametrize(
    ("world", "orders"),
    [*((world, 2) for world in SHORT), *(pytest.param(world, 120, marks=pytest.mark.long) for world in WORLDS)],
)
def test_any_order_of_a_flows_events_gives_the_same_books(
    desk: Desk, acme: Organization, now: datetime, world: World, orders: int
) -> None:
    world(desk, acme, now)
    found = []
    for seed in range(orders):
        with put_back(desk):
            tell(desk, random.Random(seed), now)
            found.append(books(desk, acme, now))
        assert found[-1] == found[0], f"order {seed}"
    assert found[0]["payments"]


@pytest.mark.parametrize("orders", [1, many])
@pytest.mark.parametrize("world", [charged, saved, invoice, payment_link])
def test_a_contract_canceled_at_any_moment_is_collected_no_more(
    desk: Desk, acme: Organization, now: datetime, world: World, orders: int
) -> None:
    """Orders differ in how much is settled before, but all money is booked, and nothing more is requested."""
    world(desk, acme, now)
    contract = Contract.objects.get()

    def cancel() -> None:
        contracts.cancel_contract(contract_id=contract.pk, reason="Agreed", now=now)
        desk.run(now)

    for seed in range(orders):
        with put_back(desk):
            tell(desk, random.Random(seed), now, between=cancel)
            after = books(desk, acme, now)
            assert (after["at Stripe"], after["contracts"]) == ([], ["cancelled"])
