"""Redemption: its effect, and the error for each refusal."""

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.contracts.models import Installment
from apps.plans import services as plans
from apps.plans.models import Plan
from apps.vouchers import services
from apps.vouchers.errors import (
    BatchAlreadyRedeemed,
    NoInstallmentToDiscount,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    VoucherNotFound,
    VoucherRevoked,
    VoucherUsedUp,
)
from apps.vouchers.models import Redemption, Voucher, WrongCodes
from apps.vouchers.terms import VoucherKind
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer
from tests.factories import charge, create_grant, create_organization
from tests.vouchers.factories import UNSEEN, create_batch, create_code, create_voucher, redeem, staff

DAY = timedelta(days=1)


class TestWhatItGives:
    def test_credit_with_its_expiry_as_a_grant(self, acme, now):
        code = create_code(now, credit_days=90, prefix="SPRING")
        result = redeem(acme, code, now)

        grant = Grant.objects.get()
        assert (grant.source, grant.amount_micros, grant.is_paid) == ("voucher", 25_000_000, False)
        assert grant.expires_at == now + 90 * DAY
        assert grant.description == f"Voucher SPRING-…{code[-4:]}"
        assert (result.code, result.credit, result.balance) == (code, 25_000_000, 25_000_000)
        assert result.credit_expires_at == now + 90 * DAY

    def test_promotional_credit_that_burns_before_what_was_paid_for(self, acme, now):
        create_grant(acme, "10", now, source="top_up", paid_micros=10_000_000)
        redeem(acme, create_code(now), now)
        charge(acme, "25", now)

        assert wallet_figures(acme, now).top_up_micros == 10_000_000

    def test_the_balance_right_after(self, acme, now):
        create_grant(acme, "10", now)
        charge(acme, "30", now)

        assert redeem(acme, create_code(now), now).balance == 5_000_000

    def test_a_record_that_names_everything(self, acme, now):
        voucher, call_id = create_voucher(now), uuid4()
        redeem(acme, "welcome", now, call_id=call_id, redeemed_by="user:ann")

        made = Redemption.objects.get()
        assert (made.voucher, made.organization, made.number) == (voucher, acme, 1)
        assert (made.redeemed_by, made.redeemed_at, made.call_id) == ("user:ann", now, call_id)
        assert made.grant.key == f"voucher-redemption:{made.pk}"
        assert Voucher.objects.get().redemption_count == 1

    @pytest.mark.parametrize(
        "typed",
        ["welcome", " WEL come", "wel-come", "W-E-L-C-O-M-E", "\ufeffWEL\u200bCO\u2212ME\u00ad", "wel\u2011come\u3000"],
    )
    def test_the_same_however_it_is_typed(self, acme, now, typed):
        create_voucher(now)

        assert redeem(acme, typed, now).code == "WELCOME"

    @pytest.mark.parametrize("typed", UNSEEN)
    def test_the_same_with_characters_that_nobody_sees(self, acme, now, typed):
        create_voucher(now, code="FROST-2026-A")

        assert redeem(acme, typed, now).code == "FROST2026A"

    def test_a_generated_code_the_same_without_its_dashes(self, acme, now):
        code = create_code(now, prefix="SPRING")

        assert redeem(acme, code.replace("-", "").lower(), now).code == code

    def test_the_same_again_for_the_same_call(self, acme, now):
        create_voucher(now, max_redemptions=5, max_per_organization=5)
        call_id = uuid4()
        first = redeem(acme, "WELCOME", now, call_id=call_id)
        charge(acme, "5", now)

        assert redeem(acme, "WELCOME", now + DAY, call_id=call_id) == first
        assert Redemption.objects.count() == 1

    def test_in_few_statements(self, acme, now, django_assert_max_num_queries):
        create_voucher(now, max_redemptions=5, max_per_organization=5)
        redeem(acme, "WELCOME", now)

        with django_assert_max_num_queries(4):  # two, and those that set and release a savepoint
            redeem(acme, "WELCOME", now)


class TestHowOften:
    def test_once_by_the_same_organization(self, acme, now):
        create_voucher(now, max_redemptions=10)
        redeem(acme, "WELCOME", now)

        with pytest.raises(VoucherAlreadyRedeemed):
            redeem(acme, "WELCOME", now)
        assert Grant.objects.count() == 1

    def test_as_often_as_the_terms_say(self, acme, now):
        create_voucher(now, max_redemptions=5, max_per_organization=2)
        redeem(acme, "WELCOME", now)
        redeem(acme, "WELCOME", now)

        with pytest.raises(VoucherAlreadyRedeemed):
            redeem(acme, "WELCOME", now)

    def test_never_beyond_the_limit_in_all(self, acme, globex, now):
        create_voucher(now)
        redeem(acme, "WELCOME", now)

        with pytest.raises(VoucherUsedUp):
            redeem(globex, "WELCOME", now)

    def test_one_code_of_a_batch_where_the_terms_say_so(self, acme, globex, now):
        _, (first, second, third) = create_batch(now, count=3, max_codes_per_organization=1)
        redeem(acme, first, now)

        with pytest.raises(BatchAlreadyRedeemed):
            redeem(acme, second, now)
        assert redeem(globex, third, now).amount == 25_000_000

    def test_any_number_of_codes_of_a_batch_otherwise(self, acme, now):
        _, codes = create_batch(now, count=3)

        assert [redeem(acme, code, now).balance for code in codes] == [25_000_000, 50_000_000, 75_000_000]


class TestWhen:
    @pytest.mark.parametrize("microseconds", [-1, -3_600_000_000])
    def test_not_before_it_begins(self, acme, now, microseconds):
        create_voucher(now, starts_at=now + DAY)

        with pytest.raises(VoucherNotFound):
            redeem(acme, "WELCOME", now + DAY + timedelta(microseconds=microseconds))

    def test_from_its_first_moment_to_its_last(self, acme, globex, now):
        create_voucher(now, starts_at=now + DAY, expires_at=now + 2 * DAY, max_redemptions=2)

        assert redeem(acme, "WELCOME", now + DAY)
        assert redeem(globex, "WELCOME", now + 2 * DAY - timedelta(microseconds=1))

    def test_not_from_the_moment_it_expires(self, acme, now):
        create_voucher(now, expires_at=now + DAY)

        with pytest.raises(VoucherExpired):
            redeem(acme, "WELCOME", now + DAY)

    def test_not_while_the_batch_is_switched_off(self, acme, now):
        voucher = create_voucher(now)
        services.disable_batch(batch_id=voucher.batch_id, reason="Leaked", by=staff(), now=now)
        with pytest.raises(VoucherRevoked):
            redeem(acme, "WELCOME", now)

        services.enable_batch(batch_id=voucher.batch_id, reason="All clear", by=staff(), now=now)
        assert redeem(acme, "WELCOME", now)

    def test_not_while_the_code_is_switched_off(self, acme, now):
        voucher = create_voucher(now)
        services.disable_voucher(voucher_id=voucher.pk, reason="Leaked", by=staff(), now=now)
        with pytest.raises(VoucherRevoked):
            redeem(acme, "WELCOME", now)

        services.enable_voucher(voucher_id=voucher.pk, reason="All clear", by=staff(), now=now)
        assert redeem(acme, "WELCOME", now)

    def test_not_once_it_is_revoked(self, acme, now):
        voucher = create_voucher(now)
        services.revoke_voucher(voucher_id=voucher.pk, reason="Leaked", by=staff(), now=now)

        with pytest.raises(VoucherRevoked):
            redeem(acme, "WELCOME", now)


class TestForWhom:
    @pytest.fixture
    def pro(self, db, now):
        return Plan.objects.create(slug="pro", name="Pro", created_at=now, updated_at=now)

    def _subscribe(self, organization, plan, now):
        plans.start_subscription(organization=organization, plan=plan, created_by="staff:ann", now=now)

    def test_for_those_who_are_named(self, acme, globex, now):
        create_voucher(now, organization_ids=(acme.pk,), max_redemptions=2)

        assert redeem(acme, "WELCOME", now)
        with pytest.raises(VoucherNotFound):
            redeem(globex, "WELCOME", now)

    def test_for_those_on_a_plan_that_is_named(self, acme, globex, pro, now):
        self._subscribe(acme, pro, now)
        create_voucher(now, plan_ids=(pro.pk,), max_redemptions=2)

        assert redeem(acme, "WELCOME", now)
        with pytest.raises(VoucherNotFound):
            redeem(globex, "WELCOME", now)

    def test_for_both_where_both_are_named(self, acme, globex, pro, now):
        self._subscribe(acme, pro, now)
        create_voucher(now, plan_ids=(pro.pk,), organization_ids=(globex.pk,), max_redemptions=2)

        assert redeem(acme, "WELCOME", now)
        assert redeem(globex, "WELCOME", now)

    def test_not_for_another_currency(self, db, now):
        create_voucher(now)

        with pytest.raises(VoucherNotFound):
            redeem(create_organization(now, "euro", currency="EUR"), "WELCOME", now)


class TestWrongCodesCostTheSame:
    """Unknown, malformed, or another organization's: the same statements and the same message."""

    @pytest.fixture
    def statements(self, acme, globex, now, django_assert_max_num_queries):
        create_voucher(now, organization_ids=(globex.pk,))
        WrongCodes.objects.create(organization=acme)

        def count(code):
            with django_assert_max_num_queries(4) as captured, pytest.raises(VoucherNotFound) as refused:
                redeem(acme, code, now)
            sql = [query["sql"].split("(")[0] for query in captured.captured_queries]
            return [line for line in sql if "SAVEPOINT" not in line], refused.value.detail

        return count

    def test_to_the_statement(self, statements):
        tried = [statements(code) for code in ("NOBODYSCODE", "!§$%&/()=", "WELCOME", "\x01", "A" * 64)]

        assert tried == [tried[0]] * 5


class TestDiscount:
    def test_lowers_the_next_unpaid_installment_and_gives_no_credit(self, acme, now):
        offer(acme, now)
        create_voucher(now, kind=VoucherKind.DISCOUNT, amount="30")
        result = redeem(acme, "WELCOME", now)

        first = Installment.objects.order_by("due_date").first()
        assert (first.amount_micros, first.discount_micros) == (100_000_000, 30_000_000)
        assert (result.amount, result.credit, result.balance) == (30_000_000, 0, 0)
        assert not Grant.objects.exists()

    def test_counts_what_fitted(self, acme, now):
        offer(acme, now)
        create_voucher(now, kind=VoucherKind.DISCOUNT, amount="130")

        assert redeem(acme, "WELCOME", now).amount == 100_000_000

    def test_is_kept_where_there_is_nothing_to_lower(self, acme, now):
        create_voucher(now, kind=VoucherKind.DISCOUNT)

        with pytest.raises(NoInstallmentToDiscount):
            redeem(acme, "WELCOME", now)
        assert Voucher.objects.get().redemption_count == 0
