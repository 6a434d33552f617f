"""Refunds and disputes: posted from the accounts of each portion, once, and undone once."""

from datetime import timedelta

import pytest

from apps.common.errors import BillingError
from apps.common.money import Micros, to_micros
from apps.common.periods import midnight
from apps.contracts import services
from apps.contracts.errors import NotInSmallestUnits, NotPayable, RefundAboveReceived, RefundNotFound
from apps.contracts.models import InstallmentRefund
from apps.ledger.errors import IdempotencyMismatch
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import active, discount, offer, pay, refund, rows
from tests.factories import charge


@pytest.fixture
def paid(acme, now):
    """An installment of 150: 100 of credit, 50 of service for 30 days."""
    return rows(active(acme, now, service="600"))[0]


def undo(key: str, now):
    return services.undo_installment_refund(
        organization=Organization.objects.get(slug="acme"),
        key=key,
        reason="It failed",
        created_by="system:stripe",
        now=now,
    )


def to_bank(installment, amount, now, *, value_date):
    order = services.RefundOrder(
        amount=Micros(to_micros(amount)),
        key="staff:1",
        created_by="staff:ann",
        reason="Asked for",
        paid_to=Role.MANUAL_RECEIPTS,
        value_date=value_date,
    )
    return services.refund_installment(installment_id=installment.pk, order=order, now=now)


class TestRefundInstallment:
    def test_takes_everything_back(self, acme, now, paid, balance):
        refund(paid, "150", now)
        paid.refresh_from_db()
        assert (paid.state, paid.refunded_micros) == ("reversed", to_micros("150"))
        assert [balance(acme, role) for role in (Role.CASH, Role.DEFERRED, Role.REVENUE)] == [0, 0, 0]
        assert wallet_figures(acme, now).balance_micros == 0

    def test_takes_a_part_of_each_portion(self, acme, now, paid, balance):
        refund(paid, "75.01", now)
        paid.refresh_from_db()
        assert (paid.state, paid.refunded_micros) == ("paid", 75_010_000)
        assert wallet_figures(acme, now).balance_micros == to_micros("50")
        assert balance(acme, Role.DEFERRED) == to_micros("24.99")

    def test_by_bank_leaves_the_bank_on_its_value_date_and_the_wallet_now(self, acme, now, paid, balance):
        later = now + timedelta(days=5)
        sent = (now + timedelta(days=2)).date()
        taken = to_bank(paid, "75", later, value_date=sent)
        legs = Transfer.objects.filter(cause_type="contracts.installment_refund", cause_id=str(taken.pk))
        dated = {each.destination.role: each.effective_at for each in legs.select_related("destination")}
        assert dated == {Role.INSTALLMENTS: later, Role.MANUAL_RECEIPTS: midnight(sent)}
        assert balance(acme, Role.MANUAL_RECEIPTS) == to_micros("75")
        assert balance(acme, Role.INSTALLMENTS) == 0
        undo(taken.key, later)
        assert (balance(acme, Role.MANUAL_RECEIPTS), balance(acme, Role.DEFERRED)) == (0, to_micros("50"))

    @pytest.mark.parametrize("days", [-1, 1])
    def test_by_bank_is_neither_before_the_money_came_nor_in_the_future(self, now, paid, days):
        with pytest.raises(BillingError) as refused:
            to_bank(paid, "75", now, value_date=(now + timedelta(days=days)).date())
        assert refused.value.field == "value_date"

    def test_adds_up_over_several(self, acme, now, paid, balance):
        for number, amount in enumerate(["33.33", "33.33", "83.34"]):
            refund(paid, amount, now, key=f"re_{number}")
        paid.refresh_from_db()
        assert paid.state == "reversed"
        assert (balance(acme, Role.CASH), balance(acme, Role.DEFERRED)) == (0, 0)

    def test_shows_spent_credit_as_debt(self, acme, now, paid):
        charge(acme, "80", now)
        refund(paid, "150", now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.overspend_micros) == (-to_micros("80"), to_micros("80"))

    def test_takes_unearned_service_before_what_was_earned(self, acme, now, paid, balance):
        later = now.replace(month=12, day=10)
        services.recognize_service_revenue(contract_id=paid.contract_id, now=later)
        earned = balance(acme, Role.REVENUE)
        refund(paid, "60", later, key="re_1")
        assert (balance(acme, Role.REVENUE), balance(acme, Role.DEFERRED)) == (earned, to_micros("30") - earned)
        refund(paid, "90", later, key="re_2")
        assert (balance(acme, Role.REVENUE), balance(acme, Role.DEFERRED)) == (0, 0)

    def test_gives_the_discounts_share_back_to_promotions(self, acme, now, balance):
        contract = offer(acme, now, service="600")
        discount(acme, "30", now)
        first = rows(contract)[0]
        pay(first, now)
        refund(first, "40", now, key="re_1")
        assert (balance(acme, Role.CASH), balance(acme, Role.PROMOTIONS)) == (-to_micros("80"), -to_micros("20"))
        refund(first, "80", now, key="re_2")
        accounts = (Role.CASH, Role.PROMOTIONS, Role.DEFERRED, Role.WALLET)
        assert [balance(acme, role) for role in accounts] == [0, 0, 0, 0]

    def test_is_booked_once_per_key(self, acme, now, paid, balance):
        assert refund(paid, "10", now) == refund(paid, "10", now)
        assert balance(acme, Role.CASH) == -to_micros("140")
        with pytest.raises(IdempotencyMismatch):
            refund(paid, "11", now)

    def test_refuses_more_than_came(self, now, paid):
        refund(paid, "100", now, key="re_1")
        with pytest.raises(RefundAboveReceived):
            refund(paid, "50.01", now, key="re_2")

    @pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
    def test_refuses_what_is_no_amount_of_money(self, now, paid, amount):
        with pytest.raises(NotInSmallestUnits):
            refund(paid, amount, now)

    def test_returns_a_part_payment_before_it_is_settled(self, acme, now, balance):
        first = rows(offer(acme, now))[0]
        pay(first, now, "40")
        refund(first, "10", now, key="re_1")
        first.refresh_from_db()
        assert (first.state, first.paid_micros) == ("partially_paid", to_micros("30"))
        refund(first, "30", now, key="re_2")
        first.refresh_from_db()
        assert (first.state, balance(acme, Role.INSTALLMENTS)) == ("due", 0)

    def test_returns_what_came_for_a_row_that_is_void(self, acme, now, balance):
        contract = offer(acme, now)
        first = rows(contract)[0]
        pay(first, now, "40")
        services.cancel_contract(contract_id=contract.pk, reason="x", now=now)
        refund(first, "40", now, paid_to=Role.CASH)
        first.refresh_from_db()
        assert (first.state, first.paid_micros, balance(acme, Role.INSTALLMENTS)) == ("void", 0, 0)

    def test_goes_back_the_way_a_bank_transfer_came(self, acme, now, balance):
        first = rows(offer(acme, now))[0]
        pay(first, now, received_in=Role.MANUAL_RECEIPTS)
        refund(first, "100", now, paid_to=Role.MANUAL_RECEIPTS)
        assert balance(acme, Role.MANUAL_RECEIPTS) == 0


class TestUndoRefund:
    def test_puts_everything_back_once(self, acme, now, paid, balance):
        refund(paid, "150", now)
        undo("re_1", now)
        undo("re_1", now)
        paid.refresh_from_db()
        assert (paid.state, paid.refunded_micros) == ("paid", 0)
        assert balance(acme, Role.CASH) == -to_micros("150")
        assert wallet_figures(acme, now).balance_micros == to_micros("100")
        assert balance(acme, Role.DEFERRED) == to_micros("50")

    def test_clears_the_debt_it_had_made(self, acme, now, paid):
        charge(acme, "80", now)
        refund(paid, "150", now)
        undo("re_1", now)
        assert wallet_figures(acme, now).balance_micros == to_micros("20")

    def test_leaves_later_refunds_no_more_than_each_portion_brought(self, acme, now, balance):
        """Each refund takes one of two cents; the third must take the cent that the undone refund put back."""
        row = rows(active(acme, now, months=1, credit="0.01", service="0.01"))[0]
        refund(row, "0.01", now, key="re_1")
        refund(row, "0.01", now, key="re_2")
        undo("re_1", now)
        refund(row, "0.01", now, key="re_3")
        assert wallet_figures(acme, now).balance_micros == 0
        assert [balance(acme, role) for role in (Role.CASH, Role.DEFERRED, Role.REVENUE)] == [0, 0, 0]

    def test_lets_the_service_be_earned_after_all(self, acme, now, paid, balance):
        refund(paid, "150", now)
        undo("re_1", now)
        services.recognize_service_revenue(contract_id=paid.contract_id, now=now + timedelta(days=40))
        assert (balance(acme, Role.REVENUE), balance(acme, Role.DEFERRED)) == (to_micros("50"), 0)

    def test_receives_a_part_payment_again(self, acme, now):
        first = rows(offer(acme, now))[0]
        pay(first, now, "40")
        refund(first, "40", now)
        undo("re_1", now)
        first.refresh_from_db()
        assert (first.state, first.paid_micros) == ("partially_paid", to_micros("40"))

    def test_settles_where_it_was_the_last_part(self, acme, now):
        first = rows(offer(acme, now))[0]
        pay(first, now, "40", key="a")
        refund(first, "40", now)
        pay(first, now, "60", key="b")
        undo("re_1", now)
        first.refresh_from_db()
        assert first.state == "paid"

    def test_leaves_to_staff_what_was_paid_anew(self, acme, now):
        first = rows(offer(acme, now))[0]
        pay(first, now, "40", key="a")
        refund(first, "40", now)
        pay(first, now, "100", key="b")
        with pytest.raises(NotPayable):
            undo("re_1", now)

    def test_keeps_the_money_of_a_void_row_to_be_given_back(self, acme, now, balance):
        contract = offer(acme, now)
        pay(rows(contract)[0], now, "40")
        refund(rows(contract)[0], "40", now)
        services.cancel_contract(contract_id=contract.pk, reason="x", now=now)
        undo("re_1", now)
        assert balance(acme, Role.INSTALLMENTS) == to_micros("40")

    def test_knows_no_other_refunds(self, acme, now):
        with pytest.raises(RefundNotFound):
            undo("re_x", now)


class TestDisputes:
    def freeze(self, paid, amount: str, now):
        return services.freeze_installment(
            installment_id=paid.pk,
            amount=to_micros(amount),
            key="du_1:freeze",
            dispute="du_1:freeze",
            created_by="system:stripe",
            now=now,
        )

    def lose(self, paid, amount: str, now):
        order = services.RefundOrder(
            amount=to_micros(amount),
            key="du_1",
            created_by="system:stripe",
            reason="Dispute lost",
            kind=InstallmentRefund.Kind.DISPUTE,
            paid_to=Role.DISPUTES,
        )
        return services.refund_installment(installment_id=paid.pk, order=order, now=now)

    def test_freeze_the_credit_and_take_it_when_lost(self, acme, now, paid, balance):
        self.freeze(paid, "150", now)
        assert wallet_figures(acme, now).available_micros == 0
        wallets.unfreeze(organization=acme, dispute="du_1:freeze", now=now)
        self.lose(paid, "150", now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.held_micros) == (0, 0)
        assert (balance(acme, Role.DISPUTES), balance(acme, Role.DEFERRED)) == (to_micros("150"), 0)

    def test_give_the_credit_back_when_won(self, acme, now, paid):
        self.freeze(paid, "75", now)
        assert wallet_figures(acme, now).available_micros == to_micros("50")
        wallets.unfreeze(organization=acme, dispute="du_1:freeze", now=now)
        assert wallet_figures(acme, now).available_micros == to_micros("100")

    def test_freeze_once_and_no_more_than_is_left(self, acme, now, paid):
        charge(acme, "70", now)
        first = self.freeze(paid, "150", now)
        assert self.freeze(paid, "150", now) == first
        assert wallet_figures(acme, now).held_micros == to_micros("30")

    def test_have_nothing_to_freeze_once_refunded(self, now, paid):
        refund(paid, "150", now)
        assert self.freeze(paid, "150", now) is None

    def test_freeze_nothing_of_a_row_that_is_not_settled(self, acme, now):
        first = rows(offer(acme, now))[0]
        pay(first, now, "40")
        assert self.freeze(first, "40", now) is None

    def test_can_be_won_after_they_were_lost(self, acme, now, paid, balance):
        self.lose(paid, "150", now)
        undo("du_1", now)
        assert balance(acme, Role.DISPUTES) == 0
        assert wallet_figures(acme, now).balance_micros == Micros(to_micros("100"))
