"""The own ledger as a provider: a month's usage, agreements and contracts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.common.money import to_micros
from apps.common.periods import Period, month_of, parse_month
from apps.contracts.services import bill_agreement
from apps.ledger.models import Transfer
from apps.snapshots.providers import OwnLedger
from apps.snapshots.readings import CostReading
from apps.tenants.models import Organization
from apps.wallets.services import reverse_transfer
from tests.contracts import factories as contracts
from tests.factories import capture, cause_of, charge, create_grant, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.snapshots.test_collection import NOVEMBER
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
UNIT = 1_000_000


@pytest.fixture
def customer(db: None, now: datetime) -> Organization:
    return create_organization(now, "customer")


def read(organization: Organization, now: datetime, month: Period = NOVEMBER) -> CostReading:
    reading = OwnLedger().costs(organization, month, now)
    assert reading is not None
    return reading


def fees(organization: Organization, now: datetime, month: Period = NOVEMBER) -> tuple[int, int, int]:
    """Monthly, one-time and usage fees in whole units."""
    found = read(organization, now, month)
    amounts = (found.monthly_fees_micros, found.one_time_fees_micros, found.usage_fees_micros)
    return tuple(amount // UNIT for amount in amounts)  # type: ignore[return-value]


def reverse(organization: Organization, transfer_id: int, now: datetime) -> None:
    reverse_transfer(
        organization=organization,
        cause=cause_of(organization),
        transfer_id=transfer_id,
        reason="Mistake",
        created_by="staff:ann",
        now=now,
    )


def bill(organization: Organization, now: datetime, **fields: Any) -> None:
    written = contracts.agreement(organization, now, **fields)
    bill_agreement(agreement_id=written.pk, now=now)


class TestBalance:
    def test_is_unexpired_credit_and_what_is_still_held(self, customer: Organization, now: datetime) -> None:
        create_grant(customer, "5", now, expires_at=now + timedelta(hours=1))
        create_grant(customer, "7", now, key="g2")
        reserve(customer, "3", now)
        assert OwnLedger().balance(customer, now).amount_micros == 12 * UNIT
        assert OwnLedger().balance(customer, now + timedelta(hours=1)).amount_micros == 10 * UNIT


class TestServiceAgreements:
    def test_that_recur_are_monthly_fees(self, customer: Organization, now: datetime) -> None:
        bill(customer, now)
        bill(customer, now, charge_type="annual", amount_micros=to_micros("1200"))
        assert fees(customer, now) == (1_250, 0, 0)

    def test_that_come_once_are_one_time_fees(self, customer: Organization, now: datetime) -> None:
        bill(customer, now, charge_type="one_time", amount_micros=to_micros("400"))
        assert fees(customer, now) == (0, 400, 0)

    @pytest.mark.parametrize("charge_type", ["one_time", "monthly"])
    def test_that_were_reversed_are_no_fees_any_more(
        self, customer: Organization, now: datetime, charge_type: str
    ) -> None:
        bill(customer, now, charge_type=charge_type, amount_micros=to_micros("400"))
        reverse(customer, Transfer.objects.get(kind="service").pk, now)
        assert fees(customer, now) == (0, 0, 0)

    def test_reversed_in_a_later_month_lower_that_one(self, customer: Organization, now: datetime) -> None:
        bill(customer, now, charge_type="one_time", amount_micros=to_micros("400"))
        december = datetime(2026, 12, 18, tzinfo=UTC)
        reverse(customer, Transfer.objects.get(kind="service").pk, december)
        assert fees(customer, now) == (0, 400, 0)
        assert fees(customer, december, month_of(december)) == (0, -400, 0)

    def test_count_in_the_month_that_they_were_charged_in(self, customer: Organization, now: datetime) -> None:
        bill(customer, now, start_date=date(2026, 10, 18))
        december = datetime(2026, 12, 18, tzinfo=UTC)
        assert fees(customer, now) == (100, 0, 0)
        assert fees(customer, december, month_of(december)) == (0, 0, 0)


class TestContracts:
    def test_settled_service_portions_are_fees_and_credit_is_not(self, customer: Organization, now: datetime) -> None:
        contract = contracts.offer(customer, now, service="2400", onetime_service="300", onetime_credit="50")
        for row in contract.installments.filter(due_date="2026-11-18"):
            contracts.pay(row, now)
        assert fees(customer, now) == (175, 300, 0)

    def test_what_is_given_back_is_no_fee_any_more(self, customer: Organization, now: datetime) -> None:
        contract = contracts.active(customer, now, credit="0", service="2400")
        assert fees(customer, now) == (200, 0, 0)
        contracts.refund(contracts.rows(contract)[0], "80", now)
        assert fees(customer, now) == (120, 0, 0)
        contracts.refund(contracts.rows(contract)[0], "120", now, key="re_2")
        assert fees(customer, now) == (0, 0, 0)


class TestUsageLines:
    def test_are_by_service_and_operator_and_add_up_to_what_was_charged(
        self, customer: Organization, now: datetime
    ) -> None:
        price(make_meter("sms", "service", unit="message"), micros_per_million=7_000_000)
        for number in range(50):
            operator = ["Orange", "Vodafone", ""][number % 3]
            send(customer, now, event(f"e{number}", "sms", quantity="1.07", operator=operator))
        reading = read(customer, now)
        assert [line.operator for line in reading.usage_lines] == [None, "Orange", "Vodafone"]
        assert [line.quantity_micros for line in reading.usage_lines] == [17_120_000, 18_190_000, 18_190_000]
        # 53.5 messages at 7 micros each come to 374.5, which half to even is 374.
        assert reading.usage_fees_micros == 374

    def test_have_characters_as_a_service(self, customer: Organization, now: datetime) -> None:
        price(make_meter("chat"), micros_per_million=0)
        price(make_meter("characters", "character"), micros_per_million=500_000 * UNIT)
        send(
            customer,
            now,
            event("1", "chat", quantity="10", character="ada"),
            event("2", "chat", quantity="5", character="eva"),
        )
        lines = read(customer, now).usage_lines
        assert [(line.service, line.quantity_micros, line.amount_micros) for line in lines] == [
            ("characters", 2 * UNIT, UNIT),
            ("chat", 15 * UNIT, 0),
        ]

    def test_belong_to_the_month_that_was_used_though_sent_after_it(
        self, customer: Organization, now: datetime
    ) -> None:
        price(make_meter("sms", "service"), micros_per_million=UNIT * UNIT)
        send(customer, now, event("1", "sms", quantity="3", time="2026-10-31T00:00:00Z"))
        october = month_of(now - timedelta(days=30))
        lines = [read(customer, now, month).usage_lines for month in (october, month_of(now))]
        assert [[(line.service, line.amount_micros) for line in some] for some in lines] == [[("sms", 3 * UNIT)], []]

    def test_show_captured_reservations_as_unmetered(self, customer: Organization, now: datetime) -> None:
        price(make_meter("sms", "service"), micros_per_million=2_000_000 * UNIT)
        create_grant(customer, "100", now)
        hold = reserve(customer, "10", now)
        capture(customer, hold.pk, "7.5", now)
        send(customer, now, event("1", "sms", quantity="3"))
        lines = read(customer, now).usage_lines
        assert [(line.service, line.quantity_micros, line.amount_micros) for line in lines] == [
            ("sms", 3 * UNIT, 6 * UNIT),
            ("unmetered", UNIT, 7_500_000),
        ]

    def test_are_as_before_once_a_charge_was_reversed(self, customer: Organization, now: datetime) -> None:
        reverse(customer, charge(customer, "7.5", now).pk, now)
        assert not read(customer, now).has_costs

    def test_show_what_was_reversed_of_metered_usage(self, customer: Organization, now: datetime) -> None:
        price(make_meter("sms", "service"), micros_per_million=2_000_000 * UNIT)
        send(customer, now, event("1", "sms", quantity="3"))
        reverse(customer, Transfer.objects.get(kind="usage").pk, now)
        reading = read(customer, now)
        assert [(line.service, line.quantity_micros, line.amount_micros) for line in reading.usage_lines] == [
            ("sms", 3 * UNIT, 6 * UNIT),
            ("unmetered", -UNIT, -6 * UNIT),
        ]
        assert reading.usage_fees_micros == 0

    def test_leave_refunds_adjustments_and_grants_out(self, customer: Organization, now: datetime) -> None:
        create_grant(customer, "100", now)
        charge(customer, "3", now, kind="adjustment")
        assert not read(customer, now).has_costs

    def test_of_a_month_have_nothing_of_its_neighbors(self, customer: Organization, now: datetime) -> None:
        price(make_meter("sms", "service"), micros_per_million=UNIT * UNIT)
        october = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
        send(customer, october, event("1", "sms", quantity="3", time="2026-10-31T23:59:59Z"))
        november = datetime(2026, 11, 1, tzinfo=UTC)
        send(customer, november, event("2", "sms", quantity="5", time="2026-11-01T00:00:00Z"))
        assert fees(customer, now, parse_month("2026-10")) == (0, 0, 3)
        assert fees(customer, now) == (0, 0, 5)


def test_costs_are_read_in_a_constant_number_of_statements(
    customer: Organization, now: datetime, django_assert_num_queries: Any
) -> None:
    price(make_meter("sms", "service"), micros_per_million=UNIT * UNIT)
    for number in range(30):
        send(customer, now, event(f"e{number}", "sms", quantity="3", operator=f"operator {number}"))
        charge(customer, "1", now, key=f"c{number}", kind="service")
    with django_assert_num_queries(7):
        read(customer, now)


def test_costs_of_a_batch_are_those_of_each_alone_in_as_many_statements(
    customer: Organization, now: datetime, django_assert_num_queries: Any
) -> None:
    price(make_meter("sms", "service"), micros_per_million=UNIT * UNIT)
    other, idle = create_organization(now, "other"), create_organization(now, "idle")
    for number, each in enumerate([customer, other], 1):
        send(each, now, event("e", "sms", quantity=str(number), operator=each.slug))
        charge(each, str(5 * number), now, key=f"{each.slug}:charge")
        bill(each, now, amount_micros=to_micros(str(7 * number)))
        bill(each, now, charge_type="one_time", amount_micros=to_micros(str(11 * number)))
    everybody = [customer, other, idle]
    alone = [OwnLedger().costs(each, NOVEMBER, now) for each in everybody]
    batch = OwnLedger(together=everybody)
    with django_assert_num_queries(8):
        together = [batch.costs(each, NOVEMBER, now) for each in everybody]
    assert together == alone
    assert [reading.total_micros // UNIT for reading in together if reading] == [24, 48, 0]
