"""Bonus credits: the unspent bonus is taken back when no installment of the contract is paid any more."""

from datetime import UTC, datetime

import pytest

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.services import RefundOrder
from apps.contracts.services.refund_transfers import Kind
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.errors import BudgetExceeded
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import active, offer, pay, refund, rows
from tests.factories import charge, reserve


@pytest.fixture
def contract(acme, now):
    """A running contract: 100 paid, 1,000 of bonus."""
    return active(acme, now, bonus="1000")


def balance_of(organization, now):
    """The remaining amount of all grants, including future ones."""
    return wallet_figures(organization, now).posted_micros // 1_000_000


def undo(key: str, now):
    return services.undo_installment_refund(
        organization=Organization.objects.get(slug="acme"),
        key=key,
        reason="It failed",
        created_by="system:stripe",
        now=now,
    )


def test_a_bonus_that_begins_in_december_is_not_spent_in_november(acme, now):
    contract = offer(acme, now, start="2026-12-01", bonus="25")
    pay(rows(contract)[0], now)
    eve, december = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    bonus = Grant.objects.get(source=Grant.Source.BONUS)
    assert (bonus.amount_micros, bonus.starts_at) == (to_micros("25"), december)
    with pytest.raises(BudgetExceeded):
        reserve(acme, "1", eve)
    charge(acme, "4", eve)
    assert [wallet_figures(acme, at).balance_micros for at in (eve, december)] == [to_micros("-4"), to_micros("121")]


class TestTheBonusGoesBack:
    def test_with_the_refund_of_all_that_was_paid(self, acme, now, contract, balance):
        refund(rows(contract)[0], "100", now)
        assert balance_of(acme, now) == 0
        assert balance(acme, Role.PROMOTIONS) == 0

    def test_with_a_lost_dispute(self, acme, now, contract):
        order = RefundOrder(
            amount=to_micros("100"),
            key="du_1",
            created_by="system:stripe",
            reason="Lost",
            kind=Kind.DISPUTE,
            paid_to=Role.DISPUTES,
        )
        services.refund_installment(installment_id=rows(contract)[0].pk, order=order, now=now)
        assert balance_of(acme, now) == 0

    def test_as_far_as_it_is_unspent(self, acme, now, contract):
        charge(acme, "300", now)
        refund(rows(contract)[0], "100", now)
        assert balance_of(acme, now) == 0

    def test_not_while_something_paid_is_left(self, acme, now, contract):
        pay(rows(contract)[1], now)
        refund(rows(contract)[0], "100", now, key="re_1")
        assert balance_of(acme, now) == 1100
        refund(rows(contract)[1], "100", now, key="re_2")
        assert balance_of(acme, now) == 0

    def test_not_with_a_part(self, acme, now, contract):
        refund(rows(contract)[0], "99", now)
        assert balance_of(acme, now) == 1001


class TestTheBonusComesBack:
    def test_when_the_refund_failed(self, acme, now, contract):
        charge(acme, "300", now)
        refund(rows(contract)[0], "100", now)
        undo("re_1", now)
        undo("re_1", now)
        assert balance_of(acme, now) == 800

    def test_when_another_installment_is_paid_and_only_once(self, acme, now, contract):
        refund(rows(contract)[0], "100", now, key="re_1")
        pay(rows(contract)[1], now)
        pay(rows(contract)[2], now)
        assert balance_of(acme, now) == 1200
        undo("re_1", now)
        assert balance_of(acme, now) == 1300

    def test_after_it_went_back_a_second_time(self, acme, now, contract):
        refund(rows(contract)[0], "100", now, key="re_1")
        pay(rows(contract)[1], now)
        refund(rows(contract)[1], "100", now, key="re_2")
        assert balance_of(acme, now) == 0
        undo("re_1", now)
        assert balance_of(acme, now) == 1100
