"""Alerts about low credit: one notice per crossing of a threshold, in the same write."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.common.money import to_micros
from apps.common.strict_json import read_object
from apps.outbox.models import OutboxMessage
from apps.tenants.models import Organization
from apps.wallets import services
from apps.wallets.models import Wallet
from tests.factories import charge, create_grant, create_organization, reserve


@pytest.fixture
def acme(db: None, now: datetime) -> Organization:
    return create_organization(now)


def credit_notices(organization: Organization) -> list[tuple[str, str, bool]]:
    """Return the notices about credit: the type, the threshold, and whether they go by email."""
    rows = OutboxMessage.objects.filter(arguments__organization_id=str(organization.pk)).order_by("pk")
    return [
        (row.arguments["notice"], str(read_object(row.arguments["data"])["threshold"]), row.arguments["mail"])
        for row in rows
        if row.arguments.get("notice", "").startswith("balance.")
    ]


def set_alerts(organization: Organization, now: datetime, *thresholds: str, by_mail: bool = True) -> Any:
    micros = [to_micros(each) for each in thresholds]
    return services.set_balance_alerts(organization=organization, thresholds=micros, by_mail=by_mail, now=now)


class TestAlerts:
    def test_tell_each_crossing_once(self, acme: Organization, now: datetime) -> None:
        create_grant(acme, "30", now)
        set_alerts(acme, now, "20", "10")
        charge(acme, "9", now, key="c1")
        assert credit_notices(acme) == []
        charge(acme, "1", now, key="c2")
        charge(acme, "1", now, key="c2")
        charge(acme, "1", now, key="c3")
        assert credit_notices(acme) == [("balance.low", "20", True)]
        create_grant(acme, "1.000001", now, key="g2")
        assert credit_notices(acme)[1:] == [("balance.recovered", "20", False)]

    def test_mail_a_threshold_once_a_day_and_the_lowest_alone(self, acme: Organization, now: datetime) -> None:
        create_grant(acme, "30", now)
        set_alerts(acme, now, "20", "10")
        charge(acme, "25", now, key="c1")
        assert credit_notices(acme) == [("balance.low", "10", True), ("balance.low", "20", False)]
        create_grant(acme, "6", now, key="g2")
        charge(acme, "6", now, key="c2")
        create_grant(acme, "6", now, key="g3")
        charge(acme, "6", now + timedelta(hours=24), key="c3")
        low = [each for each in credit_notices(acme) if each[:2] == ("balance.low", "10")]
        assert [by_mail for _, _, by_mail in low] == [True, False, True]

    def test_zero_is_always_a_threshold(self, acme: Organization, now: datetime) -> None:
        assert Wallet.objects.get(organization=acme).alarm_bits == 0
        create_grant(acme, "5", now)
        charge(acme, "5", now)
        assert credit_notices(acme) == [("balance.low", "0", True)]

    def test_do_not_count_what_is_held(self, acme: Organization, now: datetime) -> None:
        create_grant(acme, "30", now)
        set_alerts(acme, now, "20")
        reserve(acme, "25", now)
        assert credit_notices(acme) == []

    def test_tell_of_expired_credit(self, acme: Organization, now: datetime) -> None:
        create_grant(acme, "30", now, expires_at=now + timedelta(days=1))
        set_alerts(acme, now, "20")
        services.expire_grants(now=now + timedelta(days=2))
        assert [each[:2] for each in credit_notices(acme)] == [("balance.low", "0"), ("balance.low", "20")]

    def test_tell_at_once_what_is_low_by_a_new_threshold(self, acme: Organization, now: datetime) -> None:
        create_grant(acme, "15", now)
        set_alerts(acme, now, "20", by_mail=False)
        set_alerts(acme, now, "20", "5", by_mail=False)
        assert credit_notices(acme) == [("balance.low", "20", False)]
