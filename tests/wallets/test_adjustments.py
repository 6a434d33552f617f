"""Expiry, refunds, disputes, adjustments, reversals, revocations: new transfers, exact undoing."""

from datetime import timedelta

import pytest

from apps.common.money import to_micros
from apps.common.periods import month_of
from apps.wallets import services
from apps.wallets.accounts import Role
from apps.wallets.consistency import book_mismatches
from apps.wallets.errors import BudgetExceeded, NotReversible, TransferNotFound, WalletOnly
from apps.wallets.models import DayTotal, Grant
from apps.wallets.selectors import (
    EntryCursor,
    account_balances,
    balance_as_of,
    charged_between,
    entries_page,
    returned_micros,
    wallet_figures,
)
from tests.factories import cause_of, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def acme(now):
    return create_organization(now)


def bought(organization, amount, now, key="bought", **fields):
    return create_grant(organization, amount, now, key=key, source="top_up", paid_micros=to_micros(amount), **fields)


def reverse(organization, transfer_id, now):
    return services.reverse_transfer(
        organization=organization,
        cause=cause_of(organization),
        transfer_id=transfer_id,
        reason="Mistake",
        created_by="staff:ann",
        now=now,
    )


def undo(organization, transfer_id, now):
    return services.undo_transfer(
        organization=organization,
        cause=cause_of(organization),
        transfer_id=transfer_id,
        reason="Failed",
        created_by="system:stripe",
        now=now,
    )


class TestExpireGrants:
    def test_sends_paid_credit_to_breakage_and_gifts_back_to_promotions(self, acme, now):
        bought(acme, "5", now, expires_at=now + HOUR)
        create_grant(acme, "3", now, key="gift", expires_at=now + HOUR)
        charge(acme, "1", now)
        services.expire_grants(now=now + HOUR)
        balances = account_balances(acme)
        assert (balances[Role.WALLET], balances[Role.BREAKAGE]) == (0, to_micros("5"))
        assert balances[Role.PROMOTIONS] == to_micros("-1")

    def test_posts_nothing_early_and_nothing_twice(self, acme, now):
        create_grant(acme, "3", now, expires_at=now + HOUR)
        assert services.expire_grants(now=now) == 0
        assert services.expire_grants(now=now + HOUR) == 1
        assert services.expire_grants(now=now + HOUR) == 0

    def test_changes_no_figure_that_time_had_not_changed_already(self, acme, now):
        create_grant(acme, "3", now, expires_at=now + HOUR)
        before = wallet_figures(acme, now + HOUR).balance_micros
        services.expire_grants(now=now + HOUR)
        assert wallet_figures(acme, now + HOUR).balance_micros == before == 0


class TestRefundGrant:
    def refund(self, grant, amount, now, key="re_1"):
        return services.refund_grant(
            grant=grant,
            amount=to_micros(amount),
            order=services.Instruction(
                cause=cause_of(grant.organization),
                key=key,
                created_by="system:stripe",
            ),
            now=now,
        )

    def test_takes_the_unspent_part_of_its_grant(self, acme, now):
        grant = bought(acme, "10", now)
        create_grant(acme, "5", now, key="gift")
        self.refund(grant, "4", now)
        figures = wallet_figures(acme, now)
        assert (figures.top_up_micros, figures.legacy_micros, figures.overspend_micros) == (
            to_micros("6"),
            to_micros("5"),
            0,
        )

    def test_leaves_what_was_spent_as_debt_that_stops_spending(self, acme, now):
        grant = bought(acme, "10", now)
        charge(acme, "8", now)
        self.refund(grant, "10", now)
        assert wallet_figures(acme, now).available_micros == to_micros("-8")
        with pytest.raises(BudgetExceeded):
            reserve(acme, "0.01", now)

    def test_is_booked_once_per_refund(self, acme, now):
        grant = bought(acme, "10", now)
        assert self.refund(grant, "4", now) == self.refund(grant, "4", now)
        self.refund(grant, "4", now, key="re_2")
        assert wallet_figures(acme, now).balance_micros == to_micros("2")

    def test_can_itself_be_undone_once(self, acme, now):
        grant = bought(acme, "10", now)
        charge(acme, "8", now)
        refund = self.refund(grant, "10", now)
        assert undo(acme, refund.pk, now) == undo(acme, refund.pk, now)
        assert wallet_figures(acme, now).balance_micros == to_micros("2")
        assert returned_micros(grant) == 0
        assert account_balances(acme)[Role.CASH] == to_micros("-10")


class TestClawBackGrant:
    def test_takes_what_was_frozen(self, acme, now):
        grant = bought(acme, "10", now)
        services.freeze_grant(
            grant=grant, amount=to_micros("10"), key="du_1", dispute="du_1", created_by="system:stripe", now=now
        )
        services.unfreeze(organization=acme, dispute="du_1", now=now)
        services.claw_back_grant(
            grant=grant,
            amount=to_micros("10"),
            order=services.Instruction(
                cause=cause_of(grant.organization),
                key="du_1:lost",
                created_by="system:stripe",
            ),
            now=now,
        )
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.held_micros) == (0, 0)
        assert account_balances(acme)[Role.DISPUTES] == to_micros("10")


class TestDeduct:
    def deduct(self, organization, amount, now):
        return services.deduct(
            organization=organization,
            amount=to_micros(amount),
            order=services.Instruction(
                cause=cause_of(organization),
                key="d1",
                description="Wrong",
                created_by="staff:ann",
            ),
            now=now,
        )

    def test_takes_in_burn_order_once(self, acme, now):
        create_grant(acme, "5", now)
        assert self.deduct(acme, "2", now) == self.deduct(acme, "2", now)
        assert wallet_figures(acme, now).balance_micros == to_micros("3")

    def test_never_takes_more_than_is_available(self, acme, now):
        create_grant(acme, "5", now)
        reserve(acme, "4", now)
        with pytest.raises(BudgetExceeded):
            self.deduct(acme, "2", now)


class TestReverseTransfer:
    def test_of_a_charge_returns_to_the_grants_that_paid(self, acme, now):
        create_grant(acme, "3", now, key="a", expires_at=now + HOUR)
        create_grant(acme, "3", now, key="b")
        paid = charge(acme, "5", now)
        reverse(acme, paid.pk, now)
        assert {grant.key: grant.remaining_micros for grant in Grant.objects.all()} == {"a": 3_000_000, "b": 3_000_000}

    def test_of_an_overspent_charge_cancels_the_overspend(self, acme, now):
        create_grant(acme, "3", now)
        reverse(acme, charge(acme, "5", now).pk, now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.overspend_micros) == (to_micros("3"), 0)

    def test_of_an_owed_charge_cancels_the_debt(self, now):
        postpaid = create_organization(now, "owes", billing_mode="postpaid")
        reverse(postpaid, charge(postpaid, "5", now).pk, now)
        assert wallet_figures(postpaid, now).outstanding_micros == 0

    @pytest.mark.parametrize("kind", ["usage", "character", "service"])
    def test_of_a_charge_takes_it_out_of_what_was_charged_that_day(self, acme, now, kind):
        create_grant(acme, "9", now)
        kept = charge(acme, "2", now, key="kept", kind=kind)
        reverse(acme, charge(acme, "5", now, kind=kind).pk, now)
        assert charged_between(acme, month_of(now)) == kept.amount_micros
        day = DayTotal.objects.get(organization=acme, kind=kind)
        assert (day.amount_micros, day.entry_count) == (-kept.amount_micros, 1)

    def test_of_a_charge_of_last_month_counts_in_this_one(self, acme, now):
        paid = charge(acme, "5", now - 30 * DAY)
        reverse(acme, paid.pk, now)
        months = [month_of(now - 30 * DAY), month_of(now)]
        assert [charged_between(acme, month) for month in months] == [to_micros("5"), to_micros("-5")]
        assert list(book_mismatches()) == []

    def test_of_a_grant_takes_it_back_even_if_spent(self, acme, now):
        grant = create_grant(acme, "5", now)
        charge(acme, "2", now)
        reverse(acme, grant.transfer_id, now)
        assert wallet_figures(acme, now).balance_micros == to_micros("-2")

    def test_of_a_grant_takes_no_more_than_has_not_lapsed(self, acme, now):
        grant = create_grant(acme, "5", now, expires_at=now + HOUR)
        charge(acme, "2", now)
        reverse(acme, grant.transfer_id, now + HOUR)
        assert wallet_figures(acme, now + HOUR).posted_micros == to_micros("-2")

    def test_of_what_has_lapsed_altogether_is_refused(self, acme, now):
        grant = create_grant(acme, "5", now, expires_at=now + HOUR)
        with pytest.raises(NotReversible):
            reverse(acme, grant.transfer_id, now + HOUR)

    def test_of_a_reversal_is_refused(self, acme, now):
        undone = reverse(acme, charge(acme, "5", now).pk, now)
        with pytest.raises(NotReversible):
            reverse(acme, undone.pk, now)

    def test_of_what_was_given_back_already_is_refused(self, acme, now):
        create_grant(acme, "5", now)
        paid = charge(acme, "5", now)
        charge(acme, "-5", now, key="back")
        with pytest.raises(NotReversible):
            reverse(acme, paid.pk, now)

    def test_of_another_organization_s_transfer_finds_none(self, acme, now):
        other = create_organization(now, "other")
        with pytest.raises(TransferNotFound):
            reverse(other, charge(acme, "5", now).pk, now)


class TestRevokeGrant:
    def revoke(self, grant, now):
        return services.revoke_grant(
            grant=grant, cause=cause_of(grant.organization), reason="Misused", created_by="staff:ann", now=now
        )

    def test_takes_back_what_is_unspent(self, acme, now):
        grant = create_grant(acme, "5", now, source="voucher")
        charge(acme, "2", now)
        assert self.revoke(grant, now) == to_micros("3")
        assert self.revoke(grant, now) == 0
        assert wallet_figures(acme, now).balance_micros == 0

    def test_lets_what_a_reservation_returns_lapse(self, acme, now):
        grant = create_grant(acme, "5", now, source="voucher")
        hold = reserve(acme, "4", now)
        assert self.revoke(grant, now) == to_micros("1")
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        assert wallet_figures(acme, now).balance_micros == 0


class TestBook:
    def test_moves_no_wallet(self, acme, now):
        with pytest.raises(WalletOnly):
            services.post_transfer(
                organization=acme,
                booking=services.Booking(
                    cause=cause_of(acme),
                    source=Role.CASH,
                    destination=Role.WALLET,
                    amount=to_micros("1"),
                    kind="x",
                    key="k",
                    created_by="system:test",
                ),
                now=now,
            )


class TestReading:
    def test_balance_as_of_any_moment(self, acme, now):
        create_grant(acme, "5", now)
        charge(acme, "2", now + HOUR)
        moments = [now - HOUR, now, now + HOUR]
        assert [balance_as_of(acme, at) for at in moments] == [0, to_micros("5"), to_micros("3")]

    def test_a_charge_counts_when_it_says_and_stands_where_it_was_posted(self, acme, now):
        create_grant(acme, "5", now)
        services.charge_many(
            charges=[
                services.Charge(
                    organization=acme,
                    cause=cause_of(acme),
                    amount=to_micros("2"),
                    kind="usage",
                    key="c1",
                    created_by="system:test",
                    effective_at=now - 30 * DAY,
                )
            ],
            now=now + HOUR,
        )
        assert [balance_as_of(acme, at) for at in (now - DAY, now)] == [to_micros("-2"), to_micros("3")]
        assert [charged_between(acme, month_of(at)) for at in (now - 30 * DAY, now)] == [to_micros("2"), 0]
        page = entries_page(acme, since=now - 60 * DAY, limit=9)
        assert [entry.balance_after_micros for entry in page] == [to_micros("3"), to_micros("5")]

    def test_balance_as_of_a_moment_is_read_in_one_statement(self, acme, now, django_assert_num_queries):
        create_grant(acme, "5", now)
        with django_assert_num_queries(1):
            balance_as_of(acme, now)

    def test_pages_of_entries_follow_on(self, acme, now):
        create_grant(acme, "9", now)
        for number in range(4):
            charge(acme, "1", now, key=f"c{number}")
        first = entries_page(acme, since=now, limit=3)
        rest = entries_page(acme, since=now, limit=9, after=EntryCursor(now, first[-1].account_version))
        assert [entry.account_version for entry in first + rest] == [5, 4, 3, 2, 1]

    @pytest.mark.parametrize("entries", [1, 30])
    def test_figures_take_one_statement(self, acme, now, entries, django_assert_num_queries):
        for number in range(entries):
            create_grant(acme, "1", now, key=f"g{number}")
        with django_assert_num_queries(1):
            wallet_figures(acme, now)
