"""Grant the included quota once per subscription and billing period, no matter when or how often this runs."""

import logging
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros, decimal_text
from apps.common.periods import Period
from apps.common.transactions import serialized
from apps.plans.causes import SUBSCRIPTION
from apps.plans.models import GRANTS_QUOTA, IncludedQuota, Subscription
from apps.plans.periods import periods_due
from apps.plans.services.locks import lock_subscription
from apps.tenants.models import Organization
from apps.wallets import services as wallets

logger = logging.getLogger(__name__)
SYSTEM = "system:included-quota"
BATCH = 200


@serialized
def grant_due_quota(*, subscription_id: UUID, now: datetime) -> int:
    """Grant the quota of every billing period that has started and was not granted; return how many there were.

    Periods follow from the anchor day, not from the time of this run. A late run grants each missed period its own
    quota, which expires at that period's end and so covers only shortfalls recorded before it.
    """
    subscription = lock_subscription(subscription_id)
    archived = subscription.organization.status == Organization.Status.ARCHIVED
    if archived or subscription.status not in GRANTS_QUOTA:
        return 0
    periods = list(periods_due(subscription.organization.anchor_day, subscription.quota_granted_until, now))
    for period in periods:
        _grant(subscription, period, now)
    if periods:
        subscription.quota_granted_until, subscription.quota_error = periods[-1].end, ""
        subscription.save(update_fields=["quota_granted_until", "quota_error"])
    return len(periods)


def _grant(subscription: Subscription, period: Period, now: datetime) -> None:
    organization, plan = subscription.organization, subscription.plan
    amount = Micros(max(0, plan.list_quota_micros - _already_given(organization, period)))
    grant = None
    if amount:
        grant = wallets.grant_credits(
            organization=organization,
            grant=wallets.NewGrant(
                amount=amount,
                source=wallets.Source.INCLUDED_QUOTA,
                key=f"included-quota:{subscription.pk}:{period.key}",
                cause=SUBSCRIPTION.of(subscription.pk),
                created_by=SYSTEM,
                description=f"{plan.name}: {decimal_text(amount)} {plan.currency} included, {period.key}",
                expires_at=period.end,
            ),
            now=now,
        )
    IncludedQuota.objects.create(
        subscription=subscription,
        organization=organization,
        period_start=period.start,
        period_end=period.end,
        amount_micros=amount,
        grant=grant,
        granted_at=now,
    )


def _already_given(organization: Organization, period: Period) -> int:
    """Return the micros that earlier plans granted in the period; a new plan adds only the difference."""
    given = IncludedQuota.objects.filter(organization=organization, period_end=period.end)
    return sum(given.values_list("amount_micros", flat=True))


def grant_due_quotas(*, now: datetime) -> tuple[int, int]:
    """Grant all quota that is due, one transaction per subscription; return the numbers of successes and failures.

    A subscription that fails shows its error to staff, stays due for the next run, and does not stop the others.
    """
    granted, failed, after = 0, 0, None
    while batch := _due(now, after):
        for _, subscription_id in batch:
            try:
                grant_due_quota(subscription_id=subscription_id, now=now)
                granted += 1
            except Exception as error:
                logger.exception("included quota of subscription %s failed", subscription_id)
                Subscription.objects.filter(pk=subscription_id).update(quota_error=(str(error) or repr(error))[:500])
                failed += 1
        after = batch[-1]
    return granted, failed


def _due(now: datetime, after: tuple[datetime, UUID] | None) -> list[tuple[datetime, UUID]]:
    """Return the next batch of subscriptions whose quota is due, longest due first, after the last one seen.

    Suspended organizations are included; archived ones get no more quota.
    """
    rows = Subscription.objects.filter(status__in=GRANTS_QUOTA, quota_granted_until__lte=now)
    rows = rows.exclude(organization__status=Organization.Status.ARCHIVED)
    if after is not None:
        rows = rows.filter(quota_granted_until__gte=after[0]).exclude(quota_granted_until=after[0], pk__lte=after[1])
    return list(rows.order_by("quota_granted_until", "pk").values_list("quota_granted_until", "pk")[:BATCH])
