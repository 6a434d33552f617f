"""Concurrent redemptions, guesses and jobs: no limit is exceeded and nothing happens twice."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, BoundedSemaphore
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from apps.common.errors import BillingError
from apps.vouchers import services
from apps.vouchers.errors import AlreadyDownloaded
from apps.vouchers.models import Redemption, RedemptionReversal, Voucher, WrongCodes
from apps.vouchers.services.generation import CHUNK
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.vouchers.factories import create_batch, create_voucher, redeem, staff, terms

pytestmark = pytest.mark.django_db(transaction=True)

# The most connections at once, below the server's limit; more threads than that take turns.
CONNECTIONS = 80


def at_once(works: Sequence[Callable[[], Any]], threads: int) -> Counter[str]:
    """Run the calls in this many threads that start together; count the outcomes, refusals by their code."""
    start, doors = Barrier(threads), BoundedSemaphore(CONNECTIONS)

    def run(share: Sequence[Callable[[], Any]]) -> list[str]:
        start.wait()
        with doors:
            try:
                return [outcome(work) for work in share]
            finally:
                connection.close()

    with ThreadPoolExecutor(threads) as pool:
        shares = pool.map(run, [works[number::threads] for number in range(threads)])
        return Counter(one for share in shares for one in share)


def outcome(work: Callable[[], Any]) -> str:
    try:
        work()
    except BillingError as refused:
        return refused.code
    return "done"


def counters_agree() -> bool:
    """No voucher exceeds its limit, every counter equals its redemptions, and every redemption has its grant."""
    beyond = Voucher.objects.filter(redemption_count__gt=F("max_redemptions")).count()
    counted = sum(Voucher.objects.values_list("redemption_count", flat=True))
    return beyond == 0 and counted == Redemption.objects.count() == Grant.objects.filter(source="voucher").count()


def single_use_rounds(now, organizations: int, threads: int, rounds: int) -> Counter[str]:
    callers = [create_organization(now, f"org-{number}") for number in range(organizations)]
    _, codes = create_batch(now, amount="1", count=rounds)
    total = Counter[str]()
    for code in codes:
        total += at_once(
            [lambda o=callers[n % organizations], c=code: redeem(o, c, now) for n in range(threads)], threads
        )
    return total


class TestSingleUse:
    def test_one_of_sixty_four_threads_redeems(self, now):
        found = single_use_rounds(now, organizations=8, threads=64, rounds=3)

        assert found["done"] == 3
        assert set(found) == {"done", "voucher_already_redeemed", "voucher_used_up"}
        assert counters_agree()

    @pytest.mark.long
    def test_one_of_two_hundred_threads_redeems_in_each_of_fifty_rounds(self, now):
        found = single_use_rounds(now, organizations=200, threads=200, rounds=50)

        assert found == {"done": 50, "voucher_used_up": 9_950}
        assert counters_agree()

    def test_two_members_of_one_organization_redeem_once(self, now, acme):
        create_voucher(now, amount="1", max_redemptions=100)
        found = at_once([lambda: redeem(acme, "WELCOME", now)] * 32, 16)

        assert found == {"done": 1, "voucher_already_redeemed": 31}
        assert wallet_figures(acme, now).balance_micros == 1_000_000

    def test_one_call_sent_many_times_gives_one_result(self, now, acme):
        voucher = create_voucher(now, amount="1", max_redemptions=100, max_per_organization=100)
        call_id = acme.pk
        found = at_once([lambda: redeem(acme, "WELCOME", now, call_id=call_id)] * 32, 16)

        assert found == {"done": 32}
        assert Redemption.objects.filter(voucher=voucher).count() == 1

    def test_one_code_of_a_batch_per_organization(self, now, acme):
        _, codes = create_batch(now, count=24, max_codes_per_organization=1)
        found = at_once([lambda c=code: redeem(acme, c, now) for code in codes], 24)

        assert found == {"done": 1, "offer_already_redeemed": 23}


class TestLimit:
    def _race(self, now, organizations: int, tries: int, limit: int) -> Counter[str]:
        callers = [create_organization(now, f"org-{number}") for number in range(organizations)]
        create_voucher(now, amount="1", max_redemptions=limit)
        works = [lambda o=callers[n % organizations]: redeem(o, "WELCOME", now) for n in range(tries)]
        return at_once(works, 50)

    def test_ten_of_a_hundred_tries_from_twelve_organizations(self, now):
        found = self._race(now, organizations=12, tries=100, limit=10)

        assert found["done"] == 10
        assert found.total() == 100
        assert counters_agree()

    @pytest.mark.long
    def test_a_hundred_of_five_hundred_tries_from_a_hundred_and_twenty_organizations(self, now):
        found = self._race(now, organizations=120, tries=500, limit=100)

        assert found["done"] == 100
        assert set(found) == {"done", "voucher_already_redeemed", "voucher_used_up"}
        assert counters_agree()


class TestThrottle:
    def test_two_hundred_wrong_codes_at_once_are_ten_examined(self, now, acme):
        found = at_once([lambda n=number: redeem(acme, f"WRONG{n}", now) for number in range(200)], 32)

        assert found == {"voucher_not_found": 10, "too_many_wrong_codes": 190}
        assert len(WrongCodes.objects.get().moments) == 10


class TestSwitchedOffMeanwhile:
    def test_is_wholly_before_or_wholly_after(self, now):
        voucher = create_voucher(now, amount="1", max_redemptions=40)
        callers = [create_organization(now, f"org-{number}") for number in range(40)]
        by = staff()
        works = [lambda o=caller: redeem(o, "WELCOME", now) for caller in callers]
        works.insert(20, lambda: services.disable_batch(batch_id=voucher.batch_id, reason="Leaked", by=by, now=now))
        found = at_once(works, 41)

        assert found["done"] + found["voucher_revoked"] == 41
        assert Redemption.objects.count() == found["done"] - 1
        assert counters_agree()

    def test_a_revocation_misses_no_redemption_under_way(self, now):
        voucher = create_voucher(now, amount="1", max_redemptions=40)
        callers = [create_organization(now, f"org-{number}") for number in range(40)]
        by = staff()

        def revoke() -> None:
            services.revoke_batch(batch_id=voucher.batch_id, reason="Leaked", by=by, now=now)
            while services.take_back_chunk(batch_id=voucher.batch_id, voucher_id=None, now=now).touched:
                pass

        works = [lambda o=caller: redeem(o, "WELCOME", now) for caller in callers]
        at_once([*works[:20], revoke, *works[20:]], 41)

        assert Redemption.objects.count() == RedemptionReversal.objects.count()
        assert [wallet_figures(caller, now).balance_micros for caller in callers] == [0] * 40

    def test_two_workers_take_back_once(self, now):
        batch, codes = create_batch(now, amount="1", count=20)
        for number, code in enumerate(codes):
            redeem(create_organization(now, f"org-{number}"), code, now)
        services.revoke_batch(batch_id=batch.pk, reason="Leaked", by=staff(), now=now)

        def work() -> None:
            while services.take_back_chunk(batch_id=batch.pk, voucher_id=None, now=now).touched:
                pass

        at_once([work] * 4, 4)
        assert sum(RedemptionReversal.objects.values_list("taken_micros", flat=True)) == 20_000_000


class TestGeneration:
    def test_two_workers_make_every_code_once(self, now):
        batch = services.create_batch(terms=terms("0.01", count=CHUNK * 6 + 1), reason="Fair", by=staff(), now=now)

        def work() -> None:
            while services.generate_chunk(batch_id=batch.pk, now=now):
                pass

        assert at_once([work] * 3, 3) == {"done": 3}
        numbers = list(Voucher.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(CHUNK * 6 + 1))

    def test_two_people_download_once(self, now):
        batch, _ = create_batch(now, count=5)
        by = staff()
        works = [lambda: services.claim_download(batch_id=batch.pk, reason="Print", by=by, now=now)] * 8

        assert at_once(works, 8) == {"done": 1, AlreadyDownloaded.code: 7}

    def test_two_people_choose_one_code_once(self, now):
        by = staff()
        works = [lambda: services.create_chosen(code="FAIR", terms=terms(), reason="Fair", by=by, now=now)] * 8

        assert at_once(works, 8) == {"done": 1, "voucher_code_taken": 7}
        assert Voucher.objects.count() == 1


def test_many_organizations_redeem_many_codes_without_a_deadlock(now):
    callers = [create_organization(now, f"org-{number}") for number in range(10)]
    _, codes = create_batch(now, amount="1", count=60, max_redemptions=2)
    works = [
        lambda o=callers[(n * 7) % 10], c=code: redeem(o, c, now + timedelta(seconds=1))
        for n, code in enumerate([*codes, *reversed(codes)])
    ]
    found = at_once(works, 30)

    assert found["done"] + found["voucher_already_redeemed"] == 120
    assert counters_agree()
