"""Reservations: admitted under the lock, captured once, expired by time."""

from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.money import to_micros
from apps.ledger.errors import EndHasPassed, HoldClosed, HoldExpired, HoldNotFound, IdempotencyMismatch
from apps.ledger.models import HoldTotal
from apps.wallets import services
from apps.wallets.consistency import book_mismatches
from apps.wallets.errors import BudgetExceeded, CaptureAboveHold, HeldByDispute
from apps.wallets.models import Grant
from apps.wallets.selectors import recent_holds, recent_reservations, reservation_stats, wallet_figures
from tests.factories import capture, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    return organization


def freeze(grant, amount, now, *, key="dispute:du_1:freeze", dispute=None):
    """Freeze whole units of a grant, for a dispute that is named as the key unless it is given."""
    return services.freeze_grant(
        grant=grant, amount=to_micros(amount), key=key, dispute=dispute or key, created_by="system:stripe", now=now
    )


def available(organization, now) -> int:
    return wallet_figures(organization, now).available_micros


class TestReserve:
    def test_lowers_what_is_available_and_not_the_balance(self, acme, now):
        reserve(acme, "4", now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.held_micros, figures.available_micros) == (
            10_000_000,
            4_000_000,
            6_000_000,
        )

    def test_refuses_more_than_is_available(self, acme, now):
        reserve(acme, "4", now)
        with pytest.raises(BudgetExceeded):
            reserve(acme, "6.000001", now, key="r2")
        reserve(acme, "6", now, key="r3")

    def test_replays_before_it_refuses(self, acme, now):
        first = reserve(acme, "10", now)
        assert reserve(acme, "10", now) == first
        assert available(acme, now) == 0

    def test_refuses_a_key_with_another_amount(self, acme, now):
        reserve(acme, "4", now)
        with pytest.raises(IdempotencyMismatch):
            reserve(acme, "5", now)

    def test_is_refused_while_overspent_even_with_a_zero_balance(self, acme, now):
        charge(acme, "11", now)
        with pytest.raises(BudgetExceeded):
            reserve(acme, "0.000001", now)

    def test_uses_a_postpaid_limit_up_to_the_micro(self, now):
        postpaid = create_organization(now, "owes", billing_mode="postpaid", postpaid_limit_micros=to_micros("5"))
        charge(postpaid, "2", now)
        with pytest.raises(BudgetExceeded):
            reserve(postpaid, "3.000001", now)
        capture(postpaid, reserve(postpaid, "3", now, key="r2").pk, "3", now)
        assert wallet_figures(postpaid, now).outstanding_micros == to_micros("5")

    def test_keeps_to_the_included_quota_where_usage_billing_is_off(self, acme, now):
        create_grant(acme, "2", now, key="quota", source="included_quota")
        type(acme).objects.update(usage_billing_enabled=False)
        with pytest.raises(BudgetExceeded):
            reserve(acme, "3", now)
        reserve(acme, "2", now, key="r2")

    def test_shows_what_it_admits_where_usage_billing_is_off(self, acme, now):
        create_grant(acme, "5", now, key="quota", source="included_quota", expires_at=now + 3 * HOUR)
        type(acme).objects.update(usage_billing_enabled=False)
        acme.refresh_from_db()
        reserve(acme, "2", now, expires_at=now + HOUR)
        shown = [available(acme, at) for at in (now, now + HOUR, now + 3 * HOUR)]
        assert shown == [to_micros("3"), to_micros("5"), 0]
        with pytest.raises(BudgetExceeded):
            reserve(acme, "3.000001", now, key="r2")
        reserve(acme, "3", now, key="r3")

    def test_protects_its_slices_from_work_done_meanwhile(self, acme, now):
        hold = reserve(acme, "4", now)
        charge(acme, "8", now)
        capture(acme, hold.pk, "4", now)
        assert wallet_figures(acme, now).overspend_micros == to_micros("2")


class TestCapture:
    def test_charges_the_amount_and_returns_the_rest(self, acme, now):
        capture(acme, reserve(acme, "4", now).pk, "1.5", now)
        figures = wallet_figures(acme, now)
        assert (figures.balance_micros, figures.held_micros) == (to_micros("8.5"), 0)

    def test_of_nothing_releases_all(self, acme, now):
        assert capture(acme, reserve(acme, "4", now).pk, "0", now) is None
        assert available(acme, now) == to_micros("10")

    def test_of_nothing_changes_nothing_when_it_is_repeated(self, acme, now):
        hold = reserve(acme, "4", now)
        assert [capture(acme, hold.pk, "0", now) for _ in range(2)] == [None, None]
        with pytest.raises(HoldClosed):
            capture(acme, hold.pk, "1", now)

    def test_replays_under_its_key(self, acme, now):
        hold = reserve(acme, "4", now)
        assert capture(acme, hold.pk, "4", now) == capture(acme, hold.pk, "4", now)

    def test_is_refused_a_second_time_under_another_key(self, acme, now):
        hold = reserve(acme, "4", now)
        capture(acme, hold.pk, "1", now)
        with pytest.raises(HoldClosed):
            capture(acme, hold.pk, "1", now, key="again")

    def test_above_the_hold_is_refused_unless_asked_for(self, acme, now):
        hold = reserve(acme, "4", now)
        with pytest.raises(CaptureAboveHold):
            capture(acme, hold.pk, "4.000001", now)
        capture(acme, hold.pk, "9", now, overage="allow")
        assert wallet_figures(acme, now).balance_micros == to_micros("1")

    def test_above_the_budget_is_refused_even_with_overage(self, acme, now):
        hold = reserve(acme, "4", now)
        with pytest.raises(BudgetExceeded):
            capture(acme, hold.pk, "10.000001", now, overage="allow")

    @pytest.mark.parametrize(
        ("overage", "charged", "balance", "overspent"),
        [("available", "12", "0", "0"), ("owe", "13", "0", "1")],
    )
    def test_of_more_than_there_is_charges_by_the_rule_that_the_call_names(
        self, now, overage, charged, balance, overspent
    ):
        organization = create_organization(now, "twelve")
        create_grant(organization, "12", now, key="twelve")
        hold = reserve(organization, "10", now)
        transfer = capture(organization, hold.pk, "13", now, overage=overage)
        figures = wallet_figures(organization, now)
        assert transfer.amount_micros == to_micros(charged)
        assert figures.balance_micros == to_micros(balance) - to_micros(overspent)
        assert figures.overspend_micros == to_micros(overspent)
        assert capture(organization, hold.pk, "13", now, overage=overage) == transfer

    def test_refused_tells_the_limit_its_room_and_what_was_asked_for(self, acme, now):
        reserve(acme, "7", now)
        with pytest.raises(BudgetExceeded) as refused:
            reserve(acme, "4", now, key="r2")
        (limit,) = refused.value.context["limits"]
        assert (limit.kind, limit.room_micros, limit.requested_micros) == ("wallet", to_micros("3"), to_micros("4"))

    def test_of_an_ended_reservation_is_refused(self, acme, now):
        hold = reserve(acme, "4", now, expires_at=now + HOUR)
        with pytest.raises(HoldExpired):
            capture(acme, hold.pk, "4", now + HOUR)

    def test_of_another_organization_s_reservation_finds_none(self, acme, now):
        other = create_organization(now, "other")
        with pytest.raises(HoldNotFound):
            capture(other, reserve(acme, "4", now).pk, "4", now)
        with pytest.raises(HoldNotFound):
            capture(acme, uuid4(), "4", now, key="k")

    def test_may_take_a_held_slice_past_its_grant_s_expiry(self, now):
        organization = create_organization(now, "brief")
        create_grant(organization, "5", now, key="brief", expires_at=now + HOUR)
        hold = reserve(organization, "3", now)
        later = now + 2 * HOUR
        assert wallet_figures(organization, later).available_micros == 0
        capture(organization, hold.pk, "2", later)
        services.expire_grants(now=later)
        figures = wallet_figures(organization, later)
        assert (figures.balance_micros, figures.posted_micros, figures.overspend_micros) == (0, 0, 0)


class TestRelease:
    def test_returns_all_and_again_changes_nothing(self, acme, now):
        hold = reserve(acme, "4", now)
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        assert available(acme, now) == to_micros("10")

    def test_of_a_captured_one_is_refused(self, acme, now):
        hold = reserve(acme, "4", now)
        capture(acme, hold.pk, "4", now)
        with pytest.raises(HoldClosed):
            services.release_reservation(organization=acme, hold_id=hold.pk, now=now)


class TestTime:
    def test_ends_a_reservation_before_any_worker_has_run(self, acme, now):
        reserve(acme, "4", now, expires_at=now + HOUR)
        assert available(acme, now + HOUR - timedelta(microseconds=1)) == to_micros("6")
        assert available(acme, now + HOUR) == to_micros("10")
        stats = reservation_stats(acme, now + HOUR)
        assert (stats.by_status["expired"].count, stats.unswept_count) == (1, 1)

    def test_lets_the_next_reservation_use_what_has_ended(self, acme, now):
        reserve(acme, "10", now, expires_at=now + HOUR)
        reserve(acme, "10", now + HOUR, key="r2")
        assert reservation_stats(acme, now + HOUR).unswept_count == 0

    def test_can_be_moved_out_while_it_is_pending(self, acme, now):
        hold = reserve(acme, "4", now, expires_at=now + HOUR)
        services.extend_reservation(organization=acme, hold_id=hold.pk, expires_at=now + 3 * HOUR, now=now)
        capture(acme, hold.pk, "4", now + 2 * HOUR)
        with pytest.raises(HoldClosed):
            services.extend_reservation(organization=acme, hold_id=hold.pk, expires_at=now + 9 * HOUR, now=now)

    def test_is_never_moved_to_an_earlier_end_by_a_call_that_comes_late(self, acme, now):
        hold = reserve(acme, "4", now, expires_at=now + HOUR)
        for end in (3 * HOUR, 2 * HOUR):
            services.extend_reservation(organization=acme, hold_id=hold.pk, expires_at=now + end, now=now)
        hold.refresh_from_db()
        assert hold.expires_at == now + 3 * HOUR

    @pytest.mark.parametrize("end", [timedelta(0), -HOUR])
    def test_is_not_moved_into_the_past(self, acme, now, end):
        hold = reserve(acme, "4", now, expires_at=now + HOUR)
        with pytest.raises(EndHasPassed) as refused:
            services.extend_reservation(organization=acme, hold_id=hold.pk, expires_at=now + end, now=now)
        assert refused.value.field == "expires_at"
        assert available(acme, now) == to_micros("6")

    def test_sweeps_what_has_ended(self, acme, now):
        reserve(acme, "4", now, expires_at=now + HOUR)
        assert services.expire_reservations(now=now + HOUR) == 1
        assert Grant.objects.get().held_micros == 0


class TestReservationStats:
    def test_counts_each_by_what_became_of_it(self, acme, now):
        reserve(acme, "1", now)
        reserve(acme, "2", now, key="r2", expires_at=now + HOUR)
        reserve(acme, "0.5", now, key="r3", expires_at=now + HOUR / 2)
        capture(acme, reserve(acme, "3", now, key="r4").pk, "1", now)
        for number in (5, 6):
            hold = reserve(acme, "0.25", now, key=f"r{number}")
            services.release_reservation(organization=acme, hold_id=hold.pk, now=now)

        def counted(at):
            stats = reservation_stats(acme, at)
            totals = {status: (each.count, each.amount_micros / 1_000_000) for status, each in stats.by_status.items()}
            return totals, stats.oldest_pending_at, stats.unswept_count

        ended = {"captured": (1, 3), "released": (2, 0.5)}
        assert counted(now) == ({"pending": (3, 3.5), "expired": (0, 0), **ended}, now, 0)
        assert counted(now + HOUR) == ({"pending": (1, 1), "expired": (2, 2.5), **ended}, now, 2)
        services.expire_reservations(now=now + HOUR / 2)
        assert counted(now + HOUR) == ({"pending": (1, 1), "expired": (2, 2.5), **ended}, now, 1)

    def test_leave_out_what_a_dispute_froze_while_it_lasts_and_after(self, acme, now):
        reserve(acme, "1", now)
        bought = create_grant(acme, "5", now, key="bought", source="top_up", paid_micros=5_000_000)
        frozen = freeze(bought, "5", now)
        other = freeze(Grant.objects.exclude(key="bought").get(), "2", now, key="dispute:du_2:freeze")

        def counted():
            return {name: (each.count, each.amount_micros) for name, each in stats().items() if each.count}

        def stats():
            found = reservation_stats(acme, now)
            assert {each.key for each in recent_reservations(acme, 9)} == {"r1"}
            return found.by_status

        assert counted() == {"pending": (1, 1_000_000)}
        services.unfreeze(organization=acme, dispute=frozen.key, now=now)
        assert counted() == {"pending": (1, 1_000_000)}
        assert {each.key for each in recent_holds(acme, 9)} == {"r1", frozen.key, other.key}
        assert wallet_figures(acme, now).held_micros == to_micros("3")

    @pytest.mark.tampers
    def test_reads_of_those_that_ended_how_many_they_were(self, acme, now):
        hold = reserve(acme, "1", now)
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        HoldTotal.objects.update(hold_count=1_000_000)
        assert reservation_stats(acme, now).by_status["released"].count == 1_000_000
        assert [each.rule for each in book_mismatches()] == ["an account's ended holds are counted by status"]

    def test_are_closed_in_a_number_of_statements_that_stays(self, acme, now):
        def closing(count, prefix):
            for number in range(count):
                reserve(acme, "0.1", now, key=f"{prefix}{number}", expires_at=now + HOUR)
            with CaptureQueriesContext(connection) as queries:
                services.expire_reservations(now=now + HOUR)
            return len(queries)

        assert closing(2, "few") == closing(20, "many")

    def test_finds_what_each_of_many_held_without_searching_what_all_held(self, acme, now, monkeypatch):
        compared, equal = count(), UUID.__eq__
        monkeypatch.setattr(UUID, "__eq__", lambda self, other: next(compared) is not None and equal(self, other))

        def comparisons(holds):
            for number in range(holds):
                reserve(acme, "0.01", now, key=f"{holds}:{number}", expires_at=now + HOUR)
            before = next(compared)
            assert services.expire_reservations(now=now + HOUR) == 1
            return next(compared) - before

        few, many = comparisons(5), comparisons(50)
        assert many <= 15 * few


class TestFreezeGrant:
    def test_sets_aside_what_is_left_of_one_grant(self, acme, now):
        grant = create_grant(acme, "5", now, key="bought", source="top_up", paid_micros=5_000_000)
        hold = freeze(grant, "7", now, key="du_1")
        assert hold.amount_micros == to_micros("5")
        charge(acme, "12", now)
        assert Grant.objects.get(key="bought").remaining_micros == to_micros("5")

    @pytest.mark.parametrize("amount", ["0", "1"])
    def test_ends_by_the_dispute_alone(self, acme, now, amount):
        grant = create_grant(acme, "5", now, key="bought", source="top_up", paid_micros=5_000_000)
        hold = freeze(grant, "5", now)
        by_hand = {"organization": acme, "hold_id": hold.pk, "now": now}
        with pytest.raises(HeldByDispute, match="dispute:du_1:freeze"):
            capture(acme, hold.pk, amount, now)
        with pytest.raises(HeldByDispute, match="dispute:du_1:freeze"):
            services.release_reservation(**by_hand)
        with pytest.raises(HeldByDispute, match="dispute:du_1:freeze"):
            services.extend_reservation(**by_hand, expires_at=now + HOUR)
        assert wallet_figures(acme, now).held_micros == to_micros("5")
        for _ in range(2):
            services.unfreeze(organization=acme, dispute=hold.key, now=now)
        assert available(acme, now) == to_micros("15")

    @pytest.mark.parametrize(("captured", "charged"), [("3", 3), ("0", 0)])
    def test_sets_aside_at_once_what_a_reservation_returns(self, acme, now, captured, charged):
        grant = create_grant(acme, "5", now, key="bought", source="top_up", paid_micros=5_000_000)
        hold = reserve(acme, "12", now)
        frozen = freeze(grant, "5", now)
        assert (frozen.amount_micros, available(acme, now)) == (to_micros("3"), 0)
        capture(acme, hold.pk, captured, now)
        assert available(acme, now) == to_micros(str(10 - charged))
        assert wallet_figures(acme, now).held_micros == to_micros("5")
        assert book_mismatches() == []
        services.unfreeze(organization=acme, dispute="dispute:du_1:freeze", now=now)
        assert available(acme, now) == to_micros(str(15 - charged))
        assert Grant.objects.filter(freezes__isnull=False).count() == 0

    def test_sets_aside_what_returns_of_a_grant_that_was_all_reserved(self, acme, now):
        charge(acme, "10", now)
        grant = create_grant(acme, "5", now, key="bought", source="top_up", paid_micros=5_000_000)
        first, _ = (reserve(acme, "2.5", now, key=key, expires_at=now + HOUR) for key in ("r1", "r2"))
        for _ in range(2):
            assert freeze(grant, "4", now, dispute="du_1") is None
        services.release_reservation(organization=acme, hold_id=first.pk, now=now)
        assert available(acme, now) == 0
        services.expire_reservations(now=now + HOUR)
        assert available(acme, now + HOUR) == to_micros("1")
        assert wallet_figures(acme, now + HOUR).held_micros == to_micros("4")
        assert {each.key for each in recent_reservations(acme, 9)} == {"r1", "r2"}
        services.unfreeze(organization=acme, dispute="du_1", now=now + HOUR)
        assert (available(acme, now + HOUR), book_mismatches()) == (to_micros("5"), [])

    def test_sets_aside_what_a_corrected_charge_returns(self, acme, now):
        charge(acme, "10", now)
        grant = create_grant(acme, "5", now, key="bought", source="top_up", paid_micros=5_000_000)
        charge(acme, "4", now, key="c2")
        freeze(grant, "5", now)
        charge(acme, "-3", now, key="less")
        assert (available(acme, now), wallet_figures(acme, now).held_micros) == (0, to_micros("4"))

    def test_moves_the_grants_end_by_its_time_once(self, acme, now):
        grant = create_grant(acme, "5", now, key="bought", source="top_up", expires_at=now + 9 * HOUR)
        hold = reserve(acme, "12", now)
        freeze(grant, "5", now, key="du_1")
        services.release_reservation(organization=acme, hold_id=hold.pk, now=now + HOUR)
        services.unfreeze(organization=acme, dispute="du_1", now=now + 2 * HOUR)
        grant.refresh_from_db()
        assert grant.expires_at == now + 11 * HOUR

    def test_frees_all_that_a_dispute_froze_of_one_grant_in_parts(self, acme, now):
        charge(acme, "10", now)
        grant = create_grant(acme, "5", now, key="bought", source="top_up", paid_micros=5_000_000)
        for key, amount in (("du_1:first", "3"), ("du_1:second", "4")):
            freeze(grant, amount, now, key=key, dispute="du_1")
        assert available(acme, now) == 0
        services.unfreeze(organization=acme, dispute="du_1", now=now)
        assert (available(acme, now), wallet_figures(acme, now).held_micros) == (to_micros("5"), 0)
