"""Forecasts computed by hand, and the same by API and on the customer's page."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from apps.api.usage_forecast.facts import customer_forecast
from apps.pricing.services import override_price_book
from apps.usage.forecast import ExpectedCharge, below_minimum, daily_rate, expected, runs_out_at
from apps.wallets.burn_order import SpendableGrant
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.backoffice.people import client_of, create_staff
from tests.contracts.factories import active, rows
from tests.factories import create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

SIX = datetime(2026, 11, 18, 6, tzinfo=UTC)
# 41.2, 39.8, 12.3, 11.9, 43.0, 44.1 and 42.7: 33.571429 a day.
DAYS = [41_200_000, 39_800_000, 12_300_000, 11_900_000, 43_000_000, 44_100_000, 42_700_000]


def credit(amount, expires_at=None, number=1, priority=50):
    return SpendableGrant(number, amount, priority, expires_at, True, SIX)


class TestRules:
    def test_a_month_by_its_run_rate(self):
        rest = datetime(2026, 12, 1, tzinfo=UTC) - SIX  # 12.75 days
        assert expected(612_450_000, DAYS, rest) == ExpectedCharge(1_040_485_714, 764_175_000, 1_174_725_000)
        assert daily_rate(DAYS) == 33_571_429

    def test_there_is_no_forecast_without_a_full_day(self):
        assert (expected(5, [], timedelta(days=1)), daily_rate([]), runs_out_at([credit(1)], [], SIX)) == (None,) * 3

    def test_a_minimum_adds_what_is_missing(self):
        assert (below_minimum(10, 4), below_minimum(10, 12)) == (6, 0)

    def test_credit_lasts_as_long_as_the_rate_allows(self):
        # 300 at 33.571429 a day are 8.936170 days.
        assert runs_out_at([credit(300_000_000)], DAYS, SIX).replace(microsecond=0) == datetime(
            2026, 11, 27, 4, 28, 5, tzinfo=UTC
        )

    def test_what_expires_unspent_is_lost(self):
        ten_a_day, end = [10], SIX + timedelta(days=2)
        grants = [credit(50, end, number=1), credit(30, number=2)]
        assert runs_out_at(grants, ten_a_day, SIX) == end + timedelta(days=3)

    def test_what_is_burned_later_may_expire_before(self):
        end = SIX + timedelta(days=2)
        grants = [credit(30, None, number=1, priority=1), credit(50, end, number=2, priority=2)]
        assert runs_out_at(grants, [10], SIX) == SIX + timedelta(days=3)

    def test_nothing_runs_out_without_a_rate_or_within_four_hundred_days(self):
        assert runs_out_at([credit(1)], [0], SIX) is None
        assert runs_out_at([credit(401)], [1], SIX) is None
        assert runs_out_at([credit(399)], [1], SIX) == SIX + timedelta(days=399)
        assert runs_out_at([], [1], SIX) == SIX


pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    organization = create_organization(SIX - timedelta(days=30))
    price(make_meter("call", "service"), micros_per_million=10**12)
    for back, quantity in enumerate(reversed(["41.2", "39.8", "12.3", "11.9", "43.0", "44.1", "42.7"]), start=1):
        day = SIX - timedelta(days=back)
        send(organization, SIX, event(f"d{back}", "call", quantity=quantity, time=f"{day:%Y-%m-%d}T10:00:00Z"))
    send(organization, SIX, event("old", "call", quantity="376.45", time="2026-11-05T00:00:00Z"))
    send(organization, SIX, event("today", "call", quantity="1", time="2026-11-18T05:00:00Z"))
    create_grant(organization, "912.45", SIX)  # 612.45 are owed, 300 are left
    return organization


class TestCustomers:
    def test_a_forecast_reads_day_totals(self, acme):
        found = customer_forecast(acme, SIX)
        assert found.usage.month.so_far_micros == 612_450_000
        assert found.usage.month.expected.likely_micros == 1_040_485_714
        assert found.credit_ends_at.date() == date(2026, 11, 27)
        assert found.invoices == []  # prepaid, without a contract

    def test_a_figure_of_the_month_is_expected_to_stay_and_to_begin_again_next_month(self, acme):
        acme.anchor_day = 10
        acme.save()
        before = customer_forecast(acme, SIX).usage
        price(make_meter("seats", "service", counts="max"), micros_per_million=12 * 10**12)
        send(acme, SIX, event("s", "seats", quantity=5, time="2026-11-17T05:00:00Z"))
        after = customer_forecast(acme, SIX).usage
        assert after.month.so_far_micros - before.month.so_far_micros == 60_000_000
        likely = [each.month.expected.likely_micros for each in (before, after)]
        assert (likely[1] - likely[0], after.days) == (60_000_000, before.days)
        assert after.billing.expected.low_micros - before.billing.expected.low_micros == 120_000_000

    def test_a_minimum_counts_where_its_price_is_the_customers_and_prices_to_come_are_named(self, acme):
        fax, later = make_meter("fax", "service", unknown_models="any_model"), SIX + timedelta(days=5)
        price(fax, model="a", micros_per_million=10**12, minimum_micros=100_000_000)
        price(fax, micros_per_million=10**12, minimum_micros=20_000_000)
        for model in ("b", "c"):  # the customer uses the second
            price(fax, model=model, start=later, micros_per_million=10**12)
        for model in ("a", "c"):
            send(acme, SIX, event(model, "fax", model=model, quantity="1", time="2026-11-18T05:00:00Z"))
        usage = customer_forecast(acme, SIX).usage
        assert usage.minimum_micros == 99_000_000 + 19_000_000
        assert [(each.meter, each.model, each.starts_at) for each in usage.prices_ahead] == [("fax", "c", later)]
        own = override_price_book(organization=acme, now=SIX)
        price(fax, book=own, model="a", micros_per_million=10**12)
        assert customer_forecast(acme, SIX).usage.minimum_micros == usage.minimum_micros - 99_000_000

    def test_a_postpaid_customer_sees_the_next_invoice(self, acme):
        acme.billing_mode, acme.postpaid_limit_micros = "postpaid", 5_000_000_000
        acme.save()
        (invoice,) = customer_forecast(acme, SIX).invoices
        # 428.035714 are expected, 300 of them are paid by credit; in whole cents.
        assert (invoice.kind, invoice.day, invoice.amount_micros) == ("postpaid", date(2026, 12, 1), 128_030_000)

    def test_the_next_invoice_of_a_contract_is_not_one_that_is_overdue(self, acme):
        contract = active(acme, SIX)
        second, third = rows(contract)[1:3]
        for day, due in ((second.due_date, second), (second.due_date + timedelta(days=1), third)):
            found = customer_forecast(acme, datetime.combine(day, SIX.timetz())).invoices
            assert [(each.kind, each.day) for each in found] == [("installment", due.due_date)]

    def test_it_is_an_answer_of_the_api_and_on_the_page(self, acme):
        with travel(SIX, tick=False):
            answer = Client(headers=as_bearer(key_of(acme, "billing:read"))).get("/v1/usage/forecast")
            body = answer.json(parse_float=Decimal)
            assert_described("getUsageForecast", body)
            page = client_of(create_staff("ann", is_superuser=True)).get(
                reverse("admin:tenants_organization_change", args=[acme.pk]) + "?tab=usage"
            )
        assert (body["month"]["expected"], body["dailyRate"]) == (Decimal("1040.485714"), Decimal("33.571429"))
        assert "1,040.485714 USD" in page.content.decode()

    def test_a_customer_without_usage_has_no_expectations(self, now):
        answer = Client(headers=as_bearer(key_of(create_organization(now), "billing:read"))).get("/v1/usage/forecast")
        assert (answer.json()["reason"], "expected" in answer.json()["month"]) == ("not_enough_data", False)
