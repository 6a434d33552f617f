"""What one person may move alone: one amount in US dollars, and about what a dollar is in other currencies.

The rates are rough on purpose and set by whoever runs the site: a rate that staff keep, such as an organization's for
display, could be turned until an amount is below the limit.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Error
from django.db.models import Sum

from apps.approvals.independence import accounts_in_same_hands
from apps.approvals.models import SoloAction
from apps.common.money import InexactAmount, Micros, convert, to_micros

# Slices of an amount count together for so long.
ADDED_UP_WITHIN = timedelta(hours=24)
ABOVE = Fraction(2)


def limit_micros(currency: str) -> Micros:
    """Return the limit in a currency, in micros; nothing may be moved alone in one that has no rate."""
    rate = settings.APPROVAL_LIMIT_RATES.get(currency)
    return Micros(0) if rate is None else convert(settings.APPROVAL_LIMIT_MICROS, to_micros(rate))


def share_of_limit(amount_micros: int, currency: str) -> Fraction:
    """Return what part of the limit an amount of either sign takes; above 1, one person may not move it alone.

    In a currency without a rate any amount but zero is above it.
    """
    limit = limit_micros(currency)
    if not limit:
        return ABOVE if amount_micros else Fraction(0)
    return Fraction(abs(amount_micros), limit)


def share_moved_alone(
    *, person: User, scope: SoloAction.Scope, organization_id: UUID | None, now: datetime
) -> Fraction:
    """Return what part of the limit a person has used alone within the last day in a scope, in all currencies.

    What was done with accounts that are in the same hands counts too.
    """
    done = SoloAction.objects.filter(
        person__in=accounts_in_same_hands(person, now),
        scope=scope,
        organization=organization_id,
        done_at__gt=now - ADDED_UP_WITHIN,
    )
    sums = done.order_by().values_list("currency").annotate(total=Sum("amount_micros"))
    return sum((share_of_limit(total, currency) for currency, total in sums), Fraction(0))


def check_rates(**_: Any) -> Iterable[CheckMessage]:
    """Every rate is an exact positive number, written as text or whole: a float is neither."""
    for currency, rate in settings.APPROVAL_LIMIT_RATES.items():
        if not (isinstance(rate, (str, int)) and not isinstance(rate, bool) and _is_positive(rate)):
            yield Error(
                f"APPROVAL_LIMIT_RATES has {rate!r} for {currency}, which is no exact positive number.",
                hint='Write it as text, in whole units of the currency for one US dollar: {"EUR": "0.9"}.',
                id="approvals.E001",
            )


def _is_positive(rate: str | int) -> bool:
    try:
        return to_micros(rate) > 0
    except InexactAmount:
        return False
