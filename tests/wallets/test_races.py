"""Money races on PostgreSQL: the lock of the book makes each of these exact."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from apps.common.errors import BillingError
from apps.common.money import to_micros
from apps.wallets import services
from apps.wallets.models import Grant, Wallet
from apps.wallets.selectors import wallet_figures
from tests.factories import capture, cause_of, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db(transaction=True)


def together(count: int, work: Callable[[int], object]) -> Counter[str]:
    """Run the work in threads that start together; count the outcomes by the name of their type."""
    start = Barrier(count)

    def run(number: int) -> str:
        try:
            start.wait()
            return type(work(number)).__name__
        except BillingError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(run, range(count)))


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    return organization


class TestRaces:
    def test_of_64_that_reserve_exactly_the_ten_that_are_covered_are_admitted(self, acme, now):
        outcomes = together(64, lambda number: reserve(acme, "1", now, key=f"r{number}"))
        assert outcomes == {"Hold": 10, "BudgetExceeded": 54}
        assert wallet_figures(acme, now).available_micros == 0
        assert Grant.objects.get().held_micros == to_micros("10")

    def test_of_64_reservations_under_one_key_one_is_made(self, acme, now):
        assert together(64, lambda _: reserve(acme, "1", now)) == {"Hold": 64}
        assert wallet_figures(acme, now).available_micros == to_micros("9")

    def test_of_two_captures_of_one_hold_one_wins(self, acme, now):
        hold = reserve(acme, "5", now)
        outcomes = together(8, lambda number: capture(acme, hold.pk, "5", now, key=f"capture{number}"))
        assert outcomes == {"Transfer": 1, "HoldClosed": 7}

    def test_a_capture_and_a_release_end_a_hold_once(self, acme, now):
        hold = reserve(acme, "5", now)

        def end(number: int) -> object:
            if number % 2:
                return services.release_reservation(organization=acme, hold_id=hold.pk, now=now)
            return capture(acme, hold.pk, "5", now, key=f"capture{number}")

        together(8, end)
        assert wallet_figures(acme, now).balance_micros in (to_micros("5"), to_micros("10"))
        assert wallet_figures(acme, now).held_micros == 0

    def test_a_capture_and_the_expiry_end_a_hold_once(self, acme, now):
        hold = reserve(acme, "5", now, expires_at=now + timedelta(hours=1))

        def end(number: int) -> object:
            if number % 2:
                return services.expire_reservations(now=now + timedelta(hours=1))
            return capture(acme, hold.pk, "5", now, key=f"capture{number}")

        together(8, end)
        assert wallet_figures(acme, now).balance_micros in (to_micros("5"), to_micros("10"))

    def test_a_charge_repeated_by_32_is_posted_once(self, acme, now):
        assert together(32, lambda _: charge(acme, "2", now)) == {"Transfer": 32}
        assert wallet_figures(acme, now).balance_micros == to_micros("8")

    def test_charges_and_grants_at_once_lose_nothing(self, acme, now):
        def work(number: int) -> object:
            if number % 2:
                return create_grant(acme, "1", now, key=f"more{number}")
            return charge(acme, "3", now, key=f"c{number}")

        assert together(32, work) == {"Grant": 16, "Transfer": 16}
        assert wallet_figures(acme, now).posted_micros == to_micros("-22")

    def test_batches_that_name_wallets_in_opposite_orders_do_not_deadlock(self, now):
        customers = [create_organization(now, f"org-{number}") for number in range(6)]

        def batch(number: int) -> object:
            order = customers if number % 2 else customers[::-1]
            return services.charge_many(
                charges=[
                    services.Charge(
                        organization=each,
                        cause=cause_of(each),
                        amount=to_micros("1"),
                        kind="usage",
                        key=f"{number}:{each.slug}",
                        created_by="x",
                    )
                    for each in order
                ],
                now=now,
            )

        assert together(24, batch) == {"list": 24}
        assert [wallet_figures(each, now).posted_micros for each in customers] == [to_micros("-24")] * 6

    def test_a_wallet_is_opened_once(self, now, organization):
        together(16, lambda _: services.open_wallet(organization=organization, now=now))
        assert Wallet.objects.filter(organization=organization).count() == 1

    def test_a_refund_and_charges_at_once_leave_some_serial_order(self, now):
        organization = create_organization(now, "buyer")
        grant = create_grant(organization, "10", now, source="top_up", paid_micros=10_000_000)

        def work(number: int) -> object:
            if number == 0:
                return services.refund_grant(
                    grant=grant,
                    amount=to_micros("10"),
                    order=services.Instruction(
                        cause=cause_of(grant.organization),
                        key="re_1",
                        created_by="system:stripe",
                    ),
                    now=now,
                )
            return charge(organization, "1", now, key=f"c{number}")

        together(12, work)
        assert wallet_figures(organization, now).posted_micros == to_micros("-11")
        assert Grant.objects.get().remaining_micros == 0
