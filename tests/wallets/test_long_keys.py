"""Keys of maximum length: keys derived from them fit too, and longer ones are refused."""

import pytest

from apps.common.money import to_micros
from apps.ledger.errors import InvalidKey
from apps.ledger.keys import KEY_LENGTH, beside
from apps.ledger.models import Transfer
from apps.wallets import services
from apps.wallets.models import Grant
from apps.wallets.selectors import granted_by, wallet_figures
from tests.factories import cause_of, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db

LONGEST = "k" * KEY_LENGTH


@pytest.fixture
def postpaid(now):
    return create_organization(now, "owes", billing_mode="postpaid", postpaid_limit_micros=to_micros("100"))


class TestBeside:
    def test_is_readable_while_it_fits(self):
        assert beside("k" * 195, "owed") == "k" * 195 + ":owed"

    def test_fits_always_and_differs_by_both(self):
        keys = {beside(key, part) for key in (LONGEST, "j" + LONGEST[1:]) for part in ("owed", "over")}
        assert len(keys) == 4
        assert all(len(key) <= KEY_LENGTH for key in keys)


class TestLongestKey:
    def test_of_a_charge_leaves_room_for_what_is_owed_and_comes_back(self, postpaid, now):
        create_grant(postpaid, "1", now)
        charge(postpaid, "5", now, key=LONGEST)
        assert wallet_figures(postpaid, now).outstanding_micros == to_micros("4")
        charge(postpaid, "-7", now, key="b" + LONGEST[1:])
        figures = wallet_figures(postpaid, now)
        assert (figures.outstanding_micros, figures.balance_micros) == (0, to_micros("1"))

    def test_of_a_payment_leaves_room_for_what_is_over(self, postpaid, now):
        for _ in range(2):
            services.receive_postpaid_payment(
                organization=postpaid,
                payment=services.PostpaidPayment(
                    cause=cause_of(postpaid),
                    amount=to_micros("3"),
                    key=LONGEST,
                    created_by="staff:ann",
                ),
                now=now,
            )
        assert granted_by(postpaid, cause_of(postpaid)).amount_micros == to_micros("3")
        assert Grant.objects.count() == 1


class TestTooLong:
    @pytest.mark.parametrize("key", ["", LONGEST + "k"])
    @pytest.mark.parametrize("move", [charge, create_grant, reserve])
    def test_is_refused_and_changes_nothing(self, postpaid, now, move, key):
        with pytest.raises(InvalidKey):
            move(postpaid, "1", now, key=key)
        assert wallet_figures(postpaid, now).held_micros == 0
        assert not Transfer.objects.exists()


class TestLongDescription:
    def test_is_cut_to_its_column(self, postpaid, now):
        grant = create_grant(postpaid, "1", now, description="d" * 700)
        assert grant.description == grant.transfer.description == "d" * 500
        assert reserve(postpaid, "1", now, description="d" * 700).description == "d" * 500
