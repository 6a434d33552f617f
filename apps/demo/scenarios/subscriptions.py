"""Plans of the customers: one monthly, one on annual legacy credits, one on trial; and the quota of every period."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from apps.common.periods import add_months, midnight
from apps.demo.scenarios.catalog import CREDITS, PRO, STARTER, TRIAL
from apps.demo.scenarios.main_customers import ACME, GLOBEX, INITECH
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.plans.models import Plan, Subscription
from apps.plans.services import SubscriptionTerms, change_plan, grant_due_quotas, start_subscription
from apps.tenants.models import Organization
from apps.wallets.services import expire_grants

Source = Subscription.Source


def steps(demo: Demo) -> Iterator[Step]:
    acme, globex, initech = (demo.organizations[slug] for slug in (ACME, GLOBEX, INITECH))
    yield Step(demo.ago(days=366), partial(_start, acme, STARTER, Source.STRIPE))
    yield Step(demo.ago(days=170), partial(_upgrade, acme, PRO))
    yield Step(demo.ago(days=250), partial(_start, globex, CREDITS, Source.CONTRACT))
    yield Step(demo.ago(days=24), partial(_start, initech, TRIAL, Source.MANUAL, trial=True))
    yield from _periods(demo)


def _periods(demo: Demo) -> Iterator[Step]:
    """Start billing periods as the scheduler does: on the 1st, and on the 15th, acme's anchor day."""
    first = demo.ago(days=366).date().replace(day=1)
    for months in range(14):
        for day in (1, 15):
            at = midnight(add_months(first, months).replace(day=day)) + timedelta(minutes=5)
            if demo.ago(days=365) < at < demo.now:
                yield Step(at, _begin_period)


def _begin_period(at: datetime) -> None:
    expire_grants(now=at)
    grant_due_quotas(now=at)


def _start(organization: Organization, slug: str, source: Source, at: datetime, *, trial: bool = False) -> None:
    plan = Plan.objects.get(slug=slug)
    start_subscription(
        organization=organization,
        plan=plan,
        created_by=CREATED_BY,
        now=at,
        terms=SubscriptionTerms(source=source, trial=trial),
    )


def _upgrade(organization: Organization, slug: str, at: datetime) -> None:
    change_plan(organization=organization, plan=Plan.objects.get(slug=slug), created_by=CREATED_BY, now=at)
