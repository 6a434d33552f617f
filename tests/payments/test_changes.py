"""Schedules that change during collection: every request for payment has the current amount."""

import http.client
from datetime import datetime
from typing import Any

import pytest

from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.models import Contract, Installment
from apps.contracts.selectors import surplus_left
from apps.payments import services
from apps.payments.models import CheckoutSession, Mandate, PaymentLink, StripeEvent
from apps.payments.services.installment_invoices import invoice_installment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import agreed, discount, offer, pay, rows
from tests.factories import create_organization
from tests.payments.desk import Desk
from tests.payments.standing import Standing
from tests.payments.test_contract_ends import issues, live
from tests.payments.test_contracts import healthy, states, subscribe


def amend(contract: Contract, now: datetime, effective: str, **terms: Any) -> None:
    contract.refresh_from_db()
    contracts.amend_contract(
        contract_id=contract.pk,
        seen_revision=contract.revision,
        amendment=contracts.Amendment(
            effective_date=datetime.fromisoformat(effective).date(), agreed=agreed(**terms), reason="Agreed"
        ),
        created_by="staff:ann",
        now=now,
    )


@pytest.fixture
def yearly(desk: Desk, acme: Organization, now: datetime) -> Contract:
    """A year paid at once, offered."""
    contract = offer(acme, now, frequency="annual", credit="1000", service="200")
    desk.run(now)
    return contract


def pay_the_first(desk: Desk) -> Contract:
    """A year paid monthly, paid for the first time, at checkout; later ones are charged."""
    contract = offer(create_organization(desk.now), desk.now)
    desk.run(desk.now)
    desk.press(subscribe(contract, desk.now))
    desk.settle_all()
    return contract


@pytest.fixture
def monthly(db: None, standing: Standing) -> Contract:
    return standing.reread(Contract)


def visit(desk: Desk, link: PaymentLink) -> str:
    """Open the page that a visitor to a link gets; return its address."""
    connection = http.client.HTTPConnection(desk.local.url.removeprefix("http://"), timeout=5)
    connection.request("GET", f"/b/{link.stripe_id}")
    return desk.local.url + (connection.getresponse().headers["Location"] or "")


class TestASession:
    def test_at_the_old_price_is_expired_before_anybody_comes_back(
        self, desk: Desk, yearly: Contract, now: datetime
    ) -> None:
        subscribe(yearly, now)
        discount(yearly.organization, "200", now)
        desk.run(now)
        assert CheckoutSession.objects.get().state == "expired"
        assert live(desk) == []

    def test_of_an_amended_contract_is_expired(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        subscribe(yearly, now)
        amend(yearly, now, "2026-11-18", frequency="annual", credit="700")
        desk.run(now)
        assert live(desk) == []
        desk.press(subscribe(yearly, now))
        desk.deliver()
        assert states(yearly) == ["superseded", "paid"]

    def test_of_what_was_paid_by_bank_is_expired(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        subscribe(yearly, now)
        pay(rows(yearly)[0], now, received_in=Role.MANUAL_RECEIPTS)
        desk.run(now)
        assert live(desk) == []

    def test_that_still_fits_stays(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        url = subscribe(yearly, now)
        services.arrange_contract(contract_id=yearly.pk, now=now)
        assert subscribe(yearly, now) == url

    def test_paid_at_the_old_price_is_there_to_be_refunded(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        desk.press(subscribe(yearly, now))
        amend(yearly, now, "2026-11-18", frequency="annual", credit="700")
        desk.run(now)
        desk.deliver()
        assert healthy()
        assert compare_clearing(yearly.organization, now)
        assert states(yearly) == ["superseded", "due"]
        assert rows(yearly)[0].paid_micros == to_micros("1200")


class TestALink:
    def test_at_another_sum_is_made_anew(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        old = services.create_payment_link(installment=rows(yearly)[0], created_by="staff:ann", now=now)
        visit(desk, old)
        discount(yearly.organization, "200", now)
        desk.run(now)
        new = PaymentLink.objects.get(is_active=True)
        assert (new.pk != old.pk, new.amount_micros, new.created_by) == (True, to_micros("1000"), "staff:ann")
        assert live(desk) == ["payment_link"]
        desk.press(visit(desk, new))
        desk.deliver()
        assert states(yearly) == ["paid"]
        assert healthy()
        assert live(desk) == []

    def test_of_an_amended_installment_is_stopped(self, desk: Desk, yearly: Contract, now: datetime) -> None:
        services.create_payment_link(installment=rows(yearly)[0], created_by="staff:ann", now=now)
        amend(yearly, now, "2026-11-18", frequency="annual", credit="700")
        desk.run(now)
        assert live(desk) == []

    def test_is_stopped_where_later_installments_are_charged(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        contract = offer(acme, now)
        services.create_payment_link(installment=rows(contract)[3], created_by="staff:ann", now=now)
        desk.press(subscribe(contract, now))
        desk.settle_all()
        assert live(desk) == []

    def test_is_stopped_when_its_installment_is_paid_by_session(
        self, desk: Desk, yearly: Contract, now: datetime
    ) -> None:
        services.create_payment_link(installment=rows(yearly)[0], created_by="staff:ann", now=now)
        desk.press(subscribe(yearly, now))
        desk.deliver()
        assert states(yearly) == ["paid"]
        assert live(desk) == []


class TestAnInvoice:
    """The second installment's invoice was charged and declined, so it is still open."""

    begins_with = staticmethod(pay_the_first)

    @pytest.fixture
    def declined(self, desk: Desk, monthly: Contract) -> Contract:
        desk.let_decline()
        desk.come_to("2026-12-18")
        assert self.asked(desk) == [10_000]
        return monthly

    def asked(self, desk: Desk) -> list[int]:
        """Return what open invoices ask for, in cents."""
        return [one["amount_remaining"] for one in desk.account.store.all("invoice") if one["status"] == "open"]

    def test_paid_in_part_and_given_back_is_asked_for_in_full_again(self, desk: Desk, declined: Contract) -> None:
        desk.press(desk.take("invoice")["hosted_invoice_url"], "part")
        desk.settle_all()
        assert (states(declined)[1], self.asked(desk)) == ("partially_paid", [5_000])
        made = desk.refund()
        desk.settle_all()
        assert (states(declined)[1], self.asked(desk)) == ("due", [10_000])
        desk.fail_refund(made)
        desk.settle_all()
        assert (states(declined)[1], self.asked(desk)) == ("partially_paid", [5_000])

    def test_at_the_old_sum_is_replaced_after_a_discount(self, desk: Desk, declined: Contract) -> None:
        discount(declined.organization, "10", desk.now)
        desk.run(desk.now)
        assert (self.asked(desk), live(desk)) == ([9_000], ["invoice"])

    def test_at_the_old_sum_is_replaced_after_an_amendment(self, desk: Desk, declined: Contract) -> None:
        amend(declined, desk.now, "2026-12-18", months=11, credit="550")
        desk.run(desk.now)
        assert (self.asked(desk), live(desk)) == ([5_000], ["invoice"])
        desk.let_decline(declines=False)
        desk.press(desk.take("invoice")["hosted_invoice_url"])
        desk.settle_all()
        desk.come_to("2027-01-18")
        assert desk.charges() == [("2026-11-18", 10_000), ("2026-12-18", 5_000), ("2027-01-18", 5_000)]
        assert healthy()

    def test_that_was_made_for_an_installment_paid_meanwhile_is_never_final(
        self, desk: Desk, monthly: Contract, now: datetime
    ) -> None:
        """The money arrives by bank after the job has read the schedule, and before it stores the invoice."""
        second = rows(monthly)[1]
        pay(second, now, received_in=Role.MANUAL_RECEIPTS)
        assert invoice_installment(installment_id=second.pk, charged_to="pm_any", now=now) is None
        assert (desk.account.store.all("invoice"), issues("too_small")) == ([], 0)


def charged(desk: Desk, contract: Contract, row: Installment) -> int:
    """Let Stripe charge an installment without delivering events; return the amount."""
    method = Mandate.objects.get(contract=contract).payment_method_id
    invoice_installment(installment_id=row.pk, charged_to=method, now=desk.now)
    return int(desk.take("invoice")["total"])


class TestADiscount:
    """A discount is given after Stripe has charged an installment's invoice, and before its event arrives."""

    begins_with = staticmethod(pay_the_first)

    def test_that_came_too_late_comes_off_the_next(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        assert charged(desk, monthly, rows(monthly)[1]) == 10_000
        discount(monthly.organization, "10", now)
        desk.settle_all()
        assert states(monthly)[1:3] == ["paid", "due"]
        assert [row.discount_micros for row in rows(monthly)[1:3]] == [0, to_micros("10")]
        assert charged(desk, monthly, rows(monthly)[2]) == 9_000
        desk.settle_all()
        assert charged(desk, monthly, rows(monthly)[3]) == 10_000
        desk.settle_all()
        assert states(monthly)[1:5] == ["paid", "paid", "paid", "due"]
        assert wallet_figures(monthly.organization, now).posted_micros == to_micros("400")
        assert (healthy(), issues("unasked"), issues("schedule")) == (True, 0, 0)
        assert compare_clearing(monthly.organization, now)

    def test_of_two_the_one_that_came_too_late_is_moved(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        discount(monthly.organization, "10", now)
        desk.run(now)
        assert charged(desk, monthly, rows(monthly)[1]) == 9_000
        discount(monthly.organization, "5", now, key="redemption:2")
        desk.settle_all()
        assert [row.discount_micros for row in rows(monthly)[1:3]] == [to_micros("10"), to_micros("5")]
        assert charged(desk, monthly, rows(monthly)[2]) == 9_500
        desk.settle_all()
        assert (states(monthly)[1:4], healthy()) == (["paid", "paid", "due"], True)
        assert (
            contracts.withdraw_discount(organization=Organization.objects.get(slug="acme"), key="redemption:2", now=now)
            == 0
        )

    def test_that_its_invoice_knew_stays_where_it_is(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        discount(monthly.organization, "10", now)
        desk.run(now)
        assert charged(desk, monthly, rows(monthly)[1]) == 9_000
        pay(rows(monthly)[1], now, "6", key="bank", received_in=Role.MANUAL_RECEIPTS)
        desk.settle_all()
        row = rows(monthly)[1]
        assert (row.state, row.discount_micros, surplus_left(row.pk)) == ("paid", to_micros("10"), to_micros("6"))
        assert (healthy(), issues("unasked")) == (True, 1)

    def test_given_taken_and_given_again_counts_once(self, desk: Desk, monthly: Contract, now: datetime) -> None:
        for number in range(3):
            discount(monthly.organization, "10", now, key=f"redemption:{number}")
            desk.run(now)
            if number < 2:
                contracts.withdraw_discount(
                    organization=Organization.objects.get(slug="acme"), key=f"redemption:{number}", now=now
                )
                desk.run(now)
        desk.come_to("2026-12-18")
        assert desk.charges()[1:] == [("2026-12-18", 9_000)]


def test_a_discount_after_the_last_charge_leaves_money_to_refund(desk: Desk, acme: Organization, now: datetime) -> None:
    contract = offer(acme, now, months=2, credit="200")
    desk.run(now)
    desk.press(subscribe(contract, now))
    desk.settle_all()
    charged(desk, contract, rows(contract)[1])
    discount(acme, "10", now)
    desk.settle_all()
    assert (states(contract), healthy(), issues("unasked")) == (["paid", "paid"], True, 1)
    assert surplus_left(rows(contract)[1].pk) == to_micros("10")
    assert compare_clearing(acme, now)


@pytest.mark.parametrize("backwards", [False, True])
def test_what_checkout_took_is_not_asked_for_again_before_it_is_told(
    desk: Desk, acme: Organization, now: datetime, backwards: bool
) -> None:
    """What was paid at checkout is not also invoiced, even if a bank transfer activates the contract meanwhile."""
    contract = offer(acme, now, "2026-11-19", credit="1300", onetime_credit="100")
    desk.run(now)
    desk.press(subscribe(contract, now))
    pay(rows(contract)[2], now, received_in=Role.MANUAL_RECEIPTS)
    desk.run(now)
    services.arrange_contract(contract_id=contract.pk, now=now)
    assert live(desk) == []
    for event in sorted(desk.events(), key=lambda one: one["id"], reverse=backwards):
        desk.post(event)
        desk.run(now)
    desk.settle_all()
    assert (states(contract)[:4], live(desk)) == (["paid", "paid", "paid", "due"], [])
    assert not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()
