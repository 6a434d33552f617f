"""Discounts lower what is payable on the next unpaid installment; their cost is booked when it is settled."""

from datetime import timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.errors import NothingToDiscount, NotInSmallestUnits
from apps.contracts.models import Contract, InstallmentDiscount
from apps.ledger.errors import IdempotencyMismatch
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import active, discount, draft, offer, pay, rows
from tests.factories import create_organization


class TestApplyDiscount:
    def test_lowers_what_is_payable_and_not_the_row(self, acme, now, balance):
        first = rows(offer(acme, now, service="600"))[0]
        discount(acme, "30", now)
        first.refresh_from_db()
        assert (first.amount_micros, first.payable_micros) == (to_micros("150"), to_micros("120"))
        assert balance(acme, Role.PROMOTIONS) == 0

    def test_costs_promotions_when_the_row_is_settled(self, acme, now, balance):
        first = rows(offer(acme, now, service="600"))[0]
        discount(acme, "30", now)
        pay(first, now)
        first.refresh_from_db()
        assert (balance(acme, Role.CASH), balance(acme, Role.PROMOTIONS)) == (-to_micros("120"), -to_micros("30"))
        assert (first.grant.amount_micros, first.grant.paid_micros) == (to_micros("100"), to_micros("80"))
        assert (balance(acme, Role.DEFERRED), balance(acme, Role.INSTALLMENTS)) == (to_micros("50"), 0)

    def test_goes_to_the_next_unpaid_row_of_the_running_contract(self, acme, now):
        contract = active(acme, now)
        offer(acme, now, "2027-11-18")
        assert discount(acme, "5", now).installment == rows(contract)[1]

    def test_skips_a_row_that_is_being_paid(self, acme, now):
        contract = active(acme, now)
        services.mark_processing(installment_id=rows(contract)[1].pk, now=now)
        assert discount(acme, "5", now).installment == rows(contract)[2]

    def test_gives_what_fits_and_settles_what_is_free_then(self, acme, now, balance):
        contract = offer(acme, now)
        given = discount(acme, "250", now)
        first = rows(contract)[0]
        contract.refresh_from_db()
        assert (given.amount_micros, first.state, first.paid_micros) == (to_micros("100"), "paid", 0)
        assert contract.status == Contract.Status.ACTIVE
        assert (balance(acme, Role.CASH), balance(acme, Role.PROMOTIONS)) == (0, -to_micros("100"))
        assert wallet_figures(acme, now).balance_micros == to_micros("100")

    def test_takes_off_only_what_is_left_to_pay(self, acme, now):
        first = rows(offer(acme, now))[0]
        pay(first, now, "70")
        assert discount(acme, "50", now).amount_micros == to_micros("30")

    def test_is_given_once_per_key(self, acme, now):
        offer(acme, now)
        assert discount(acme, "5", now) == discount(acme, "5", now)
        assert InstallmentDiscount.objects.count() == 1
        with pytest.raises(IdempotencyMismatch):
            discount(acme, "6", now)

    def test_a_repeat_finds_it_after_the_contract_has_ended(self, acme, now):
        contract = offer(acme, now)
        given = discount(acme, "5", now)
        services.cancel_contract(contract_id=contract.pk, reason="x", now=now)
        assert discount(acme, "5", now) == given

    def test_adds_up(self, acme, now):
        first = rows(offer(acme, now))[0]
        discount(acme, "5", now, key="a")
        discount(acme, "6", now, key="b")
        first.refresh_from_db()
        assert first.discount_micros == to_micros("11")

    def test_refuses_where_nothing_is_unpaid(self, acme, now):
        draft(acme, now)
        with pytest.raises(NothingToDiscount):
            discount(acme, "5", now)
        contract = active(acme, now, frequency="one_time")
        with pytest.raises(NothingToDiscount):
            discount(acme, "5", now)
        services.cancel_contract(contract_id=contract.pk, reason="x", now=now)
        with pytest.raises(NothingToDiscount):
            discount(acme, "5", now)

    @pytest.mark.parametrize("amount", ["0", "-1", "0.005"])
    def test_refuses_what_cannot_be_paid(self, acme, now, amount):
        offer(acme, now)
        with pytest.raises(NotInSmallestUnits):
            discount(acme, amount, now)

    def test_keeps_the_keys_of_customers_apart(self, acme, now):
        globex = create_organization(now, "globex")
        for customer in (acme, globex):
            offer(customer, now)
            discount(customer, "5", now)
        assert [rows(each)[0].discount_micros for each in Contract.objects.all()] == [to_micros("5")] * 2


class TestWithdrawDiscount:
    def test_takes_it_back_once_while_unpaid(self, acme, now):
        first = rows(offer(acme, now))[0]
        discount(acme, "5", now)
        assert services.withdraw_discount(
            organization=Organization.objects.get(slug="acme"), key="redemption:1", now=now
        ) == to_micros("5")
        assert (
            services.withdraw_discount(organization=Organization.objects.get(slug="acme"), key="redemption:1", now=now)
            == 0
        )
        first.refresh_from_db()
        assert first.discount_micros == 0

    def test_leaves_what_is_settled(self, acme, now):
        first = rows(offer(acme, now))[0]
        discount(acme, "5", now)
        pay(first, now)
        assert (
            services.withdraw_discount(
                organization=Organization.objects.get(slug="acme"), key="redemption:1", now=now + timedelta(days=1)
            )
            == 0
        )

    def test_knows_no_other_keys(self, acme, now):
        assert (
            services.withdraw_discount(organization=Organization.objects.get(slug="acme"), key="unknown", now=now) == 0
        )


class TestWhoseDiscountItIs:
    def test_goes_on_to_the_offered_contract_where_the_running_one_is_paid(self, acme, now):
        active(acme, now, frequency="annual")
        offered = offer(acme, now, "2027-11-18")
        assert discount(acme, "5", now).installment == rows(offered)[0]


class TestPostponing:
    """A discount that came after the payment of its installment was requested is postponed."""

    def move(self, row, now, amount="60"):
        return services.postpone_discounts(installment_id=row.pk, amount=to_micros(amount), now=now)

    def test_takes_it_off_the_next_installment(self, acme, now):
        second = rows(active(acme, now))[1]
        discount(acme, "60", now)
        assert self.move(second, now).pk == rows(second.contract)[2].pk
        assert [row.discount_micros for row in rows(second.contract)[1:3]] == [0, to_micros("60")]

    def test_leaves_it_where_nothing_would_be_left_to_pay_of_the_next(self, acme, now):
        second, third = rows(active(acme, now))[1:3]
        discount(acme, "60", now)
        pay(third, now, "40")
        assert self.move(second, now) is None
        assert [row.discount_micros for row in rows(second.contract)[1:3]] == [to_micros("60"), 0]

    def test_leaves_what_is_settled(self, acme, now):
        second = rows(active(acme, now))[1]
        discount(acme, "60", now)
        pay(second, now)
        assert self.move(second, now) is None
