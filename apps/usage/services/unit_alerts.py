"""Alerts about the units that are left of a plan's allocation: set by the customer, checked by a job each minute.

A threshold is in alarm while the units left are at or below it. Each change is announced once by webhook; email is sent
for the lowest threshold reached, at most once in 24 hours for each threshold.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from apps.common.money import Micros, from_micros
from apps.notices.services import notify
from apps.plans.selectors import SubscriptionFigures, current_subscription
from apps.tenants.models import Organization
from apps.usage.models import UnitAlert
from apps.usage.selectors import consumed_units
from apps.wallets.balance_alerts import MAILED_EVERY
from apps.wallets.selectors import balance_alerts

logger = logging.getLogger(__name__)


@transaction.atomic
def set_unit_alerts(*, organization: Organization, thresholds: Mapping[str, Sequence[int]], now: datetime) -> None:
    """Replace a customer's thresholds, in micros by unit; those that stay keep their state.

    A threshold that is already reached sends its notice at once.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    wanted = {(unit, micros) for unit, amounts in thresholds.items() for micros in amounts}
    kept = set()
    for each in UnitAlert.objects.filter(organization=organization):
        if (each.unit, each.threshold_micros) in wanted:
            kept.add((each.unit, each.threshold_micros))
        else:
            each.delete()
    UnitAlert.objects.bulk_create(
        UnitAlert(organization=organization, unit=unit, threshold_micros=micros, created_at=now)
        for unit, micros in sorted(wanted - kept)
    )
    _review(organization, now)


def review_unit_alerts(*, now: datetime) -> int:
    """Check the units of all customers with thresholds and announce changes; return the number of customers."""
    organizations = Organization.objects.filter(
        pk__in=UnitAlert.objects.values("organization"), status=Organization.Status.ACTIVE
    )
    found = list(organizations)
    for each in found:
        try:
            with transaction.atomic():
                _review(each, now)
        except Exception:  # one failure must not stop the others
            logger.exception("the unit alerts of %s could not be checked", each.pk)
    return len(found)


def _review(organization: Organization, now: datetime) -> None:
    """Store which thresholds are in alarm, and announce each change. Without an allocation, nothing changes."""
    plan = current_subscription(organization, now)
    if plan.allocation is None:
        return
    left = _left(organization, plan)
    rows = UnitAlert.objects.select_for_update(no_key=True).filter(organization=organization)
    mails_left = balance_alerts(organization).by_mail
    for each in rows.order_by("unit", "threshold_micros"):
        if each.unit not in left or (left[each.unit] <= each.threshold_micros) == each.is_low:
            continue
        each.is_low, each.version = not each.is_low, each.version + 1
        is_due = each.mailed_at is None or each.mailed_at <= now - MAILED_EVERY
        by_mail = each.is_low and mails_left and is_due
        if by_mail:
            each.mailed_at, mails_left = now, False
        each.save(update_fields=["is_low", "version", "mailed_at"])
        notify(
            organization_id=organization.pk,
            notice="units.low" if each.is_low else "units.recovered",
            key=f"{each.pk}:{each.version}",
            data={
                "id": str(each.pk),
                "version": each.version,
                "unit": each.unit,
                "threshold": from_micros(each.threshold_micros),
                "left": from_micros(left[each.unit]),
                "included": from_micros(plan.allocation_amounts[each.unit]),
                "periodEnd": plan.allocation.end.date().isoformat(),
            },
            now=now,
            mail=by_mail,
        )


def _left(organization: Organization, plan: SubscriptionFigures) -> Mapping[str, Micros]:
    """Return what is left of the allocation, in micros by unit; below zero if more was used."""
    assert plan.allocation is not None, "the caller has checked it"
    consumed = consumed_units(organization, plan.allocation).by_unit
    return {unit: Micros(amount - consumed[unit]) for unit, amount in plan.allocation_amounts.items()}
