"""Redeeming a code takes two statements: one reads, one writes."""

from uuid import uuid4

import pytest

from apps.common.money import to_micros
from apps.contracts.models import InstallmentDiscount
from apps.tenants.known_credentials import CredentialChanged, DeferredCheck
from apps.tenants.models import Organization
from apps.tenants.selectors import authenticate_api_key
from apps.tenants.services import issue_api_key
from apps.vouchers import services
from apps.vouchers.errors import VoucherAlreadyRedeemed, VoucherNotFound, VoucherRevoked, VoucherUsedUp
from apps.vouchers.models import Redemption, Voucher, WrongCodes
from apps.vouchers.terms import VoucherKind
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer
from tests.factories import charge, create_organization
from tests.vouchers.factories import create_batch, create_code, create_voucher, redeem, staff
from tests.wallets.test_round_trips import before_writing, elsewhere, statements

pytestmark = pytest.mark.django_db(transaction=True)


def refused(work, error) -> int:
    """Return the number of statements of a call that is refused."""

    def run() -> None:
        with pytest.raises(error):
            work()

    return statements(run)


class TestRoundTrips:
    def test_are_two_for_a_redemption(self, acme, now):
        _, codes = create_batch(now, count=2, credit_days=30)

        assert statements(lambda: redeem(acme, codes[0], now)) == 2
        assert statements(lambda: redeem(acme, codes[1], now)) == 2
        assert wallet_figures(acme, now).balance_micros == to_micros("50")

    def test_are_one_for_the_same_call_and_for_a_refusal(self, acme, now):
        create_voucher(now)
        call_id = uuid4()
        first = redeem(acme, "WELCOME", now, call_id=call_id)

        assert statements(lambda: redeem(acme, "WELCOME", now, call_id=call_id)) == 1
        assert redeem(acme, "WELCOME", now, call_id=call_id) == first
        assert refused(lambda: redeem(acme, "WELCOME", now), VoucherAlreadyRedeemed) == 1

    def test_include_the_check_of_a_known_credential(self, acme, now):
        """With a key that was changed meanwhile nothing is redeemed, and the first statement detects it."""
        code = create_code(now)
        key = issue_api_key(organization=acme, name="x", scopes=["billing:read"], created_by="x", now=now)
        authenticate_api_key(key.text, now)

        def redeem_with_key() -> None:
            with DeferredCheck():
                authenticate_api_key(key.text, now)
                redeem(acme, code, now)

        Organization.objects.filter(pk=acme.pk).update(name="Other")
        assert refused(redeem_with_key, CredentialChanged) == 1
        assert not Redemption.objects.exists()
        authenticate_api_key(key.text, now)
        assert statements(redeem_with_key) == 2

    def test_are_two_for_a_wrong_code(self, acme, now):
        assert refused(lambda: redeem(acme, "WRONG", now), VoucherNotFound) == 2
        assert len(WrongCodes.objects.get().moments) == 1


class TestMovedMeanwhile:
    """A change between the two statements is noticed, and the redemption is decided again under the locks."""

    def test_the_last_use_goes_to_another(self, acme, globex, now):
        code = create_code(now)
        with before_writing(lambda: elsewhere(lambda: redeem(globex, code, now)), "voucher_write"):
            assert refused(lambda: redeem(acme, code, now), VoucherUsedUp)
        assert Redemption.objects.get().organization == globex

    def test_the_batch_is_switched_off(self, acme, now):
        voucher = create_voucher(now)
        by = staff()

        def switch_off() -> None:
            services.disable_batch(batch_id=voucher.batch_id, reason="Leaked", by=by, now=now)

        with before_writing(lambda: elsewhere(switch_off), "voucher_write"), pytest.raises(VoucherRevoked):
            redeem(acme, "WELCOME", now)
        assert not Redemption.objects.exists()
        assert Voucher.objects.get().redemption_count == 0

    def test_a_code_is_switched_off(self, acme, now):
        voucher = create_voucher(now)
        by = staff()

        def switch_off() -> None:
            services.disable_voucher(voucher_id=voucher.pk, reason="Leaked", by=by, now=now)

        with before_writing(lambda: elsewhere(switch_off), "voucher_write"), pytest.raises(VoucherRevoked):
            redeem(acme, "WELCOME", now)
        assert not Redemption.objects.exists()

    def test_a_wrong_code_counts_beside_another(self, acme, now):
        def guess() -> None:
            with pytest.raises(VoucherNotFound):
                redeem(acme, "ALSOWRONG", now)

        with before_writing(lambda: elsewhere(guess), "voucher_write"), pytest.raises(VoucherNotFound):
            redeem(acme, "WRONG", now)
        assert len(WrongCodes.objects.get().moments) == 2

    def test_the_balance_right_after_counts_what_was_charged(self, acme, now):
        redeem(acme, create_code(now, amount="10"), now)
        code = create_code(now, amount="5")
        with before_writing(lambda: elsewhere(lambda: charge(acme, "4", now)), "voucher_write"):
            result = redeem(acme, code, now)
        assert result.balance == to_micros("11") == wallet_figures(acme, now).balance_micros


class TestDiscount:
    def test_is_given_once_with_its_redemption(self, acme, now):
        offer(acme, now)
        create_voucher(now, kind=VoucherKind.DISCOUNT, amount="30", max_redemptions=2)
        redeem(acme, "WELCOME", now)

        assert refused(lambda: redeem(acme, "WELCOME", now), VoucherAlreadyRedeemed) == 1
        assert Redemption.objects.get().discount == InstallmentDiscount.objects.get()

    def test_is_not_given_where_another_had_it_meanwhile(self, acme, now):
        other = create_organization(now, "other")
        for organization in (acme, other):
            offer(organization, now)
        create_voucher(now, kind=VoucherKind.DISCOUNT, amount="30")
        with before_writing(lambda: elsewhere(lambda: redeem(other, "WELCOME", now)), "vouchers_wrongcodes"):
            assert refused(lambda: redeem(acme, "WELCOME", now), VoucherUsedUp)
        assert InstallmentDiscount.objects.get().installment.organization_id == other.pk
