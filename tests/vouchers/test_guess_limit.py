"""Ten wrong codes per organization and hour."""

from datetime import timedelta

import pytest

from apps.vouchers.errors import TooManyWrongCodes, VoucherAlreadyRedeemed, VoucherNotFound
from apps.vouchers.models import Redemption, WrongCodes
from tests.vouchers.factories import create_voucher, redeem

SECOND = timedelta(seconds=1)


def try_wrong(organization, at, times=1):
    for number in range(times):
        with pytest.raises(VoucherNotFound):
            redeem(organization, f"WRONG{number}", at)


def test_ten_are_examined_and_the_eleventh_is_not(acme, now):
    try_wrong(acme, now, 10)

    with pytest.raises(TooManyWrongCodes):
        redeem(acme, "WRONG", now)
    assert len(WrongCodes.objects.get().moments) == 10


def test_a_right_code_is_not_examined_either(acme, now):
    create_voucher(now)
    try_wrong(acme, now, 10)

    with pytest.raises(TooManyWrongCodes):
        redeem(acme, "WELCOME", now)
    assert not Redemption.objects.exists()


def test_says_when_to_come_back(acme, now):
    try_wrong(acme, now)
    try_wrong(acme, now + 600 * SECOND, 9)

    with pytest.raises(TooManyWrongCodes) as refused:
        redeem(acme, "WRONG", now + 1000 * SECOND)
    assert refused.value.retry_after_seconds == 2600


def test_opens_for_one_more_each_time_one_is_an_hour_old(acme, now):
    try_wrong(acme, now)
    try_wrong(acme, now + 600 * SECOND, 9)
    later = now + 3600 * SECOND
    try_wrong(acme, later)

    with pytest.raises(TooManyWrongCodes):
        redeem(acme, "WRONG", later)


def test_no_hour_ever_has_eleven(acme, now):
    try_wrong(acme, now, 10)
    with pytest.raises(TooManyWrongCodes):
        redeem(acme, "WRONG", now + 3599 * SECOND)

    try_wrong(acme, now + 3600 * SECOND, 10)


def test_refused_tries_do_not_lengthen_the_wait(acme, now):
    try_wrong(acme, now, 10)
    for minute in range(1, 60):
        with pytest.raises(TooManyWrongCodes):
            redeem(acme, "WRONG", now + timedelta(minutes=minute))

    try_wrong(acme, now + 3600 * SECOND)


def test_another_organization_is_not_concerned(acme, globex, now):
    create_voucher(now)
    try_wrong(acme, now, 10)

    assert redeem(globex, "WELCOME", now)


def test_a_code_that_is_known_is_no_wrong_code(acme, now):
    create_voucher(now)
    redeem(acme, "WELCOME", now)
    for _ in range(15):
        with pytest.raises(VoucherAlreadyRedeemed):
            redeem(acme, "WELCOME", now)

    assert WrongCodes.objects.get().moments == []


def test_success_forgives_nothing(acme, now):
    create_voucher(now)
    try_wrong(acme, now, 9)
    redeem(acme, "WELCOME", now)
    try_wrong(acme, now)

    with pytest.raises(TooManyWrongCodes):
        redeem(acme, "WRONG", now)
