"""Write rules of snapshots: a balance when it changes, costs on every run once there are any."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from apps.common.periods import parse_month
from apps.snapshots.errors import BalanceNotCollected, CostsNotCollected
from apps.snapshots.models import BalanceSnapshot, CostSnapshot
from apps.snapshots.selectors import latest_balance, latest_costs
from apps.snapshots.services import collect_balance, collect_costs
from apps.tenants.models import Organization
from tests.factories import create_organization
from tests.snapshots.providers import UNIT, Figures, amounts

NOVEMBER = parse_month("2026-11")
HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestCollectBalance:
    def test_keeps_the_first_even_where_it_is_zero(self, organization: Organization, now: datetime) -> None:
        with pytest.raises(BalanceNotCollected):
            latest_balance(organization)
        collect_balance(organization=organization, provider=Figures(), now=now)
        assert latest_balance(organization).amount_micros == 0

    def test_keeps_only_what_moved(self, organization: Organization, now: datetime) -> None:
        for hour, amount in enumerate([10, 10, 12, 12, 10]):
            collect_balance(organization=organization, provider=Figures(amount=amount), now=now + hour * HOUR)
        assert amounts(BalanceSnapshot.objects) == [10, 12, 10]
        assert latest_balance(organization).collected_at == now + 4 * HOUR

    def test_leaves_out_a_reading_that_a_newer_one_has_overtaken(
        self, organization: Organization, now: datetime
    ) -> None:
        collect_balance(organization=organization, provider=Figures(amount=12), now=now)
        assert collect_balance(organization=organization, provider=Figures(amount=10), now=now - HOUR) is None
        assert amounts(BalanceSnapshot.objects) == [12]

    def test_keeps_organizations_apart(self, organization: Organization, now: datetime) -> None:
        other = create_organization(now, "other")
        collect_balance(organization=organization, provider=Figures(amount=10), now=now)
        collect_balance(organization=other, provider=Figures(amount=10), now=now)
        assert latest_balance(other).organization_id == other.pk


@pytest.mark.django_db
class TestCollectCosts:
    def collect(self, organization: Organization, figures: Figures, now: datetime, run: str = "") -> None:
        collect_costs(
            organization=organization, provider=figures, month=NOVEMBER, run=run or f"{now:%d %H:%M}", now=now
        )

    def test_keeps_nothing_until_the_month_has_costs(self, organization: Organization, now: datetime) -> None:
        self.collect(organization, Figures(), now)
        with pytest.raises(CostsNotCollected):
            latest_costs(organization, year=2026, month=11)

    def test_keeps_a_row_on_every_run_after_that(self, organization: Organization, now: datetime) -> None:
        for hour in range(3):
            self.collect(organization, Figures(usage=5), now + hour * HOUR)
        assert CostSnapshot.objects.count() == 3
        assert latest_costs(organization, year=2026, month=11).collected_at == now + 2 * HOUR

    def test_keeps_one_row_of_a_run_that_is_repeated(self, organization: Organization, now: datetime) -> None:
        self.collect(organization, Figures(usage=5), now, "run")
        self.collect(organization, Figures(usage=6), now + HOUR, "run")
        assert CostSnapshot.objects.get().usage_fees_micros == 5 * UNIT

    def test_adds_the_fees_up(self, organization: Organization, now: datetime) -> None:
        self.collect(organization, Figures(monthly=2, one_time=3, usage=5), now)
        snapshot = latest_costs(organization, year=2026, month=11)
        assert snapshot.total_micros == 10 * UNIT
        assert snapshot.usage_lines == [
            {
                "service": "sms",
                "operator": None,
                "unit": "message",
                "quantity_micros": UNIT,
                "amount_micros": 5 * UNIT,
            }
        ]

    def test_of_a_month_that_is_over_keeps_its_end_and_then_only_what_changes(
        self, organization: Organization, now: datetime
    ) -> None:
        december = datetime(2026, 12, 1, tzinfo=UTC)
        self.collect(organization, Figures(usage=5), now)
        for hour, usage in enumerate([5, 5, 7, 7]):
            self.collect(organization, Figures(usage=usage), december + hour * HOUR)
        rows = CostSnapshot.objects.order_by("collected_at").values_list("collected_at", "usage_fees_micros")
        assert list(rows) == [(now, 5 * UNIT), (december, 5 * UNIT), (december + 2 * HOUR, 7 * UNIT)]


@pytest.mark.django_db
@pytest.mark.parametrize("model", [BalanceSnapshot, CostSnapshot])
class TestSnapshots:
    @pytest.fixture(autouse=True)
    def _collected(self, organization: Organization, now: datetime) -> None:
        figures = Figures(amount=10, usage=5)
        collect_balance(organization=organization, provider=figures, now=now)
        collect_costs(organization=organization, provider=figures, month=NOVEMBER, run="run", now=now)

    def test_are_never_changed(self, model: type[BalanceSnapshot]) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.update(currency="EUR")

    def test_are_never_deleted(self, model: type[BalanceSnapshot]) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.all().delete()


@pytest.mark.django_db(transaction=True)
class TestTwoCollectorsAtOnce:
    def both(self, collect: object) -> None:
        together = Barrier(8)

        def run(number: int) -> None:
            try:
                together.wait(timeout=10)
                collect(number)  # type: ignore[operator]
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(run, range(8)))

    def test_keep_one_balance(self, now: datetime) -> None:
        organization = create_organization(now, "raced")
        self.both(
            lambda number: collect_balance(
                organization=organization, provider=Figures(amount=10), now=now + timedelta(seconds=number)
            )
        )
        assert amounts(BalanceSnapshot.objects) == [10]

    def test_keep_one_row_of_a_run(self, now: datetime) -> None:
        organization = create_organization(now, "raced")
        self.both(
            lambda number: collect_costs(
                organization=organization, provider=Figures(usage=number + 1), month=NOVEMBER, run="run", now=now
            )
        )
        assert CostSnapshot.objects.count() == 1
