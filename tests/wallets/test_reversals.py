"""Reversals: nothing is credited twice, and staff cannot reverse paid or disputed credit."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.common.money import from_micros, to_micros
from apps.contracts.consistency import contract_mismatches
from apps.wallets import services
from apps.wallets.accounts import Role
from apps.wallets.errors import NotReversible
from apps.wallets.models import ChargeNet, ChargeReversal, Grant
from apps.wallets.selectors import account_balances, wallet_figures
from tests.contracts.factories import offer, pay, rows
from tests.factories import capture, cause_of, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def postpaid(now):
    return create_organization(now, "owes", billing_mode="postpaid", postpaid_limit_micros=to_micros("1000"))


def bought(organization, now, **fields):
    return create_grant(organization, "100", now, key="bought", source="top_up", paid_micros=to_micros("100"), **fields)


def reverse(organization, transfer_id, now):
    return services.reverse_transfer(
        organization=organization,
        cause=cause_of(organization),
        transfer_id=transfer_id,
        reason="Mistake",
        created_by="staff:ann",
        now=now,
    )


def revoke(grant, now):
    return services.revoke_grant(
        grant=grant, cause=cause_of(grant.organization), reason="Misused", created_by="staff:ann", now=now
    )


def refund(grant, amount, now):
    return services.refund_grant(
        grant=grant,
        amount=to_micros(amount),
        order=services.Instruction(
            cause=cause_of(grant.organization),
            key="re",
            created_by="system:stripe",
        ),
        now=now,
    )


def freeze(grant, amount, now):
    return services.freeze_grant(
        grant=grant, amount=to_micros(amount), key="du", dispute="du", created_by="system:stripe", now=now
    )


def lose(grant, amount, now):
    win(grant.organization, now)
    return services.claw_back_grant(
        grant=grant,
        amount=to_micros(amount),
        order=services.Instruction(
            cause=cause_of(grant.organization),
            key="lost",
            created_by="system:stripe",
        ),
        now=now,
    )


def win(organization, now):
    services.unfreeze(organization=organization, dispute="du", now=now)


def books(organization) -> dict[str, str]:
    """The accounts that are not empty, in whole units."""
    balances = account_balances(organization).items()
    return {str(role): str(from_micros(balance).normalize()) for role, balance in balances if balance}


class TestPaidCredit:
    def test_is_not_reversed_since_the_money_is_still_there(self, acme, now):
        grant = bought(acme, now)
        with pytest.raises(NotReversible, match="refund it instead"):
            reverse(acme, grant.transfer_id, now)
        refund(grant, "100", now)
        assert books(acme) == {}

    def test_is_not_reversed_after_its_refund(self, acme, now):
        grant = bought(acme, now)
        refund(grant, "100", now)
        with pytest.raises(NotReversible, match="refund it instead"):
            reverse(acme, grant.transfer_id, now)

    def test_is_not_revoked(self, acme, now):
        grant = bought(acme, now)
        with pytest.raises(NotReversible, match="refund it instead"):
            revoke(grant, now)
        assert wallet_figures(acme, now).balance_micros == to_micros("100")

    def test_that_was_over_a_debt_is_not_revoked_either(self, postpaid, now):
        services.receive_postpaid_payment(
            organization=postpaid,
            payment=services.PostpaidPayment(
                cause=cause_of(postpaid),
                amount=to_micros("7"),
                key="p",
                created_by="system:stripe",
            ),
            now=now,
        )
        with pytest.raises(NotReversible, match="refund it instead"):
            revoke(Grant.objects.get(), now)


class TestGivenBackAndReversed:
    def test_an_owed_charge_comes_back_once(self, postpaid, now):
        charged = charge(postpaid, "100", now)
        charge(postpaid, "-100", now, key="back")
        with pytest.raises(NotReversible, match="credited back"):
            reverse(postpaid, charged.pk, now)
        assert books(postpaid) == {}

    def test_of_an_owed_charge_the_rest_is_reversed(self, postpaid, now):
        charged = charge(postpaid, "100", now)
        charge(postpaid, "-30", now, key="back")
        assert reverse(postpaid, charged.pk, now).amount_micros == to_micros("70")
        assert books(postpaid) == {}

    def test_of_an_overspent_charge_the_rest_is_reversed(self, acme, now):
        charged = charge(acme, "100", now)
        charge(acme, "-40", now, key="back")
        assert reverse(acme, charged.pk, now).amount_micros == to_micros("60")
        assert books(acme) == {}

    def test_overspend_that_a_grant_paid_meanwhile_goes_back_to_the_grant(self, acme, now):
        charged = charge(acme, "100", now)
        charge(acme, "-40", now, key="back")
        create_grant(acme, "50", now)
        reverse(acme, charged.pk, now)
        assert (Grant.objects.get().remaining_micros, books(acme)) == (
            to_micros("50"),
            {"wallet": "5E+1", "promotions": "-5E+1"},
        )

    def test_another_charge_on_the_grant_hides_nothing(self, acme, now):
        create_grant(acme, "100", now)
        first = charge(acme, "50", now, key="a")
        charge(acme, "-50", now, key="back")
        charge(acme, "50", now, key="b")
        with pytest.raises(NotReversible, match="credited back"):
            reverse(acme, first.pk, now)
        assert wallet_figures(acme, now).balance_micros == to_micros("50")

    def test_a_reversed_charge_is_not_given_back(self, acme, now):
        create_grant(acme, "100", now)
        charge(acme, "20", now, key="a")
        reverse(acme, charge(acme, "50", now, key="b").pk, now)
        charge(acme, "-20", now, key="back")
        assert {net.transfer.key: net.left_micros for net in ChargeNet.objects.all()} == {"a": 0, "b": 0}

    def test_each_undoing_names_its_charge(self, acme, now):
        create_grant(acme, "100", now)
        for key in "ab":
            charge(acme, "10", now, key=key)
        charge(acme, "-15", now, key="back")
        undone = ChargeReversal.objects.values_list("charge__transfer__key", "transfer__key", "amount_micros")
        assert set(undone) == {("b", "back", to_micros("10")), ("a", "back", to_micros("5"))}

    def test_the_database_refuses_to_undo_more_than_was_charged(self, acme, now):
        charge(acme, "10", now)
        with pytest.raises(IntegrityError), transaction.atomic():
            ChargeNet.objects.update(undone_micros=to_micros("10.000001"))


class TestOrderOfGivingBack:
    def test_is_the_newest_charge_first_before_older_debt(self, postpaid, now):
        charge(postpaid, "100", now, key="october")
        create_grant(postpaid, "50", now, source="included_quota", expires_at=now + HOUR)
        charge(postpaid, "50", now, key="november")
        charge(postpaid, "-20", now, key="back")
        figures = wallet_figures(postpaid, now)
        assert (figures.quota_micros, figures.outstanding_micros) == (to_micros("20"), to_micros("100"))

    def test_is_of_one_charge_what_no_grant_covered_first(self, postpaid, now):
        create_grant(postpaid, "10", now)
        charge(postpaid, "30", now)
        charge(postpaid, "-25", now, key="back")
        figures = wallet_figures(postpaid, now)
        assert (figures.balance_micros, figures.outstanding_micros) == (to_micros("5"), 0)


class TestWhatStaffReverse:
    def test_leaves_the_payment_of_an_installment_alone(self, acme, now):
        contract = offer(acme, now, credit="1200", service="0")
        payment = pay(rows(contract)[0], now, amount="40")
        with pytest.raises(NotReversible, match=r"installment\): undo it there"):
            reverse(acme, payment.transfer_id, now)
        assert [str(each) for each in contract_mismatches()] == []

    def test_leaves_deferred_service_and_contract_credit_alone(self, acme, now):
        contract = offer(acme, now, credit="600", service="600")
        pay(rows(contract)[0], now)
        row = rows(contract)[0]
        for transfer_id in (row.service_transfer_id, row.grant.transfer_id):
            with pytest.raises(NotReversible):
                reverse(acme, transfer_id, now)
        with pytest.raises(NotReversible):
            revoke(row.grant, now)
        assert [str(each) for each in contract_mismatches()] == []

    def test_leaves_refunds_alone(self, acme, now):
        grant = bought(acme, now)
        with pytest.raises(NotReversible):
            reverse(acme, refund(grant, "10", now).pk, now)

    def test_leaves_giving_back_and_what_belongs_to_a_charge_alone(self, postpaid, now):
        charged = charge(postpaid, "5", now)
        back = charge(postpaid, "-5", now, key="back")
        for transfer_id in (back.pk, charged.pk + 1):
            with pytest.raises(NotReversible):
                reverse(postpaid, transfer_id, now)

    def test_has_deductions_write_offs_and_bank_transfers(self, postpaid, now):
        common = {"cause": cause_of(postpaid), "created_by": "staff:ann"}
        create_grant(postpaid, "5", now)
        order = services.Instruction(key="d", description="r", **common)
        deducted = services.deduct(organization=postpaid, amount=to_micros("5"), order=order, now=now)
        charge(postpaid, "9", now)
        write_off = services.Booking(
            source=Role.WRITE_OFFS,
            destination=Role.RECEIVABLE,
            amount=to_micros("4"),
            kind="write_off",
            key="w",
            **common,
        )
        given_up = services.post_transfer(organization=postpaid, booking=write_off, now=now)
        payment = services.PostpaidPayment(amount=to_micros("5"), key="p", received_in=Role.MANUAL_RECEIPTS, **common)
        received = services.receive_postpaid_payment(organization=postpaid, payment=payment, now=now)
        for transfer in (given_up, received, deducted):
            reverse(postpaid, transfer.pk, now)
        figures = wallet_figures(postpaid, now)
        assert (figures.balance_micros, figures.outstanding_micros) == (to_micros("5"), to_micros("9"))


class TestReversedGift:
    def test_takes_no_more_than_was_not_deducted(self, acme, now):
        grant = create_grant(acme, "100", now)
        services.deduct(
            organization=acme,
            amount=to_micros("90"),
            order=services.Instruction(
                cause=cause_of(acme),
                key="d",
                description="Meant 10",
                created_by="staff:ann",
            ),
            now=now,
        )
        reverse(acme, grant.transfer_id, now)
        assert books(acme) == {}

    def test_leaves_what_a_reservation_holds_of_an_expired_grant(self, acme, now):
        grant = create_grant(acme, "10", now, expires_at=now + HOUR)
        charge(acme, "3", now)
        hold = reserve(acme, "4", now)
        assert reverse(acme, grant.transfer_id, now + HOUR).amount_micros == to_micros("3")
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now + HOUR)
        services.expire_grants(now=now + HOUR)
        assert wallet_figures(acme, now + HOUR).posted_micros == to_micros("-3")

    def test_ends_the_grant_so_that_what_is_held_lapses(self, acme, now):
        grant = create_grant(acme, "10", now, expires_at=now + HOUR)
        hold = reserve(acme, "4", now)
        reverse(acme, grant.transfer_id, now)
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        services.expire_grants(now=now)
        assert (books(acme), revoke(grant, now)) == ({}, 0)

    def test_is_refused_where_all_that_is_left_is_held(self, acme, now):
        grant = create_grant(acme, "10", now)
        reserve(acme, "10", now)
        with pytest.raises(NotReversible, match="is held"):
            reverse(acme, grant.transfer_id, now)


class TestDisputedCredit:
    def test_is_not_revoked(self, acme, now):
        gift = create_grant(acme, "100", now)
        freeze(gift, "1", now)
        for take in (lambda: revoke(gift, now), lambda: reverse(acme, gift.transfer_id, now)):
            with pytest.raises(NotReversible, match="in dispute"):
                take()

    def test_that_lapsed_while_frozen_is_lost_once(self, acme, now):
        grant = bought(acme, now, expires_at=now + HOUR)
        freeze(grant, "100", now)
        lose(grant, "100", now + 2 * HOUR)
        services.expire_grants(now=now + 9 * HOUR)
        assert books(acme) == {"cash": "-1E+2", "disputes": "1E+2"}

    def test_that_lapsed_while_frozen_is_lost_once_when_it_is_released_first(self, acme, now):
        grant = bought(acme, now, expires_at=now + HOUR)
        freeze(grant, "100", now)
        win(acme, now + 2 * HOUR)
        lose(grant, "100", now + 2 * HOUR)
        assert books(acme) == {"cash": "-1E+2", "disputes": "1E+2"}

    def test_has_when_won_the_time_that_it_was_frozen_for(self, acme, now):
        grant = bought(acme, now, expires_at=now + 2 * HOUR)
        freeze(grant, "100", now + HOUR)
        win(acme, now + 9 * HOUR)
        services.expire_grants(now=now + 9 * HOUR)
        assert wallet_figures(acme, now + 9 * HOUR).available_micros == to_micros("100")
        assert wallet_figures(acme, now + 10 * HOUR).available_micros == 0

    @pytest.mark.parametrize("swept", [True, False])
    def test_does_not_bring_back_what_was_free_and_lapsed(self, acme, now, swept):
        grant = bought(acme, now, expires_at=now + HOUR)
        freeze(grant, "30", now)
        if swept:
            services.expire_grants(now=now + HOUR)
        win(acme, now + 2 * HOUR)
        assert wallet_figures(acme, now + 2 * HOUR).balance_micros == to_micros("30")
        assert account_balances(acme)[Role.BREAKAGE] == to_micros("70")


class TestPostpaidCapture:
    def test_burns_credit_that_came_since_before_it_becomes_debt(self, postpaid, now):
        hold = reserve(postpaid, "10", now)
        create_grant(postpaid, "100", now)
        capture(postpaid, hold.pk, "10", now)
        figures = wallet_figures(postpaid, now)
        assert (figures.balance_micros, figures.outstanding_micros) == (to_micros("90"), 0)


class TestLapsing:
    def test_is_posted_each_time_something_came_back(self, acme, now):
        grant = create_grant(acme, "10", now, expires_at=now + HOUR)
        charge(acme, "8", now)
        for number, later in enumerate((now + HOUR, now + 2 * HOUR, now + 3 * HOUR)):
            services.expire_grants(now=later)
            charge(acme, "-2", later, key=f"back{number}")
        services.expire_grants(now=now + 4 * HOUR)
        grant.refresh_from_db()
        assert (grant.lapsed_micros, grant.remaining_micros) == (to_micros("8"), 0)
