"""Refused work is counted by minute and limit, first in the process."""

from datetime import timedelta
from functools import partial

import pytest

from apps.common.errors import BillingError
from apps.wallets import services
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.decisions.holds import Capture
from apps.wallets.kinds import Overage
from apps.wallets.models import Refusal
from tests.factories import create_grant, create_organization, reserve
from tests.usage.budgets import put_budget

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    services.write_refusals()
    Refusal.objects.all().delete()
    return organization


def refuse(call, *arguments, **options):
    with pytest.raises(BillingError):
        call(*arguments, **options)


def rows():
    services.write_refusals()
    names = ("reason", "budget", "bucket", "count", "last_missing_micros")
    return sorted(Refusal.objects.values_list(*names))


def test_each_is_counted_under_the_first_limit_with_the_work_that_came_last(acme, now):
    put_budget(acme, "each", "5", now, scope={"user": "*"}, when_missing="refuse")
    for number, amount in enumerate(["7", "6"]):
        refuse(reserve, acme, amount, now, key=f"r{number}", work=Dimensions(user="bob", project="web"))
    refuse(reserve, acme, "11", now, key="r3", work=Dimensions(user="ann"))
    refuse(reserve, acme, "1", now, key="r4")
    services.set_work_pause(organization=acme, reason="Fraud review", now=now)
    refuse(reserve, acme, "1", now, key="r5", work=Dimensions(user="ann"))
    assert rows() == [
        ("budget", "each", "bob", 2, 1_000_000),
        ("dimension_required", "", "", 1, 0),
        ("wallet", "", "", 1, 1_000_000),
        ("work_paused", "", "", 1, 0),
    ]
    assert Refusal.objects.get(budget="each").last_work == {"user": "bob", "project": "web"}
    refuse(reserve, acme, "11", now, key="r6", work=Dimensions(user="ann"))
    assert Refusal.objects.count() == 4
    assert ("work_paused", "", "", 2, 0) in rows()


def test_captures_count_with_the_work_of_their_reservation(acme, now):
    hold = reserve(acme, "4", now, work=Dimensions(user="bob"))
    too_much = Capture(
        hold_id=hold.pk, amount=12_000_000, key="capture", created_by="system:test", overage=Overage.ALLOW
    )
    take = partial(services.capture_reservations, organization=acme, captures=[too_much], now=now)
    take(atomic=False)
    refuse(take, atomic=True)
    assert rows() == [("wallet", "", "", 2, 2_000_000)]
    assert Refusal.objects.get().last_work == {"user": "bob"}


def test_are_kept_for_ninety_days(acme, now):
    refuse(reserve, acme, "11", now)
    assert len(rows()) == 1
    assert (services.drop_refusals(now=now + timedelta(days=90)), Refusal.objects.count()) == (0, 1)
    assert services.drop_refusals(now=now + timedelta(days=90, minutes=1)) == 1
