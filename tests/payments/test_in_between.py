"""Changes between two events: a contract amended during checkout, money returned twice, outdated amounts."""

from datetime import datetime, timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts.models import Contract
from apps.payments import services
from apps.payments.models import CheckoutSession, Mandate, PaymentIssue, StripeInvoice, StripePayment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances
from local_stripe import checkout
from local_stripe.faults import Fault
from tests.contracts.factories import offer, pay, refund, rows
from tests.payments.desk import Desk
from tests.payments.test_changes import amend, visit
from tests.payments.test_contract_ends import QUARTERLY, issues, live
from tests.payments.test_contracts import healthy, states, subscribe
from tests.payments.test_top_ups import buy


@pytest.fixture
def monthly(desk: Desk, acme: Organization, now: datetime) -> Contract:
    """A year paid monthly, offered."""
    contract = offer(acme, now)
    desk.run(now)
    return contract


def test_what_was_paid_at_the_old_price_lets_nothing_of_the_new_schedule_be_charged(
    desk: Desk, monthly: Contract, now: datetime
) -> None:
    desk.press(subscribe(monthly, now))
    amend(monthly, now, "2026-11-18", credit="600")
    desk.run(now)
    desk.settle_all()
    assert (live(desk), issues("unasked"), Mandate.objects.count()) == ([], 1, 0)
    desk.press(subscribe(monthly, now))
    desk.settle_all()
    desk.come_to("2026-12-18")
    assert [amount for _, amount in desk.charges()] == [10_000, 5_000, 5_000]
    assert healthy()


def test_a_visit_to_a_link_that_ran_out_is_not_under_way(desk: Desk, acme: Organization, now: datetime) -> None:
    contract = offer(acme, now, frequency="annual")
    link = services.create_payment_link(installment=rows(contract)[0], created_by="staff:ann", now=now)
    visit(desk, link)
    with desk.account.store.transaction():
        checkout.expire_session(desk.account, desk.take("checkout.session"))
    desk.deliver()
    assert CheckoutSession.objects.get().state == "expired"


def test_what_is_under_way_is_not_asked_for_again(desk: Desk, acme: Organization, now: datetime) -> None:
    contract = offer(acme, now, **QUARTERLY)
    pay(rows(contract)[0], now, received_in=Role.MANUAL_RECEIPTS)
    desk.run(now)
    link = services.create_payment_link(installment=rows(contract)[1], created_by="staff:ann", now=now)
    desk.press(visit(desk, link), "later")
    desk.deliver()
    assert states(contract)[:2] == ["paid", "processing"]
    services.arrange_contract(contract_id=contract.pk, now=now + timedelta(days=90))
    assert StripeInvoice.objects.count() == 0


def test_an_invoice_begun_days_ago_is_due_in_the_future(desk: Desk, acme: Organization, now: datetime) -> None:
    contract = offer(acme, now, "2026-10-18")
    pay(rows(contract)[0], now, received_in=Role.MANUAL_RECEIPTS)
    desk.local.faults.add(Fault("drop_before", path="/v1/invoices", times=99))
    desk.run(now)
    desk.local.faults.clear()
    later = now + timedelta(days=5)
    desk.account.clock_offset = 5 * 86_400
    desk.run(later)
    desk.run(later + timedelta(hours=2))
    assert [one["status"] for one in desk.account.store.all("invoice")] == ["open"]


class TestGivenBackByBankAndAtStripe:
    @pytest.fixture
    def paid(self, desk: Desk, acme: Organization, now: datetime) -> Contract:
        """Paid at checkout, and 900 of 1,000 refunded by bank transfer."""
        contract = offer(acme, now, frequency="annual", credit="1000")
        desk.press(subscribe(contract, now))
        desk.deliver()
        refund(rows(contract)[0], "900", now, paid_to=Role.MANUAL_RECEIPTS)
        return contract

    def test_the_rest_is_taken_and_what_went_twice_is_our_loss(
        self, desk: Desk, paid: Contract, acme: Organization, now: datetime
    ) -> None:
        made = desk.refund(30_000)
        desk.deliver()
        assert healthy()
        assert states(paid) == ["reversed"]
        assert account_balances(acme)[Role.WRITE_OFFS] == -to_micros("200")
        assert issues("our_loss") == 1
        assert compare_clearing(acme, now)
        desk.fail_refund(made)
        desk.deliver()
        assert healthy()
        assert (states(paid), account_balances(acme)[Role.WRITE_OFFS]) == (["paid"], 0)
        assert StripePayment.objects.get().parts.get().returned_micros == 0

    def test_a_dispute_is_lost_likewise(self, desk: Desk, paid: Contract, acme: Organization, now: datetime) -> None:
        desk.close_dispute(desk.dispute(), "lost")
        desk.deliver()
        assert healthy()
        assert (states(paid), account_balances(acme)[Role.WRITE_OFFS]) == (["reversed"], -to_micros("900"))
        assert compare_clearing(acme, now)


def test_a_payment_not_in_the_books_is_missing_until_it_went_back(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    desk.press(buy(acme, now))
    later = now + timedelta(hours=3)
    services.reconcile_organization(organization=acme, now=later)
    assert issues("missing_payment") == 1
    desk.refund()
    services.reconcile_organization(organization=acme, now=later)
    assert issues("missing_payment") == 0
    assert PaymentIssue.objects.count() == 1
