from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from apps.contracts.models import Installment
from apps.contracts.recurring_revenue import MOVES, RecurringAmount, levels, movements
from apps.contracts.selectors import recurring_stretches
from apps.contracts.services import cancel_contract
from apps.contracts.services.agreements import stop_agreement
from apps.tenants.models import Organization
from tests.contracts.factories import active, agreement

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)
UNIT = 1_000_000


def customer(number: int) -> UUID:
    return UUID(int=number)


def stretch(number: int, start: date, end: date | None, units: int, months: int = 1) -> RecurringAmount:
    return RecurringAmount(customer(number), start, end, units * UNIT, months)


class TestMovements:
    def test_of_six_customers_in_november(self):
        first, last = date(2026, 10, 1), date(2026, 11, 1)
        stretches = [
            stretch(1, first, last, 500),
            stretch(1, last, None, 1_000, months=3),
            stretch(2, last, None, 1_000, months=3),
            stretch(3, first, last, 200),
            stretch(3, last, None, 300),
            stretch(4, first, last, 400),
            stretch(4, last, None, 250),
            stretch(5, first, last, 250),
            stretch(6, date(2026, 6, 1), date(2026, 7, 1), 80),
            stretch(6, last, None, 100),
        ]
        (month,) = movements(stretches, [OCTOBER, NOVEMBER])
        assert dict(zip(MOVES, month.sums, strict=True)) == {
            "New": 333_333_333,
            "Reactivation": 100 * UNIT,
            "Expansion": 100 * UNIT,
            "Contraction": -(150 * UNIT + 166_666_667),
            "Churn": -250 * UNIT,
        }
        assert month.opening_micros == 1_350 * UNIT
        assert month.closing_micros == sum(levels(stretches, NOVEMBER).values())

    def test_of_six_customers_add_up_to_the_closing(self):
        """From 500, 0, 200, 400, 250, 0 (80 in June) to 500, 1,000 a quarter, 300, 250, 0, 100."""
        first, last = date(2026, 10, 1), date(2026, 11, 1)
        stretches = [
            *(stretch(number, first, last, units) for number, units in ((3, 200), (4, 400), (5, 250))),
            *(stretch(number, last, None, units) for number, units in ((3, 300), (4, 250), (6, 100))),
            stretch(1, first, None, 500),
            stretch(2, last, None, 1_000, months=3),
            stretch(6, date(2026, 6, 1), date(2026, 7, 1), 80),
        ]
        (month,) = movements(stretches, [OCTOBER, NOVEMBER])
        assert [month.opening_micros, *month.sums, month.closing_micros] == [
            1_350 * UNIT, 333_333_333, 100 * UNIT, 100 * UNIT, -150 * UNIT, -250 * UNIT, 1_483_333_333,
        ]  # fmt: skip

    def test_each_month_opens_where_the_last_one_closed(self):
        stretches = [
            stretch(1, date(2026, 3, 5), date(2026, 5, 31), 7, months=2),
            stretch(2, date(2026, 4, 30), None, 3),
        ]
        days = [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
        months = movements(stretches, days)
        assert [month.opening_micros for month in months[1:]] == [month.closing_micros for month in months[:-1]]
        assert [month.closing_micros for month in months] == [3_500_000, 6_500_000, 3_000_000]

    def test_what_brings_nothing_is_no_customer(self):
        assert levels([stretch(1, OCTOBER, None, 0)], NOVEMBER) == {}


@pytest.mark.django_db
class TestStretches:
    NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)

    def level(self, organization: Organization, day: date) -> int:
        return levels(recurring_stretches(Organization.objects.all()), day).get(organization.pk, 0)

    def test_of_a_contract_begin_when_it_is_paid_and_end_when_it_is_canceled(self, acme):
        contract = active(acme, self.NOW, "2026-10-01", months=3, frequency="quarterly")
        row = Installment.objects.get(contract=contract)
        monthly = RecurringAmount(acme.pk, OCTOBER, None, row.amount_micros, 3).monthly_micros
        assert [self.level(acme, day) for day in (date(2026, 9, 30), date(2026, 10, 1), OCTOBER)] == [
            0,
            monthly,
            monthly,
        ]
        cancel_contract(
            contract_id=contract.pk, seen_revision=contract.revision, reason="r", now=datetime(2026, 11, 5, tzinfo=UTC)
        )
        assert [self.level(acme, day) for day in (date(2026, 11, 4), date(2026, 11, 5))] == [monthly, 0]

    def test_of_a_yearly_agreement_is_a_twelfth_until_it_is_stopped(self, acme):
        made = agreement(
            acme, self.NOW, charge_type="annual", amount_micros=1_200 * UNIT, start_date=date(2026, 10, 15)
        )
        assert [self.level(acme, day) for day in (date(2026, 10, 14), NOVEMBER)] == [0, 100 * UNIT]
        stop_agreement(agreement_id=made.pk, now=self.NOW)
        assert self.level(acme, NOVEMBER) == 0
