"""Grants and charges: burned grants, overspend, debt, and repeats."""

from datetime import timedelta, timezone

import pytest

from apps.common.money import to_micros
from apps.common.periods import month_of
from apps.ledger.errors import IdempotencyMismatch, InvalidAmount
from apps.wallets import services
from apps.wallets.accounts import Role
from apps.wallets.models import Consumption, Grant, Shortfall
from apps.wallets.selectors import account_balances, charged_between, funded_by, wallet_figures
from tests.factories import cause_of, charge, create_grant, create_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def postpaid(now):
    return create_organization(now, "owes", billing_mode="postpaid", postpaid_limit_micros=to_micros("20"))


def remaining() -> dict[str, int]:
    return {grant.key: grant.remaining_micros for grant in Grant.objects.all()}


class TestGrantCredits:
    def test_adds_to_the_balance(self, acme, now):
        create_grant(acme, "10", now)
        assert wallet_figures(acme, now).balance_micros == to_micros("10")

    def test_takes_a_top_up_from_cash_and_a_gift_from_promotions(self, acme, now):
        create_grant(acme, "10", now, key="g1", source="top_up", paid_micros=10_000_000)
        create_grant(acme, "3", now, key="g2", source="voucher")
        balances = account_balances(acme)
        assert (balances[Role.CASH], balances[Role.PROMOTIONS]) == (to_micros("-10"), to_micros("-3"))

    def test_grants_once_per_key(self, acme, now):
        first = create_grant(acme, "10", now)
        again = create_grant(acme, "10", now + timedelta(days=1))
        assert again == first
        assert wallet_figures(acme, now).balance_micros == to_micros("10")

    @pytest.mark.parametrize("other", [{"source": "voucher"}, {"paid_micros": 1}, {"amount": "11"}])
    def test_refuses_a_key_with_other_inputs(self, acme, now, other):
        create_grant(acme, "10", now)
        with pytest.raises(IdempotencyMismatch):
            create_grant(acme, other.pop("amount", "10"), now, **other)

    @pytest.mark.parametrize("other", [{"expires_at": None}, {"days": 2}, {"priority": 5}])
    def test_refuses_a_key_with_another_end_or_place(self, acme, now, other):
        create_grant(acme, "10", now, expires_at=now + timedelta(days=1))
        if days := other.pop("days", 0):
            other["expires_at"] = now + timedelta(days=days)
        with pytest.raises(IdempotencyMismatch):
            create_grant(acme, "10", now, **{"expires_at": now + timedelta(days=1), **other})

    def test_takes_the_same_end_in_another_zone_as_the_same(self, acme, now):
        end = now + timedelta(days=1)
        first = create_grant(acme, "10", now, expires_at=end)
        assert create_grant(acme, "10", now, expires_at=end.astimezone(timezone(timedelta(hours=5)))) == first

    def test_pays_more_overspend_than_is_read_at_once(self, acme, now, monkeypatch):
        monkeypatch.setattr("apps.wallets.services.books.FIRST_LOOK", 2)
        for number in range(5):
            charge(acme, "1", now, key=f"c{number}")
        create_grant(acme, "4.5", now)
        left = Shortfall.objects.order_by("pk").values_list("remaining_micros", flat=True)
        assert list(left) == [0, 0, 0, 0, to_micros("0.5")]

    @pytest.mark.parametrize("amount", ["0", "-1"])
    def test_refuses_nothing_and_less(self, acme, now, amount):
        with pytest.raises(InvalidAmount):
            create_grant(acme, amount, now)

    def test_pays_overspend_first_and_says_for_which_charge(self, acme, now):
        overspent = charge(acme, "4", now)
        create_grant(acme, "10", now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.overspend_micros) == (to_micros("6"), 0)
        assert [(each.grant.key, each.amount_micros) for each in funded_by(overspent.pk)] == [("g1", to_micros("4"))]

    def test_pays_the_oldest_overspend_first(self, acme, now):
        charge(acme, "4", now, key="c1")
        charge(acme, "5", now, key="c2")
        create_grant(acme, "6", now)
        assert list(Shortfall.objects.order_by("pk").values_list("remaining_micros", flat=True)) == [0, to_micros("3")]


class TestCharge:
    def test_burns_grants_in_order(self, acme, now):
        create_grant(acme, "10", now, key="bought", source="top_up", paid_micros=10_000_000)
        create_grant(acme, "10", now, key="gift", source="voucher")
        create_grant(acme, "10", now, key="quota", source="included_quota", expires_at=now + timedelta(days=9))
        charge(acme, "15", now)
        assert remaining() == {"bought": to_micros("10"), "gift": to_micros("5"), "quota": 0}

    def test_leaves_a_prepaid_wallet_below_zero_when_the_work_is_done(self, acme, now):
        create_grant(acme, "1", now)
        charge(acme, "4", now)
        figures = wallet_figures(acme, now)
        assert (figures.posted_micros, figures.overspend_micros, figures.available_micros) == (
            -3_000_000,
            3_000_000,
            -3_000_000,
        )

    def test_lets_a_postpaid_organization_owe(self, postpaid, now):
        create_grant(postpaid, "1", now)
        charge(postpaid, "4", now)
        figures = wallet_figures(postpaid, now)
        assert (figures.posted_micros, figures.outstanding_micros) == (0, to_micros("3"))
        assert figures.available_micros == to_micros("17")

    def test_burns_no_expired_credit_even_if_no_worker_has_run(self, acme, now):
        create_grant(acme, "5", now, expires_at=now + timedelta(hours=1))
        charge(acme, "2", now + timedelta(hours=1))
        assert remaining() == {"g1": to_micros("5")}
        assert wallet_figures(acme, now + timedelta(hours=1)).overspend_micros == to_micros("2")

    def test_posts_nothing_for_nothing(self, acme, now):
        assert charge(acme, "0", now) is None

    def test_charges_once_per_key(self, acme, now):
        create_grant(acme, "10", now)
        assert charge(acme, "2", now) == charge(acme, "2", now)
        assert remaining() == {"g1": to_micros("8")}

    def test_refuses_a_key_with_another_amount(self, acme, now):
        charge(acme, "2", now)
        with pytest.raises(IdempotencyMismatch):
            charge(acme, "3", now)

    def batch(self, organization, now, *amounts):
        return services.charge_many(
            charges=[
                services.Charge(
                    organization=organization,
                    cause=cause_of(organization),
                    amount=to_micros(each),
                    kind="usage",
                    key="same",
                    created_by="system:test",
                )
                for each in amounts
            ],
            now=now,
        )

    def test_charges_once_for_a_key_that_stands_twice_in_a_batch(self, acme, now):
        create_grant(acme, "10", now)
        first, second = self.batch(acme, now, "2", "2")
        assert first == second
        assert remaining() == {"g1": to_micros("8")}

    @pytest.mark.parametrize("other", ["3", "-2"])
    def test_refuses_a_batch_with_a_key_for_two_amounts(self, acme, now, other):
        create_grant(acme, "10", now)
        with pytest.raises(IdempotencyMismatch):
            self.batch(acme, now, "2", other)
        assert remaining() == {"g1": to_micros("10")}

    def test_counts_in_the_month_s_charges(self, acme, now):
        charge(acme, "2", now)
        charge(acme, "0.5", now, key="c2", kind="service")
        create_grant(acme, "9", now)
        assert charged_between(acme, month_of(now)) == to_micros("2.5")

    @pytest.mark.parametrize("organizations", [1, 15])
    def test_costs_the_same_number_of_statements_for_any_batch(self, now, organizations, django_assert_num_queries):
        customers = [create_organization(now, f"org-{number}") for number in range(organizations)]
        charges = [
            services.Charge(
                organization=each,
                cause=cause_of(each),
                amount=to_micros("1"),
                kind="usage",
                key=f"u:{each.slug}",
                created_by="system:test",
            )
            for each in customers
        ]
        with django_assert_num_queries(2):
            services.charge_many(charges=charges, now=now)


class TestGiveBack:
    def test_returns_to_the_grants_last_burnt(self, acme, now):
        create_grant(acme, "10", now, key="gift", source="voucher")
        create_grant(acme, "10", now, key="bought", source="top_up", paid_micros=10_000_000)
        charge(acme, "12", now)
        charge(acme, "-3", now, key="c2")
        assert remaining() == {"gift": to_micros("1"), "bought": to_micros("10")}

    def test_lowers_overspend_first(self, acme, now):
        create_grant(acme, "1", now)
        charge(acme, "4", now)
        charge(acme, "-3.5", now, key="c2")
        assert remaining() == {"g1": to_micros("0.5")}
        assert wallet_figures(acme, now).overspend_micros == 0

    def test_lowers_what_is_owed_first(self, postpaid, now):
        create_grant(postpaid, "1", now)
        charge(postpaid, "4", now)
        charge(postpaid, "-3.5", now, key="c2")
        figures = wallet_figures(postpaid, now)
        assert (figures.outstanding_micros, figures.balance_micros) == (0, to_micros("0.5"))

    def test_lowers_the_next_debt_by_what_was_invoiced_and_paid(self, postpaid, now):
        charge(postpaid, "4", now)
        services.receive_postpaid_payment(
            organization=postpaid,
            payment=services.PostpaidPayment(
                cause=cause_of(postpaid),
                amount=to_micros("4"),
                key="p1",
                created_by="staff:ann",
            ),
            now=now,
        )
        charge(postpaid, "-3", now, key="c2")
        charge(postpaid, "5", now, key="c3")
        assert wallet_figures(postpaid, now).outstanding_micros == to_micros("2")

    def test_cancels_a_charge_that_a_later_grant_paid(self, acme, now):
        charge(acme, "4", now)
        create_grant(acme, "10", now)
        charge(acme, "-4", now, key="c2")
        assert remaining() == {"g1": to_micros("10")}
        assert sum(Consumption.objects.values_list("amount_micros", flat=True)) == 0

    def test_does_not_return_what_a_reversal_returned(self, acme, now):
        create_grant(acme, "10", now)
        reversed_one = charge(acme, "4", now)
        charge(acme, "3", now, key="c2")
        services.reverse_transfer(
            organization=acme,
            cause=cause_of(acme),
            transfer_id=reversed_one.pk,
            reason="r",
            created_by="staff:ann",
            now=now,
        )
        charge(acme, "-5", now, key="c3")
        assert remaining() == {"g1": to_micros("10")}

    @pytest.mark.parametrize("mode", ["prepaid", "postpaid"])
    @pytest.mark.parametrize("granted", ["1", "10"])
    def test_leaves_earned_what_exceeds_all_charges(self, now, mode, granted):
        customer = create_organization(now, mode, billing_mode=mode)
        create_grant(customer, granted, now)
        charge(customer, "4", now)
        first = charge(customer, "-7", now, key="back")
        assert charge(customer, "-7", now, key="back") == first
        assert first.amount_micros == to_micros("7")
        charge(customer, "-2", now, key="again")
        figures, books = wallet_figures(customer, now), account_balances(customer)
        assert (figures.balance_micros, figures.overspend_micros, figures.outstanding_micros) == (
            to_micros(granted),
            0,
            0,
        )
        assert (books[Role.REVENUE], books[Role.RECEIVABLE]) == (0, 0)
        assert remaining() == {"g1": to_micros(granted)}


class TestReceivePostpaidPayment:
    def pay(self, organization, amount, now, key="p1"):
        return services.receive_postpaid_payment(
            organization=organization,
            payment=services.PostpaidPayment(
                cause=cause_of(organization),
                amount=to_micros(amount),
                key=key,
                created_by="system:stripe",
            ),
            now=now,
        )

    def test_clears_what_is_owed_once(self, postpaid, now):
        charge(postpaid, "4", now)
        assert self.pay(postpaid, "4", now) == self.pay(postpaid, "4", now)
        figures = wallet_figures(postpaid, now)
        assert (figures.outstanding_micros, figures.balance_micros) == (0, 0)
        assert account_balances(postpaid)[Role.CASH] == to_micros("-4")

    def test_keeps_what_is_over_as_paid_credit(self, postpaid, now):
        charge(postpaid, "4", now)
        self.pay(postpaid, "5", now)
        self.pay(postpaid, "5", now)
        assert wallet_figures(postpaid, now).balance_micros == to_micros("1")
        assert account_balances(postpaid)[Role.CASH] == to_micros("-5")

    def test_is_the_same_payment_when_repeated_after_new_debt(self, postpaid, now):
        self.pay(postpaid, "5", now)
        charge(postpaid, "3", now)
        self.pay(postpaid, "5", now)
        assert wallet_figures(postpaid, now).balance_micros == to_micros("2")
        assert account_balances(postpaid)[Role.CASH] == to_micros("-5")

    def test_refuses_a_key_with_another_amount(self, postpaid, now):
        self.pay(postpaid, "5", now)
        with pytest.raises(IdempotencyMismatch):
            self.pay(postpaid, "6", now)
