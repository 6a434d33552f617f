"""Revocation: no more redemptions, and unspent credit is taken back once."""

import pytest

from apps.common.money import to_micros
from apps.contracts.models import Installment
from apps.outbox.models import OutboxMessage
from apps.vouchers import services
from apps.vouchers.actions import RevokeBatch
from apps.vouchers.errors import IllegalBatchState, VoucherRevoked
from apps.vouchers.models import Batch, Redemption, RedemptionReversal, Voucher
from apps.vouchers.services import revocation
from apps.vouchers.terms import VoucherKind
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer
from tests.factories import cause_of, charge, create_organization, reserve
from tests.vouchers.factories import create_batch, create_voucher, redeem, staff

pytestmark = pytest.mark.django_db


def staff_order(now):
    return {"reason": "Leaked", "by": staff("bob"), "now": now}


def reversals():
    return list(RedemptionReversal.objects.order_by("taken_micros").values_list("taken_micros", "reason", "taken_by"))


class TestRevokeVoucher:
    def test_takes_back_what_is_unspent_by_reversal(self, acme, now, deliver_outbox):
        voucher = create_voucher(now)
        redeem(acme, "WELCOME", now)
        charge(acme, "10", now)
        services.revoke_voucher(voucher_id=voucher.pk, **staff_order(now))
        deliver_outbox(now)

        assert reversals() == [(15_000_000, "Leaked", "staff:bob")]
        assert wallet_figures(acme, now).balance_micros == 0

    def test_takes_nothing_where_all_was_spent_and_says_so(self, acme, now, deliver_outbox):
        voucher = create_voucher(now)
        redeem(acme, "WELCOME", now)
        charge(acme, "40", now)
        services.revoke_voucher(voucher_id=voucher.pk, **staff_order(now))
        deliver_outbox(now)

        assert reversals() == [(0, "Leaked", "staff:bob")]
        assert wallet_figures(acme, now).balance_micros == -15_000_000

    def test_leaves_what_a_reservation_holds(self, acme, now, deliver_outbox):
        voucher = create_voucher(now)
        redeem(acme, "WELCOME", now)
        reserve(acme, "20", now)
        services.revoke_voucher(voucher_id=voucher.pk, **staff_order(now))
        deliver_outbox(now)

        assert reversals() == [(5_000_000, "Leaked", "staff:bob")]

    def test_leaves_other_codes_of_the_batch(self, acme, now, deliver_outbox):
        batch, (first, second) = create_batch(now, count=2)
        redeem(acme, first, now)
        services.revoke_voucher(voucher_id=batch.vouchers.get(number=1).pk, **staff_order(now))
        deliver_outbox(now)

        assert reversals() == []
        with pytest.raises(VoucherRevoked):
            redeem(acme, second, now)

    def test_happens_once(self, acme, now, deliver_outbox):
        voucher = create_voucher(now)
        redeem(acme, "WELCOME", now)
        for _ in range(3):
            services.revoke_voucher(voucher_id=voucher.pk, **staff_order(now))
            deliver_outbox(now)
            services.take_back_chunk(batch_id=voucher.batch_id, voucher_id=voucher.pk, now=now)

        assert reversals() == [(25_000_000, "Leaked", "staff:bob")]

    def test_gives_up_a_discount_that_was_not_used_yet(self, acme, now, deliver_outbox):
        offer(acme, now)
        voucher = create_voucher(now, kind=VoucherKind.DISCOUNT, amount="30")
        redeem(acme, "WELCOME", now)
        services.revoke_voucher(voucher_id=voucher.pk, **staff_order(now))
        services.take_back_chunk(batch_id=voucher.batch_id, voucher_id=voucher.pk, now=now)

        assert reversals() == [(30_000_000, "Leaked", "staff:bob")]
        assert not Installment.objects.filter(discount_micros__gt=0).exists()

    def test_waits_for_nobody_while_its_batch_waits(self, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 1
        voucher = create_voucher(now)

        with pytest.raises(IllegalBatchState):
            services.revoke_voucher(voucher_id=voucher.pk, **staff_order(now))


class TestRevokeBatch:
    def test_takes_back_every_redemption_and_marks_every_code(self, now, deliver_outbox):
        batch, codes = create_batch(now, count=3, max_redemptions=2)
        for number, code in enumerate([*codes, *codes]):
            redeem(create_organization(now, f"org-{number}"), code, now)
        services.revoke_batch(batch_id=batch.pk, **staff_order(now))
        deliver_outbox(now)

        assert reversals() == [(25_000_000, "Leaked", "staff:bob")] * 6
        assert not Voucher.objects.filter(revoked_at=None).exists()

    def test_is_reviewed_with_its_codes_and_with_the_customers_who_lose_credit(self, acme, globex, now):
        batch, codes = create_batch(now, count=3)
        redeem(acme, codes[0], now)
        redeem(globex, codes[1], now)
        revoke = RevokeBatch.of(batch, reason="Leaked", key="staff:1")
        review = {each.what: (each.before, each.after) for each in revoke.preview(by=staff("bob"), now=now)}
        assert review["Codes that work"] == ("1", "0")
        assert review["Unspent credit"] == ("50.00 USD", "taken back")
        assert review["Customers who lose it"] == ("", "Acme 25.00 USD, Globex 25.00 USD")

    def test_stops_codes_at_once_before_the_background_has_run(self, acme, now):
        batch, (code,) = create_batch(now)
        services.revoke_batch(batch_id=batch.pk, **staff_order(now))

        with pytest.raises(VoucherRevoked):
            redeem(acme, code, now)

    def test_goes_on_where_a_killed_worker_stopped(self, now, monkeypatch):
        monkeypatch.setattr(revocation, "REDEMPTIONS_AT_ONCE", 1)
        batch, codes = create_batch(now, count=2)
        for number, code in enumerate(codes):
            redeem(create_organization(now, f"org-{number}"), code, now)
        services.revoke_batch(batch_id=batch.pk, **staff_order(now))

        steps = [services.take_back_chunk(batch_id=batch.pk, voucher_id=None, now=now).touched for _ in range(4)]
        assert steps == [2, 1, 1, 0]
        assert len(reversals()) == 2

    def test_goes_on_past_what_cannot_be_taken_back_and_reports_it(self, now, deliver_outbox, monkeypatch):
        monkeypatch.setattr(revocation, "REDEMPTIONS_AT_ONCE", 1)
        batch, codes = create_batch(now, count=3)
        for number, code in enumerate(codes):
            redeem(create_organization(now, f"org-{number}"), code, now)
        stuck = Redemption.objects.order_by("pk")[1]
        # Another transfer already has the key that the transfer of this reversal would have.
        wallets.post_transfer(
            organization=stuck.organization,
            booking=wallets.Booking(
                cause=cause_of(stuck.organization),
                source=Role.PROMOTIONS,
                destination=Role.REVENUE,
                amount=to_micros("1"),
                kind="adjustment",
                key=f"grant-revocation:{stuck.grant_id}",
                created_by="staff:ann",
            ),
            now=now,
        )
        services.revoke_batch(batch_id=batch.pk, **staff_order(now))
        deliver_outbox(now)

        assert RedemptionReversal.objects.count() == 2
        assert not RedemptionReversal.objects.filter(redemption=stuck).exists()
        message = OutboxMessage.objects.get(task="vouchers.take_back")
        assert (message.state, str(stuck.pk) in message.last_error) == ("pending", True)

    def test_takes_nothing_twice_where_the_grant_was_reversed_while_a_part_was_held(self, now, deliver_outbox):
        batch, (code,) = create_batch(now)
        acme = create_organization(now)
        redeem(acme, code, now)
        hold, grant = reserve(acme, "4", now), Grant.objects.get()
        wallets.reverse_transfer(
            organization=acme,
            cause=cause_of(acme),
            transfer_id=grant.transfer_id,
            reason="Wrong",
            created_by="staff:ann",
            now=now,
        )
        wallets.release_reservation(organization=acme, hold_id=hold.pk, now=now)
        services.revoke_batch(batch_id=batch.pk, **staff_order(now))
        deliver_outbox(now)

        assert reversals() == [(0, "Leaked", "staff:bob")]
        assert wallet_figures(acme, now).balance_micros == 0

    def test_cannot_be_undone(self, now):
        batch, _ = create_batch(now)
        services.revoke_batch(batch_id=batch.pk, **staff_order(now))

        assert Batch.TRANSITIONS[Batch.State.REVOKED] == set()
