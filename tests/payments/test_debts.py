"""A debt from returned money is an issue with the current amount, until it is paid."""

from datetime import datetime, timedelta

import pytest
from celery import current_app

from apps.common.money import to_micros
from apps.payments import services
from apps.payments.models import PaymentIssue
from apps.tenants.models import Organization
from tests.factories import charge, create_grant, create_organization
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy


def owe(desk: Desk) -> Organization:
    """An organization that bought credit of 25, spent 20 of it, and had all of it refunded."""
    acme = create_organization(desk.now)
    desk.press(buy(acme, desk.now))
    desk.deliver()
    charge(acme, "20", desk.now)
    desk.refund()
    desk.deliver()
    return acme


@pytest.fixture
def owing(acme: Organization) -> Organization:
    return acme


def owed() -> int | None:
    """Return the amount of the open issue, or None."""
    return PaymentIssue.objects.filter(kind="debt", resolved_at=None).values_list("actual_micros", flat=True).first()


class TestDebt:
    begins_with = staticmethod(owe)

    def test_is_shown_with_its_sum(self, owing: Organization) -> None:
        assert owed() == to_micros("20")

    @pytest.mark.parametrize(("paid", "left"), [(2_500, None), (1_500, to_micros("5"))])
    def test_is_told_anew_by_the_payment_that_pays_it(
        self, desk: Desk, owing: Organization, now: datetime, paid: int, left: int | None
    ) -> None:
        desk.press(buy(owing, now, amount=paid, key="again"))
        desk.deliver()
        assert owed() == left

    def test_that_credit_of_another_kind_paid_is_closed_within_minutes(
        self, owing: Organization, now: datetime
    ) -> None:
        create_grant(owing, "20", now)
        assert owed() == to_micros("20")
        current_app.tasks["payments.review_debts"].run()
        assert owed() is None
        assert PaymentIssue.objects.get(kind="debt").resolution == "The debt is paid"

    def test_is_told_anew_by_the_daily_comparison(self, owing: Organization, now: datetime) -> None:
        create_grant(owing, "5", now)
        services.reconcile_organization(organization=owing, now=now + timedelta(hours=1))
        assert owed() == to_micros("15")
