"""Service revenue: earned by days, one part per calendar month, booked at month end; exact in total."""

from datetime import UTC, datetime

from apps.common.money import to_micros
from apps.contracts import services, tasks
from apps.contracts.models import ServiceRevenue
from apps.wallets.accounts import Role
from tests.contracts.factories import active, rows


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestRecognizeServiceRevenue:
    def test_earns_nothing_before_a_month_is_over(self, acme, now):
        contract = active(acme, now, service="365", frequency="annual")
        assert services.recognize_service_revenue(contract_id=contract.pk, now=day("2026-11-30T23:59")) == 0

    def test_earns_each_month_by_its_days(self, acme, now):
        contract = active(acme, now, service="365", frequency="annual")
        earned = [
            services.recognize_service_revenue(contract_id=contract.pk, now=day(text))
            for text in ("2026-12-01", "2027-01-01", "2027-02-01", "2027-11-17", "2027-11-18")
        ]
        assert [amount // 1_000_000 for amount in earned] == [13, 31, 31, 273, 17]

    def test_adds_up_exactly(self, acme, now, balance):
        contract = active(acme, now, service="100.01", frequency="annual")
        for month in range(1, 13):
            services.recognize_service_revenue(contract_id=contract.pk, now=day(f"2027-{month:02}-20"))
        assert (balance(acme, Role.REVENUE), balance(acme, Role.DEFERRED)) == (to_micros("100.01"), 0)

    def test_is_done_once(self, acme, now):
        contract = active(acme, now, service="365", frequency="annual")
        assert services.recognize_service_revenue(contract_id=contract.pk, now=day("2026-12-01")) > 0
        assert services.recognize_service_revenue(contract_id=contract.pk, now=day("2026-12-01")) == 0

    def test_continues_after_the_contract_was_canceled(self, acme, now, balance):
        contract = active(acme, now, service="365", frequency="annual")
        services.cancel_contract(contract_id=contract.pk, reason="x", now=now)
        tasks.recognize_service_revenue(now=day("2027-12-01"))
        assert balance(acme, Role.REVENUE) == to_micros("365")

    def test_spreads_a_one_time_service_over_the_term(self, acme, now):
        contract = active(acme, now, months=2, service="61", onetime_service="61")
        parts = ServiceRevenue.objects.filter(installment=rows(contract)[0]).order_by("period_start")
        assert [part.amount_micros // 1_000_000 for part in parts] == [13, 31, 17]
