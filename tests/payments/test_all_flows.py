"""All flows at Stripe give the same books in random orders as in their own order, and all transfers have causes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from apps.common.money import to_micros
from apps.contracts.models import Contract, Installment
from apps.ledger.models import Transfer
from apps.payments.handlers import dispatch
from apps.payments.models import (
    CheckoutSession,
    Dispute,
    Mandate,
    PaymentIssue,
    Refund,
    StripeEvent,
    StripeInvoice,
)
from apps.payments.services.installment_invoices import invoice_installment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.consistency import book_mismatches
from apps.wallets.selectors import account_balances, wallet_figures
from local_stripe import money
from tests.causes import FAMILIES, dead_ends, posted_families
from tests.contracts.factories import offer, rows
from tests.factories import charge, create_organization
from tests.payments.desk import Desk
from tests.payments.postpaid import collect_usage
from tests.payments.test_any_order import store
from tests.payments.test_contracts import subscribe
from tests.payments.test_flows_in_any_order import charge_later
from tests.payments.test_top_ups import buy


def top_ups(desk: Desk, acme: Organization, now: datetime) -> None:
    """Top-ups paid at once, on the second try, later by bank, and never; refunded, disputed, with a fraud warning."""
    urls = [buy(acme, now, amount=1_000 + number, key=f"k{number}") for number in range(8)]
    desk.press(urls[0])
    desk.refund(100)
    desk.refund(100)
    desk.fail_refund(desk.refund(200))
    for url, outcome in ((urls[1], "won"), (urls[2], "lost"), (urls[3], "warning_closed")):
        desk.press(url)
        desk.close_dispute(desk.dispute(inquiry=outcome == "warning_closed"), outcome)
    desk.press(urls[4], "decline")
    desk.press(urls[4])
    with desk.account.store.transaction():
        money.warn_of_fraud(desk.account, desk.charge())
    for url, arrives in ((urls[5], True), (urls[6], False)):
        desk.press(url, "later")
        desk.settle_later(arrives=arrives)
    desk.press(urls[7])
    desk.refund()


def contracts(desk: Desk, now: datetime) -> None:
    """A contract paid at once and half refunded, one with a declined charge, one paid by invoice in parts."""
    once, monthly, uneven = (create_organization(now, slug) for slug in ("once", "monthly", "uneven"))
    desk.press(subscribe(offer(once, now, frequency="annual", credit="1000", service="200"), now))
    desk.refund(60_000)
    contract = offer(monthly, now, credit="1000", service="240", onetime_credit="100")
    desk.press(subscribe(contract, now))
    charge_later(desk, contract, 2, now)
    desk.let_decline()
    charge_later(desk, contract, 3, now)
    desk.press(desk.take("invoice")["hosted_invoice_url"])
    sent = offer(uneven, now, frequency="quarterly", credit="900", service="400", credit_limit=3)
    made = invoice_installment(installment_id=rows(sent)[0].pk, charged_to="", now=now)
    assert made is not None
    desk.press(made.hosted_url, "part")
    desk.press(made.hosted_url)


def postpaid(desk: Desk, now: datetime) -> None:
    """A month of postpaid usage, invoiced, paid, and refunded in part."""
    later = create_organization(now, "later", billing_mode="postpaid", postpaid_limit_micros=to_micros("1000"))
    charge(later, "123.456789", now)
    collect_usage(later, "2026-11", now + timedelta(days=14))
    desk.press(StripeInvoice.objects.get(purpose="document").hosted_url)
    desk.refund(2_345)


def books(now: datetime) -> dict[str, Any]:
    """Return what customers, staff and accountants see of every organization."""
    found: dict[str, Any] = {"mismatches": [str(each) for each in book_mismatches()]}
    for organization in Organization.objects.order_by("slug"):
        figures = wallet_figures(organization, now)
        found[organization.slug] = (account_balances(organization), figures.available_micros, figures.held_micros)
        assert compare_clearing(organization, now)
    rows = Installment.objects.order_by("contract__organization__slug", "pk")
    found["installments"] = list(rows.values_list("state", "paid_micros"))
    found["contracts"] = list(Contract.objects.order_by("organization__slug").values_list("status"))
    found["mandates"] = list(Mandate.objects.values_list("contract__organization__slug"))
    found["sessions"] = list(CheckoutSession.objects.order_by("created_at", "amount_micros").values_list("state"))
    found["invoices"] = sorted(StripeInvoice.objects.values_list("amount_micros", "state", "paid_micros"))
    found["refunds"] = sorted(Refund.objects.values_list("amount_micros", "state"))
    found["disputes"] = sorted(Dispute.objects.values_list("amount_micros", "outcome"))
    found["issues"] = sorted(PaymentIssue.objects.filter(resolved_at=None).values_list("kind"))
    found["unsettled"] = list(StripeEvent.objects.exclude(state__in=["handled", "ignored"]).values_list("type"))
    return found


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back at the end; calls to Stripe are allowed meanwhile, as in a test's transaction."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def waiting() -> set[str]:
    return set(StripeEvent.objects.filter(state="received").values_list("event_id", flat=True))


def tell(order: list[dict[str, Any]], desk: Desk, now: datetime) -> dict[str, Any]:
    """Deliver the events in this order, try early ones again until they apply, and return the books."""
    for event in order:
        store(event, now)
    while due := waiting():
        for event in [one for one in order if one["id"] in due]:
            dispatch.handle_event(event_id=event["id"], now=now)
    desk.run(now)
    return books(now)


BY_HAND = {("usage", Role.WALLET, Role.REVENUE, "tenants.organization")}
CAUSES = {
    "payments.checkout_session",
    "invoices.invoice",
    "payments.refund",
    "payments.dispute",
    "contracts.installment_refund",
}


def causes_are_complete() -> bool:
    assert posted_families() - FAMILIES - BY_HAND == set()
    assert dead_ends() == []
    assert set(Transfer.objects.values_list("cause_type", flat=True)) >= CAUSES
    return True


@pytest.mark.parametrize("orders", [0, pytest.param(30, marks=pytest.mark.long)])
def test_random_orders_of_all_flows(desk: Desk, acme: Organization, now: datetime, orders: int) -> None:
    top_ups(desk, acme, now)
    contracts(desk, now)
    postpaid(desk, now)
    events = desk.events()
    with rolled_back():
        expected = tell(events, desk, now)
        assert (expected["mismatches"], expected["unsettled"]) == ([], [])
        assert causes_are_complete()
    assert wallet_figures(acme, now).balance_micros == 0, "each order starts from nothing"
    with rolled_back():
        assert tell(events[::-1], desk, now) == expected
    for seed in range(orders):
        order = list(events)
        Random(seed).shuffle(order)
        with rolled_back():
            assert tell(order, desk, now) == expected, f"seed {seed}"
