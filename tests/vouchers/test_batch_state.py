"""Switching codes off and on, extending validity, changing limits: recorded with reason, and refusals."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.vouchers import services
from apps.vouchers.actions import (
    AboveRequestedAmount,
    ChangeVoucherLimit,
    EnableBatch,
    EnableVoucher,
    ExtendBatch,
    RevokeBatch,
    RevokeVoucher,
)
from apps.vouchers.errors import (
    IllegalBatchState,
    InvalidTerms,
    LimitBelowUse,
    ReasonMissing,
    VoucherExpired,
    VoucherNotFound,
    VoucherRevoked,
)
from apps.vouchers.models import Batch, BatchEvent, Voucher
from tests.vouchers.factories import create_batch, create_voucher, redeem, staff

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def staff_order(now, **fields):
    return {"reason": "Because", "by": staff("bob"), "now": now, **fields}


class TestBatch:
    def test_goes_off_and_on_with_reason_and_person(self, now):
        batch = create_voucher(now).batch
        services.disable_batch(batch_id=batch.pk, **staff_order(now))
        services.enable_batch(batch_id=batch.pk, **staff_order(now))

        told = list(BatchEvent.objects.order_by("pk").values_list("action", "reason", "done_by"))
        assert told[2:] == [("switched off", "Because", "staff:bob"), ("switched on", "Because", "staff:bob")]

    @pytest.mark.parametrize("service", [services.disable_batch, services.revoke_batch])
    def test_needs_a_reason(self, now, service):
        batch = create_voucher(now).batch

        with pytest.raises(ReasonMissing):
            service(batch_id=batch.pk, reason=" ", by=staff(), now=now)

    def test_refuses_what_it_is_already(self, now):
        batch = create_voucher(now).batch
        with pytest.raises(IllegalBatchState):
            services.enable_batch(batch_id=batch.pk, **staff_order(now))

        services.revoke_batch(batch_id=batch.pk, **staff_order(now))
        for service in (services.disable_batch, services.enable_batch, services.revoke_batch):
            with pytest.raises(IllegalBatchState):
                service(batch_id=batch.pk, **staff_order(now))


class TestExtendBatch:
    def test_lets_an_expired_code_work_again(self, acme, now):
        batch = create_voucher(now, expires_at=now + DAY).batch
        with pytest.raises(VoucherExpired):
            redeem(acme, "WELCOME", now + DAY)

        services.extend_batch(batch_id=batch.pk, expires_at=now + 3 * DAY, **staff_order(now + DAY))
        assert redeem(acme, "WELCOME", now + 2 * DAY)
        details = BatchEvent.objects.latest("pk").details
        assert details == {"before": (now + DAY).isoformat(), "after": (now + 3 * DAY).isoformat()}

    def test_takes_the_end_away(self, acme, now):
        batch = create_voucher(now, expires_at=now + DAY).batch
        services.extend_batch(batch_id=batch.pk, expires_at=None, **staff_order(now))

        assert redeem(acme, "WELCOME", now + 900 * DAY)

    @pytest.mark.parametrize("days", [1, 0, 0.5, 2])
    def test_never_shortens_nor_ends_in_the_past(self, now, days):
        batch = create_voucher(now, expires_at=now + DAY).batch

        with pytest.raises(InvalidTerms):
            services.extend_batch(batch_id=batch.pk, expires_at=now + days * DAY, **staff_order(now + 2 * DAY))

    def test_refuses_codes_that_work_for_ever(self, now):
        batch = create_voucher(now).batch

        with pytest.raises(InvalidTerms):
            services.extend_batch(batch_id=batch.pk, expires_at=now + DAY, **staff_order(now))


class TestVoucher:
    def test_goes_off_once_however_often_it_is_said(self, now):
        voucher = create_voucher(now)
        services.disable_voucher(voucher_id=voucher.pk, **staff_order(now))
        services.disable_voucher(voucher_id=voucher.pk, **staff_order(now + DAY))

        assert Voucher.objects.get().disabled_at == now
        assert BatchEvent.objects.filter(action="code switched off", voucher=voucher).count() == 1

    def test_goes_on_again(self, now):
        voucher = create_voucher(now)
        services.disable_voucher(voucher_id=voucher.pk, **staff_order(now))
        services.enable_voucher(voucher_id=voucher.pk, **staff_order(now))
        services.enable_voucher(voucher_id=voucher.pk, **staff_order(now))

        assert Voucher.objects.get().disabled_at is None
        assert BatchEvent.objects.filter(action="code switched on").count() == 1

    def test_does_not_come_back_once_revoked(self, now):
        voucher = create_voucher(now)
        services.revoke_voucher(voucher_id=voucher.pk, **staff_order(now))

        for service in (services.disable_voucher, services.enable_voucher):
            with pytest.raises(VoucherRevoked):
                service(voucher_id=voucher.pk, **staff_order(now))

    def test_must_exist(self, now):
        with pytest.raises(VoucherNotFound):
            services.disable_voucher(voucher_id=404, **staff_order(now))


def change_limit(voucher, limit, now):
    action = ChangeVoucherLimit.of(voucher, max_redemptions=limit, reason="Because", key=f"staff:{limit}")
    return submit(action, by=staff(), now=now)


class TestChangeLimit:
    def test_that_waits_adds_no_more_than_was_agreed_to(self, now, settings):
        voucher = create_voucher(now, max_redemptions=40)
        settings.APPROVAL_LIMIT_MICROS = 200_000_000
        waiting = change_limit(voucher, 50, now)
        services.change_limit(voucher_id=voucher.pk, max_redemptions=1, **staff_order(now))
        approve(approval_id=waiting.pk, by=User.objects.create_superuser("eve", is_staff=True), now=now)
        with pytest.raises(AboveRequestedAmount):
            execute(waiting.pk, now=now)

    def test_lets_more_redeem(self, acme, globex, now):
        voucher = create_voucher(now)
        redeem(acme, "WELCOME", now)
        services.change_limit(voucher_id=voucher.pk, max_redemptions=2, **staff_order(now))

        assert redeem(globex, "WELCOME", now)
        assert Batch.objects.get().worth_micros == 50_000_000

    def test_can_be_as_low_as_the_use_and_no_lower(self, acme, globex, now):
        voucher = create_voucher(now, max_redemptions=5)
        redeem(acme, "WELCOME", now)
        redeem(globex, "WELCOME", now)
        services.change_limit(voucher_id=voucher.pk, max_redemptions=2, **staff_order(now))

        with pytest.raises(LimitBelowUse):
            services.change_limit(voucher_id=voucher.pk, max_redemptions=1, **staff_order(now))

    @pytest.mark.parametrize("limit", [0, -1, 1_000_001])
    def test_stays_in_bounds(self, now, limit):
        voucher = create_voucher(now)

        with pytest.raises(InvalidTerms):
            services.change_limit(voucher_id=voucher.pk, max_redemptions=limit, **staff_order(now))

    def test_is_no_way_around_the_second_person(self, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 1_000_000_000
        voucher = create_voucher(now)
        assert change_limit(voucher, 40, now) is None

        voucher.refresh_from_db()
        assert change_limit(voucher, 41, now).amount_micros == 25_000_000
        voucher.refresh_from_db()
        assert voucher.max_redemptions == 40

    def test_is_for_chosen_codes_only(self, now):
        batch, _ = create_batch(now, count=2)

        with pytest.raises(IllegalBatchState):
            services.change_limit(voucher_id=batch.vouchers.first().pk, max_redemptions=2, **staff_order(now))


def test_extending_an_expired_batch_counts_what_can_still_be_redeemed(now, settings):
    settings.APPROVAL_LIMIT_MICROS = 10_000_000_000
    batch, _ = create_batch(now, count=100, expires_at=now + timedelta(days=1))
    later, settings.APPROVAL_LIMIT_MICROS = now + timedelta(days=9), 1_000_000_000
    action = ExtendBatch.of(batch, expires_at=later + timedelta(days=9), reason="Because", key="staff:1")
    assert submit(action, by=staff(), now=later).amount_micros == 2_500_000_000
    batch.refresh_from_db()
    assert batch.expires_at == now + timedelta(days=1)


class TestWhatIsCarriedOut:
    """An approved action is refused if its amount has grown since the request, and performed if it has shrunk."""

    @pytest.fixture
    def voucher(self, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 10**12
        voucher = create_voucher(now, max_redemptions=40, expires_at=now + 9 * DAY)
        settings.APPROVAL_LIMIT_MICROS = 1
        return voucher

    def agreed(self, action, now):
        waiting = submit(action, by=staff(), now=now)
        approve(approval_id=waiting.pk, by=User.objects.create_superuser("eve", is_staff=True), now=now)
        return waiting.pk

    def carry_out(self, kind, voucher, now, meanwhile, **more):
        subject = voucher if kind in (EnableVoucher, RevokeVoucher) else voucher.batch
        approval = self.agreed(kind.of(subject, reason="Because", key="staff:1", **more), now)
        meanwhile()
        return execute(approval, now=now)

    def limit(self, voucher, limit, now):
        return lambda: services.change_limit(voucher_id=voucher.pk, max_redemptions=limit, **staff_order(now))

    @pytest.mark.parametrize("kind", [EnableBatch, ExtendBatch, EnableVoucher])
    def test_is_no_more_than_what_could_be_redeemed_when_it_was_asked_for(self, voucher, now, kind):
        self.switch_off(kind, voucher, now)
        more = {"expires_at": now + 99 * DAY} if kind is ExtendBatch else {}
        with pytest.raises(AboveRequestedAmount, match=r"requested for 1,000.00 USD and is now 1,025.00 USD"):
            self.carry_out(kind, voucher, now, self.limit(voucher, 41, now), **more)

    @pytest.mark.parametrize("kind", [EnableBatch, ExtendBatch, EnableVoucher])
    def test_may_be_less(self, voucher, now, kind):
        self.switch_off(kind, voucher, now)
        more = {"expires_at": now + 99 * DAY} if kind is ExtendBatch else {}
        assert self.carry_out(kind, voucher, now, self.limit(voucher, 39, now), **more)

    @pytest.mark.parametrize("kind", [RevokeBatch, RevokeVoucher])
    def test_takes_back_no_more_than_was_unspent_when_it_was_asked_for(self, voucher, acme, globex, now, kind):
        redeem(acme, "WELCOME", now)
        with pytest.raises(AboveRequestedAmount, match=r"requested for 25.00 USD and is now 50.00 USD"):
            self.carry_out(kind, voucher, now, lambda: redeem(globex, "WELCOME", now))

    def test_counts_codes_that_were_switched_on_meanwhile(self, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 10**12
        batch, _ = create_batch(now, count=2)
        settings.APPROVAL_LIMIT_MICROS = 1
        one = batch.vouchers.first()
        services.disable_voucher(voucher_id=one.pk, **staff_order(now))
        services.disable_batch(batch_id=batch.pk, **staff_order(now))
        approval = self.agreed(EnableBatch.of(batch, reason="Because", key="staff:1"), now)
        services.enable_voucher(voucher_id=one.pk, **staff_order(now))
        with pytest.raises(AboveRequestedAmount):
            execute(approval, now=now)
        batch.refresh_from_db()
        assert batch.state == Batch.State.DISABLED

    def switch_off(self, kind, voucher, now):
        if kind is EnableBatch:
            services.disable_batch(batch_id=voucher.batch_id, **staff_order(now))
        elif kind is EnableVoucher:
            services.disable_voucher(voucher_id=voucher.pk, **staff_order(now))
