"""A collection run over all organizations in batches, with failures, lost workers and repeats."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.outbox.models import OutboxMessage
from apps.snapshots import services
from apps.snapshots.models import BalanceSnapshot, CollectionFailure
from apps.snapshots.tasks import collect_balances
from apps.tenants.models import Organization
from billing_site.celery import app
from tests.factories import create_grant, create_organization
from tests.snapshots.providers import amounts
from tests.snapshots.upstream import ACCOUNT, NAME, SECRET, Answer, Upstream, serving

Deliver = Callable[[datetime], list[str]]


def run_task(name: str) -> None:
    """Start a scheduled task as beat and a worker do."""
    app.loader.import_default_modules()
    app.tasks[name].apply(throw=True)


@pytest.mark.django_db
class TestCollection:
    def test_goes_through_all_organizations_in_batches(
        self, now: datetime, deliver_outbox: Deliver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("apps.snapshots.services.batches.BATCH", 2)
        for number in range(5):
            create_grant(create_organization(now, f"org-{number}"), str(number + 1), now, key=f"g{number}")
        collect_balances(now=now)
        assert deliver_outbox(now) == ["snapshots.collect_batch"] * 3
        assert sorted(amounts(BalanceSnapshot.objects)) == [1, 2, 3, 4, 5]

    def test_leaves_out_who_is_archived(self, now: datetime, deliver_outbox: Deliver) -> None:
        create_organization(now, "archived", status="archived")
        create_organization(now, "suspended", status="suspended")
        collect_balances(now=now)
        deliver_outbox(now)
        assert BalanceSnapshot.objects.get().organization.slug == "suspended"

    def test_stops_for_nobody_who_fails(self, now: datetime, deliver_outbox: Deliver) -> None:
        without_wallet = Organization.objects.create(name="Broken", slug="broken", created_at=now, updated_at=now)
        good = [create_organization(now, f"org-{number}") for number in range(3)]
        collect_balances(now=now)
        deliver_outbox(now)
        failure = CollectionFailure.objects.get()
        assert (failure.organization, failure.figure, failure.reason) == (without_wallet, "balance", "internal")
        assert BalanceSnapshot.objects.count() == len(good)

    def test_that_is_delivered_twice_writes_nothing_twice(self, now: datetime) -> None:
        create_grant(create_organization(now), "5", now)
        run = services.start_collection(figure="balance", now=now)
        for minute in range(2):
            services.collect_batch(figure="balance", run=run, after=None, now=now + timedelta(minutes=minute))
        assert amounts(BalanceSnapshot.objects) == [5]

    def test_asks_for_the_batch_behind_it_once(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("apps.snapshots.services.batches.BATCH", 1)
        create_organization(now)
        run = services.start_collection(figure="balance", now=now)
        for _ in range(2):
            services.collect_batch(figure="balance", run=run, after=None, now=now)
        assert OutboxMessage.objects.filter(task="snapshots.collect_batch").count() == 2

    def test_keeps_what_an_upstream_did_wrong_and_never_as_a_snapshot(
        self, now: datetime, deliver_outbox: Deliver, settings: Any
    ) -> None:
        customer = create_organization(now, "resold", currency="EUR")
        with serving(Upstream(Answer({"amount": "lots"}))) as base:
            settings.SNAPSHOT_UPSTREAMS, settings.SNAPSHOT_UPSTREAM_SECRETS = {NAME: base}, {NAME: SECRET}
            services.choose_source(organization=customer, upstream=NAME, external_account=ACCOUNT, now=now)
            collect_balances(now=now)
            deliver_outbox(now)
        failure = CollectionFailure.objects.get()
        assert (failure.provider, failure.reason, failure.detail) == (
            NAME,
            "bad_answer",
            "the currency is not EUR",
        )
        assert not BalanceSnapshot.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["snapshots.collect_balances", "snapshots.collect_costs"])
def test_two_schedulers_start_one_run(name: str) -> None:
    run_task(name)
    run_task(name)
    assert OutboxMessage.objects.filter(task="snapshots.collect_batch").count() == 1
