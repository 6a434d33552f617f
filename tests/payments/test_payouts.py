"""Stripe's fees and payouts: booked once, over the customers that a payout pays, with one line that is not ours."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q

from apps.bank.models import SellerBook
from apps.common.money import from_minor_units, to_micros
from apps.ledger.models import Transfer
from apps.payments import stripe_gateway
from apps.payments.consistency import payment_mismatches
from apps.payments.errors import StripeUnavailable
from apps.payments.models import BalanceTransaction, PaymentIssue, Payout, PayoutPart
from apps.payments.services import stripe_balance
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.selectors import account_balances, role_balances
from local_stripe import money, movements
from local_stripe.faults import Fault
from tests.backoffice.people import client_of, create_staff
from tests.causes import FAMILIES, posted_families
from tests.factories import create_organization
from tests.invoices.factories import create_customer, create_seller
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy

LATER = timedelta(hours=3)


def books(organization: Organization, now: datetime) -> dict[str, str]:
    assert compare_clearing(organization, now)
    found = account_balances(organization).items()
    return {str(role): f"{micros / 1_000_000:.2f}" for role, micros in found if micros and role != "wallet"}


def own_book() -> dict[str, str]:
    book = SellerBook.objects.get()
    found = role_balances(book.pk, book.currency).items()
    return {str(role): f"{micros / 1_000_000:.2f}" for role, micros in found if micros}


def page_of(payout: Payout) -> str:
    return f"/admin/payments/payout/{payout.pk}/change/"


def pay_out(desk: Desk) -> str:
    with desk.account.store.transaction():
        (payout,) = movements.pay_out(desk.account)
    return str(payout["id"])


def test_a_charge_of_209_07_with_a_fee_of_3_29_pays_205_78(desk, acme, now, monkeypatch):
    monkeypatch.setattr(movements, "fee_of", lambda amount: 329)
    desk.press(buy(acme, now, amount=20_907))
    pay_out(desk)
    desk.deliver()
    assert books(acme, now) == {"fees": "-3.29", "manual_receipts": "-205.78"}
    assert posted_families() - FAMILIES == set()
    stripe_balance.fetch_balance(now=now + timedelta(days=1))
    desk.run(now + timedelta(days=1))
    assert books(acme, now) == {"fees": "-3.29", "manual_receipts": "-205.78"}


def test_a_payout_is_divided_over_its_customers_with_one_line_that_is_not_ours(desk, acme, now):
    create_seller(now)
    beta = create_organization(now, "beta")
    for customer, amount in ((acme, 10_000), (beta, 5_000)):
        desk.press(buy(customer, now, amount=amount))
    desk.deliver()
    desk.refund(1_000)
    with desk.account.store.transaction():
        for amount in (4_000, 1_000):  # of another product in the same account
            money.take(desk.account, money.open_intent(desk.account, amount, "usd", None, {}))
    payout_id = pay_out(desk)
    desk.deliver()
    assert Payout.objects.get().split_at is None  # their payments might be on their way
    stripe_balance.fetch_balance(now=now + LATER)
    desk.run(now + LATER)
    parts = {str(each.organization or ""): each.amount_micros for each in PayoutPart.objects.all()}
    assert parts == {
        "Acme": to_micros("98.25"),
        "Beta": to_micros("39"),
        "": to_micros("48.75"),
    }
    assert sum(parts.values()) == from_minor_units(desk.account.get("payout", payout_id)["amount"], "usd")
    assert books(acme, now) == {"fees": "-1.75", "manual_receipts": "-98.25"}
    assert books(beta, now)["manual_receipts"] == "-39.00"
    assert own_book() == {"fees": "-1.25", "manual_receipts": "-48.75", "unidentified": "50.00"}
    assert posted_families() - FAMILIES == set()
    page = client_of(create_staff("ada", "Administrator")).get(page_of(Payout.objects.get())).text
    assert page.count('data-label="Posted at"') == page.count('data-label="Amount"') == 3


def test_a_payout_that_fails_is_taken_back_and_the_next_one_pays_the_same_books(desk, acme, now):
    desk.press(buy(acme, now, amount=10_000))
    first = pay_out(desk)
    desk.deliver()
    with desk.account.store.transaction():
        movements.fail_payout(desk.account, desk.account.get("payout", first))
    desk.deliver()
    assert books(acme, now) == {"cash": "-98.25", "fees": "-1.75"}
    pay_out(desk)
    desk.deliver()
    assert books(acme, now) == {"fees": "-1.75", "manual_receipts": "-98.25"}
    assert Payout.objects.filter(undone_at=None).count() == 1


def test_what_stripe_settled_in_another_currency_is_an_issue_with_its_sum(desk, acme, now):
    create_seller(now)
    desk.press(buy(acme, now, amount=10_000))
    desk.deliver()
    (row,) = desk.account.store.all("balance_transaction")
    desk.account.store.put({**row, "currency": "eur", "amount": 9_000, "fee": 200, "net": 8_800, "exchange_rate": 0.9})
    stripe_balance.fetch_balance(now=now)
    assert books(acme, now) == {"cash": "-100.00"}
    assert own_book() == {"cash": "-88.00", "fees": "-2.00", "unidentified": "90.00"}
    issue = PaymentIssue.objects.get(subject=row["id"])
    assert (issue.kind, issue.organization, issue.actual_micros, issue.currency) == (
        "clearing",
        acme,
        to_micros("90"),
        "EUR",
    )


def test_a_fetch_that_breaks_off_leaves_no_gap(desk, acme, now, monkeypatch):
    monkeypatch.setattr(stripe_gateway, "_PAGE", 1)
    monkeypatch.setattr(stripe_balance, "BATCH", 1)
    for key, day in (("one", now), ("two", now + timedelta(days=3))):
        desk.now = day
        desk.clock.move_to(day)
        desk.press(buy(acme, day, key=key))
        desk.deliver()
    desk.local.faults.add(Fault("latency", method="GET", path="/v1/balance_transactions"))
    desk.local.faults.add(Fault("500_before", method="GET", path="/v1/balance_transactions", times=3))
    with pytest.raises(StripeUnavailable):
        stripe_balance.fetch_balance(now=desk.now)
    stripe_balance.fetch_balance(now=desk.now)
    assert BalanceTransaction.objects.count() == 2


@pytest.mark.tampers
def test_the_check_finds_a_fee_that_was_not_booked_and_a_payment_that_was_not_fetched(desk, acme, now):
    desk.press(buy(acme, now, amount=10_000))
    desk.deliver()
    stripe_balance.fetch_balance(now=now)
    assert payment_mismatches() == []
    BalanceTransaction.objects.create(
        **{"stripe_id": "txn_x", "type": "charge", "amount_micros": 5_000_000, "fee_micros": 1_000_000},
        **{"currency": "USD", "organization": acme, "created_at": now, "fetched_at": datetime(2027, 1, 1, tzinfo=UTC)},
    )
    assert [each.rule[:20] for each in payment_mismatches()] == ["the clearing account"]
    BalanceTransaction.objects.filter(stripe_id="txn_x").update(organization=None)
    BalanceTransaction.objects.exclude(stripe_id="txn_x").update(payment_intent_id="")
    assert [each.rule[:9] for each in payment_mismatches()] == ["a payment"]


def test_a_fee_that_comes_late_counts_from_the_first_day_that_is_not_closed(desk, now):
    """Stripe dates a fee by its charge; a month whose books are closed does not change any more."""
    seller = create_seller(now, tax_currency="USD", closed_through=now.date())
    acme = create_customer(now, seller, currency="USD")
    desk.press(buy(acme, now, amount=10_000))
    desk.deliver()
    with desk.account.store.transaction():
        money.take(desk.account, money.open_intent(desk.account, 4_000, "usd", None, {}))
    later = now + timedelta(days=2)
    stripe_balance.fetch_balance(now=later)
    found = Transfer.objects.filter(Q(source__role="fees") | Q(destination__role="unidentified"))
    assert {str(each.effective_at) for each in found} == {"2026-11-19 00:00:00+00:00"}
    assert found.count() == 3, "two fees, and the payment of nobody"
    assert payment_mismatches() == []
