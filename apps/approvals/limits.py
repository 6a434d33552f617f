"""When a second person must approve: above the limit for one person.

The limit is the setting `APPROVAL_LIMIT_MICROS`, in US dollars, converted to other currencies at approximate rates. The
rates come from the settings too, not from rows that staff can edit, such as an organization's display rate: staff could
otherwise change a rate to get below the limit.
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

from apps.approvals.actions import Action, Scope
from apps.approvals.independence import accounts_in_same_hands
from apps.approvals.models import SoloAction
from apps.common.money import InexactAmount, Micros, convert, to_micros

# Amounts within this time are added up.
ADDED_UP_WITHIN = timedelta(hours=24)
ABOVE = Fraction(2)


def limit_micros(currency: str) -> Micros:
    """Return the limit in a currency, in micros; 0 for a currency without a rate."""
    rate = settings.APPROVAL_LIMIT_RATES.get(currency)
    return Micros(0) if rate is None else convert(settings.APPROVAL_LIMIT_MICROS, to_micros(rate))


def share_of_limit(amount_micros: int, currency: str) -> Fraction:
    """Return an amount, of either sign, as a share of the limit; above 1, a second person must approve.

    In a currency without a rate, any amount other than zero is above the limit.
    """
    limit = limit_micros(currency)
    if not limit:
        return ABOVE if amount_micros else Fraction(0)
    return Fraction(abs(amount_micros), limit)


def share_used_alone(*, person: User, scope: SoloAction.Scope, organization_id: UUID | None, now: datetime) -> Fraction:
    """Return the share of the limit that a person has used alone in a scope within a day, over all currencies.

    Actions of accounts that the same person may control count too.
    """
    done = SoloAction.objects.filter(
        person__in=accounts_in_same_hands(person, now),
        scope=scope,
        organization=organization_id,
        done_at__gt=now - ADDED_UP_WITHIN,
    )
    sums = done.order_by().values_list("currency").annotate(total=Sum("amount_micros"))
    return sum((share_of_limit(total, currency) for currency, total in sums), Fraction(0))


def needs_second_person(*actions: Action, by: User, now: datetime) -> bool:
    """Return whether the actions of one form exceed the limit, added to what the person did alone within a day.

    An action of unknown size always needs a second person, as does a bulk action.
    """
    used: dict[tuple[Scope, UUID | None], Fraction] = {}
    for action in actions:
        if action.is_free_of_limit:
            continue
        if action.always_approved or not action.has_known_size(now):
            return True
        place = (action.scope, action.organization_id)
        if place not in used:
            used[place] = share_used_alone(person=by, scope=place[0], organization_id=place[1], now=now)
        used[place] += share_of_limit(action.amount_micros, action.currency)
    return any(share > 1 for share in used.values())


def check_rates(**_: Any) -> Iterable[CheckMessage]:
    """Check that every rate is a positive number given as a string or an integer, since floats are inexact."""
    for currency, rate in settings.APPROVAL_LIMIT_RATES.items():
        if not (isinstance(rate, (str, int)) and not isinstance(rate, bool) and _is_positive(rate)):
            yield Error(
                f"APPROVAL_LIMIT_RATES has {rate!r} for {currency}, which is not an exact positive number.",
                hint='Write it as a string, in units of the currency per US dollar: {"EUR": "0.9"}.',
                id="approvals.E001",
            )


def _is_positive(rate: str | int) -> bool:
    try:
        return to_micros(rate) > 0
    except InexactAmount:
        return False
