"""The included quota: once per billing period, from the anchor, even if late, repeated or concurrent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from apps.plans.models import IncludedQuota, Plan, Subscription
from apps.plans.services import grant_due_quota, grant_due_quotas, start_subscription
from apps.plans.tasks import grant_included_quota
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.factories import charge, create_organization
from tests.plans.conftest import UNIT, create_plan


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def subscribe(organization: Organization, plan: Plan, now: datetime) -> Subscription:
    return start_subscription(organization=organization, plan=plan, created_by="staff:ann", now=now)


def periods(subscription: Subscription) -> list[str]:
    rows = subscription.quotas.order_by("period_start").values_list("period_start", "period_end")
    return [f"{start:%Y-%m-%d}/{end:%Y-%m-%d}" for start, end in rows]


@pytest.mark.django_db
class TestWhatWasGiven:
    def test_stays_as_it_was_written_down(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscribe(customer, pro, now)
        given = IncludedQuota.objects.all()
        with pytest.raises(IntegrityError), transaction.atomic():
            given.update(amount_micros=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            given.delete()


@pytest.mark.django_db
class TestGrantDueQuotas:
    def test_gives_each_period_once_however_often_it_runs(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscription = subscribe(customer, pro, now)
        runs = [at("2026-11-30T23:59:59"), at("2026-12-01T00:00:00"), at("2026-12-01T00:05:00")]
        assert [grant_due_quotas(now=moment) for moment in runs] == [(0, 0), (1, 0), (0, 0)]
        assert periods(subscription) == ["2026-11-01/2026-12-01", "2026-12-01/2027-01-01"]

    def test_lets_the_old_quota_lapse_when_the_new_one_comes(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscribe(customer, pro, now)
        charge(customer, "30", now)
        first = at("2026-12-01T00:00:00")
        assert wallet_figures(customer, first).quota_micros == 0
        grant_due_quotas(now=first)
        assert wallet_figures(customer, first).quota_micros == 100 * UNIT

    def test_after_a_fortnight_down_gives_the_period_that_began_meanwhile(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscription = subscribe(customer, pro, now)
        late = at("2026-12-14T09:00:00")
        grant_due_quotas(now=late)
        grant = Grant.objects.get(key=f"included-quota:{subscription.pk}:2026-12-01/2027-01-01")
        assert (grant.granted_at, grant.expires_at) == (late, at("2027-01-01T00:00:00"))

    def test_after_months_down_gives_every_period_and_only_the_running_one_counts(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscription = subscribe(customer, pro, now)
        late = at("2027-02-14T09:00:00")
        assert grant_due_quotas(now=late) == (1, 0)
        assert periods(subscription)[1:] == [
            "2026-12-01/2027-01-01",
            "2027-01-01/2027-02-01",
            "2027-02-01/2027-03-01",
        ]
        assert wallet_figures(customer, late).quota_micros == 100 * UNIT

    def test_of_a_missed_period_pays_what_was_overspent_meanwhile(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscribe(customer, pro, now)
        charge(customer, "180", at("2026-12-05T00:00:00"))
        late = at("2027-01-14T09:00:00")
        grant_due_quotas(now=late)
        figures = wallet_figures(customer, late)
        assert (figures.overspend_micros, figures.quota_micros) == (0, 20 * UNIT)

    @pytest.mark.parametrize(
        ("anchor_day", "start", "until", "expected"),
        [
            (
                31,
                "2027-01-31T08:00:00",
                "2027-05-31T00:00:00",
                [
                    "2027-01-31/2027-02-28",
                    "2027-02-28/2027-03-31",
                    "2027-03-31/2027-04-30",
                    "2027-04-30/2027-05-31",
                    "2027-05-31/2027-06-30",
                ],
            ),
            (29, "2028-02-10T00:00:00", "2028-03-28T23:59:59", ["2028-01-29/2028-02-29", "2028-02-29/2028-03-29"]),
            (29, "2027-02-28T00:00:00", "2027-03-29T00:00:00", ["2027-02-28/2027-03-29", "2027-03-29/2027-04-29"]),
            (15, "2026-12-15T00:00:00", "2027-01-15T00:00:00", ["2026-12-15/2027-01-15", "2027-01-15/2027-02-15"]),
        ],
    )
    def test_keeps_to_the_anchor(
        self, now: datetime, anchor_day: int, start: str, until: str, expected: list[str]
    ) -> None:
        organization = create_organization(now, "anchored", anchor_day=anchor_day)
        subscription = subscribe(organization, create_plan(now), at(start))
        grant_due_quotas(now=at(until))
        assert periods(subscription) == expected

    def test_leaves_out_who_is_past_due_or_gone(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscription = subscribe(customer, pro, now)
        Subscription.objects.filter(pk=subscription.pk).update(status="past_due")
        assert grant_due_quotas(now=at("2026-12-01T00:00:00")) == (0, 0)
        assert grant_due_quota(subscription_id=subscription.pk, now=at("2026-12-01T00:00:00")) == 0

    @pytest.mark.django_db(transaction=True)
    def test_keeps_one_failure_visible_and_gives_the_others_theirs(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        good = subscribe(customer, pro, now)
        bad = subscribe(create_organization(now, "other"), pro, now)
        december = at("2026-12-01T00:00:00")
        IncludedQuota.objects.create(
            subscription=bad,
            organization=bad.organization,
            period_start=december,
            period_end=at("2027-01-02T00:00:00"),
            amount_micros=0,
            granted_at=now,
        )
        assert grant_due_quotas(now=december) == (1, 1)
        good.refresh_from_db()
        bad.refresh_from_db()
        assert (good.quota_granted_until, good.quota_error) == (at("2027-01-01T00:00:00"), "")
        assert bad.quota_granted_until == december
        assert "plans_includedquota" in bad.quota_error

    def test_goes_through_more_than_one_batch(self, pro: Plan, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("apps.plans.services.quota.BATCH", 2)
        for number in range(5):
            subscribe(create_organization(now, f"org-{number}"), pro, now)
        assert grant_due_quotas(now=at("2026-12-01T00:00:00")) == (5, 0)

    def test_is_a_task_that_beat_can_start(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscription = subscribe(customer, pro, now)
        grant_included_quota(now=at("2026-12-01T00:00:00"))
        assert len(periods(subscription)) == 2


@pytest.mark.django_db
def test_the_database_keeps_a_period_from_being_given_twice(customer: Organization, pro: Plan, now: datetime) -> None:
    first = subscribe(customer, pro, now).quotas.get()
    first.pk, first.grant = None, None
    first.amount_micros = 0
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_give_one_quota(now: datetime) -> None:
    subscription = subscribe(create_organization(now, "raced"), create_plan(now), now)
    together = Barrier(6)

    def run(subscription_id: UUID) -> int:
        try:
            together.wait(timeout=10)
            return grant_due_quota(subscription_id=subscription_id, now=now + timedelta(days=20))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(run, [subscription.pk] * 6))
    assert sorted(results) == [0, 0, 0, 0, 0, 1]
    assert len(periods(subscription)) == 2
    assert wallet_figures(subscription.organization, now + timedelta(days=20)).quota_micros == 100 * UNIT


@pytest.mark.django_db
class TestQuotaThatComesTooLate:
    def test_pays_what_was_overspent_before_its_end_and_nothing_later(self) -> None:
        customer = create_organization(at("2026-09-01"))
        subscription = subscribe(customer, create_plan(at("2026-09-01"), quota=10), at("2026-09-01"))
        charge(customer, "17", at("2026-10-31"), key="october")
        charge(customer, "5", at("2026-11-05"), key="november")
        late = at("2026-11-06")
        grant_due_quota(subscription_id=subscription.pk, now=late)
        # 17 - 10 of October are left to November's quota, and its own 5: 2 more than it has.
        assert wallet_figures(customer, late).balance_micros == -2 * UNIT

    def test_gives_nothing_to_the_period_after(self) -> None:
        customer = create_organization(at("2026-09-01"))
        subscription = subscribe(customer, create_plan(at("2026-09-01"), quota=10), at("2026-09-01"))
        charge(customer, "5", at("2026-11-05"))
        late = at("2026-11-06")
        grant_due_quota(subscription_id=subscription.pk, now=late)
        assert wallet_figures(customer, late).balance_micros == 5 * UNIT
