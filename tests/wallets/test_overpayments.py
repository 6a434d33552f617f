"""Overpayments of a postpaid customer: shown as the customer's money, and spent next."""

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.money import MICROS_PER_UNIT, to_micros
from apps.ledger.models import Transfer
from apps.snapshots.providers import OwnLedger
from apps.wallets import services
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, overpaid_micros, wallet_figures
from tests.api.callers import as_bearer, session_of
from tests.backoffice.people import client_of, create_staff
from tests.factories import cause_of, charge, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
UNIT = MICROS_PER_UNIT


@pytest.fixture
def owes(now):
    return create_organization(now, "owes", billing_mode="postpaid", postpaid_limit_micros=to_micros("20"))


def pay(organization, amount, now, key="p1"):
    return services.receive_postpaid_payment(
        organization=organization,
        payment=services.PostpaidPayment(
            cause=cause_of(organization),
            amount=to_micros(amount),
            key=key,
            created_by="staff:ann",
            received_in=Role.MANUAL_RECEIPTS,
        ),
        now=now,
    )


def credit_back(organization, amount, now, key="back"):
    return charge(organization, f"-{amount}", now, key=key)


def money_goes_back(organization, amount, now, key="refund"):
    return services.post_transfer(
        organization=organization,
        booking=services.Booking(
            cause=cause_of(organization),
            source=Role.RECEIVABLE,
            destination=Role.MANUAL_RECEIPTS,
            amount=to_micros(amount),
            kind="refund",
            key=key,
            created_by="staff:ann",
        ),
        now=now,
    )


def reverse(organization, transfer, now):
    return services.reverse_transfer(
        organization=organization,
        cause=cause_of(organization),
        transfer_id=transfer.pk,
        reason="r",
        created_by="staff:ann",
        now=now,
    )


def credit_and_debt(organization, now):
    """Credit and what is owed, in whole units; the receivable account shows no credit of its own."""
    figures = wallet_figures(organization, now)
    assert account_balances(organization)[Role.RECEIVABLE] == -figures.outstanding_micros
    return figures.balance_micros / UNIT, figures.outstanding_micros / UNIT


@pytest.fixture
def overpaid(owes, now):
    """They used 100, paid 100, and were charged 30 too much."""
    charge(owes, "100", now)
    pay(owes, "100", now)
    credit_back(owes, "30", now)
    return owes


class TestACorrectionAfterThePayment:
    def test_is_credit(self, overpaid, now):
        assert credit_and_debt(overpaid, now) == (30, 0)
        assert wallet_figures(overpaid, now).available_micros == to_micros("50")
        assert overpaid_micros(overpaid) == to_micros("30")

    def test_is_credit_once(self, overpaid, now):
        credit_back(overpaid, "30", now)
        assert credit_and_debt(overpaid, now) == (30, 0)

    def test_pays_what_is_used_next(self, overpaid, now):
        charge(overpaid, "50", now, key="c2")
        assert (credit_and_debt(overpaid, now), overpaid_micros(overpaid)) == ((0, 20), 0)

    def test_may_be_reserved(self, overpaid, now):
        assert reserve(overpaid, "50", now).amount_micros == to_micros("50")

    def test_lowers_what_is_still_owed_first(self, owes, now):
        charge(owes, "100", now)
        pay(owes, "90", now)
        credit_back(owes, "30", now)
        assert credit_and_debt(owes, now) == (20, 0)

    def test_by_a_reversal_is_credit_too(self, owes, now):
        charged = charge(owes, "10", now)
        pay(owes, "10", now)
        reverse(owes, charged, now)
        assert credit_and_debt(owes, now) == (10, 0)

    def test_by_a_cheaper_tier_is_credit_too(self, owes, now):
        tiers = [
            {"up_to_micros": UNIT, "micros_per_million": 9 * UNIT**2},
            {"up_to_micros": None, "micros_per_million": UNIT**2},
        ]
        price(make_meter("bulk", "service"), scheme="volume", tiers=tiers)
        send(owes, now, event("a", "bulk", quantity=1))
        pay(owes, "9", now)
        send(owes, now, event("b", "bulk", quantity=1))
        assert credit_and_debt(owes, now) == (7, 0)


class TestMoneyThatGoesBack:
    def test_takes_the_credit_before_it_is_owed_again(self, overpaid, now):
        money_goes_back(overpaid, "30", now)
        assert credit_and_debt(overpaid, now) == (0, 0)
        money_goes_back(overpaid, "30", now)
        assert credit_and_debt(overpaid, now) == (0, 0)

    def test_is_owed_as_far_as_the_credit_is_spent(self, overpaid, now):
        charge(overpaid, "25", now, key="c2")
        money_goes_back(overpaid, "30", now)
        assert credit_and_debt(overpaid, now) == (0, 25)

    def test_is_credit_again_when_it_comes_back(self, overpaid, now):
        gone = money_goes_back(overpaid, "40", now)
        assert credit_and_debt(overpaid, now) == (0, 10)
        services.undo_transfer(
            organization=overpaid,
            cause=cause_of(overpaid),
            transfer_id=gone.pk,
            reason="r",
            created_by="system:stripe",
            now=now,
        )
        assert credit_and_debt(overpaid, now) == (30, 0)

    def test_is_a_debt_of_the_rest_when_the_payment_is_reversed(self, overpaid, now):
        reverse(overpaid, Transfer.objects.get(key="p1"), now)
        assert credit_and_debt(overpaid, now) == (0, 70)

    def test_is_paid_by_credit_that_comes_back_later(self, overpaid, now):
        charge(overpaid, "30", now, key="c2")
        money_goes_back(overpaid, "20", now)
        assert credit_and_debt(overpaid, now) == (0, 20)
        credit_back(overpaid, "30", now, key="back-2")
        assert credit_and_debt(overpaid, now) == (10, 0)

    def test_takes_no_credit_that_was_given(self, owes, now):
        charge(owes, "10", now)
        pay(owes, "10", now)
        services.grant_credits(
            organization=owes,
            grant=services.NewGrant(
                cause=cause_of(owes),
                amount=to_micros("5"),
                source=services.Source.ADJUSTMENT,
                key="gift",
                created_by="staff:ann",
            ),
            now=now,
        )
        money_goes_back(owes, "10", now)
        assert credit_and_debt(owes, now) == (5, 10)


class TestSurfaces:
    def test_show_it_as_money_of_theirs(self, overpaid, now):
        page = client_of(create_staff("ada", "Billing")).get(f"/admin/tenants/organization/{overpaid.pk}/change/")
        assert "includes 30.00 USD from overpayments" in page.content.decode()
        http = Client(headers=as_bearer(session_of(overpaid)))
        profile, ledger = (http.get(f"/api/v1/org/{name}").json() for name in ("billing", "ledger"))
        assert (profile["creditBalance"], profile["outstandingUsd"]) == (30, 0)
        assert sum(entry["amountCredits"] for entry in ledger) == 30
        assert OwnLedger().balance(overpaid, now).amount_micros == to_micros("30")


class TestSnapshot:
    def test_of_a_postpaid_customer_says_what_is_owed(self, owes, now):
        amounts = [OwnLedger().balance(owes, now).amount_micros]
        charge(owes, "10", now)
        amounts.append(OwnLedger().balance(owes, now).amount_micros)
        pay(owes, "4", now)
        amounts.append(OwnLedger().balance(owes, now).amount_micros)
        assert amounts == [0, to_micros("-10"), to_micros("-6")]


STEPS = st.lists(
    st.tuples(st.sampled_from(["use", "back", "pay", "refund", "reverse"]), st.integers(1, 9)), max_size=20
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_history_owes_what_was_used_less_what_was_paid(db, now, steps):
    """Either something is owed or something is left, never both, and the difference is what was used and not paid."""
    with transaction.atomic():
        _check_history(now, steps)
        transaction.set_rollback(True)


def _check_history(now, steps):
    organization = create_organization(now, billing_mode="postpaid")
    used = paid = 0
    payments = []
    for number, (step, amount) in enumerate(steps):
        key = f"{organization.slug}:{number}"
        if step == "use":
            used += amount if charge(organization, str(amount), now, key) else 0
        elif step == "back":
            given = min(amount, used)
            used -= given if given and credit_back(organization, str(given), now, key) else 0
        elif step == "pay":
            if cleared := pay(organization, str(amount), now, key):
                payments.append(cleared)
            paid += amount
        elif step == "refund" and paid >= amount:
            money_goes_back(organization, str(amount), now, key)
            paid -= amount
        elif step == "reverse" and payments:
            gone = payments.pop()
            reverse(organization, gone, now)
            paid -= gone.amount_micros // UNIT
    credit, owed = credit_and_debt(organization, now)
    assert (credit - owed, min(credit, owed)) == (paid - used, 0)
