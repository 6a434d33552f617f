"""The expiry job ends everything that has ended, for any batch size and despite failing wallets."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.common.money import to_micros
from apps.ledger.models import Hold
from apps.wallets import services, tasks
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.factories import create_grant, create_organization, reserve
from tests.table_truncation import without_triggers

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def customers(now):
    made = [create_organization(now, f"org-{number}") for number in range(5)]
    for each in made:
        create_grant(each, "5", now, key=f"g:{each.slug}", expires_at=now + HOUR)
        reserve(each, "2", now, key=f"r:{each.slug}", expires_at=now + HOUR)
    return made


def pending() -> int:
    return Hold.objects.filter(status=Hold.Status.PENDING).count()


class TestExpire:
    def test_leaves_nothing_beyond_a_batch(self, customers, now):
        assert services.expire_grants(now=now + HOUR, limit=2) == 5
        assert (pending(), Grant.objects.filter(remaining_micros__gt=0).count()) == (0, 0)

    @pytest.mark.tampers
    def test_closes_reservations_where_no_grant_has_lapsed(self, customers, now, monkeypatch):
        monkeypatch.setattr("apps.wallets.services.expiry.BATCH", 2)
        Grant.objects.update(expires_at=None)
        tasks.expire(now=now + HOUR)
        assert pending() == 0

    @pytest.mark.tampers
    def test_goes_on_behind_a_wallet_that_fails_and_names_it(self, customers, now, caplog):
        broken = customers[1]
        with without_triggers(connection), connection.cursor() as cursor:
            cursor.execute("UPDATE wallets_grant SET held_micros = 0 WHERE key = %s", [f"g:{broken.slug}"])
        tasks.expire(now=now + HOUR)
        left = {each.slug for each in customers if wallet_figures(each, now + HOUR).posted_micros}
        assert left == {broken.slug}
        assert str(broken.pk) in caplog.text

    def test_returns_what_was_ended_once(self, customers, now):
        assert services.expire_reservations(now=now + HOUR, limit=1) == 5
        assert services.expire_reservations(now=now + HOUR, limit=1) == 0
        assert {grant.held_micros for grant in Grant.objects.all()} == {0}
        assert wallet_figures(customers[0], now).available_micros == to_micros("5")
