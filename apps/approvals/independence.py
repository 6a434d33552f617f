"""Who may decide for whom: nobody for a person whose access they changed within seven days, nor that person for them.

Whoever makes an account, or resets its password, can sign in as that person, and as whoever that account makes next.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from apps.approvals.errors import NotIndependent
from apps.approvals.models import AccessChange

APART_FOR = timedelta(days=7)


def controlled_by(person: int, changes: Iterable[tuple[int, int]]) -> set[int]:
    """Return the accounts that a person may have in hand: those they changed, and what these changed afterwards.

    `changes` are pairs of who changed whose access, oldest first.
    """
    held = {person}
    for by, whose in changes:
        if by in held:
            held.add(whose)
    return held - {person}


def is_independent(one: User, other: User, now: datetime) -> bool:
    """Say whether neither of two people may have had the other's account in hand within `APART_FOR`."""
    recent = AccessChange.objects.filter(changed_at__gt=now - APART_FOR, changed_by__isnull=False)
    changes = list(recent.order_by("changed_at", "pk").values_list("changed_by_id", "person_id"))
    return other.pk not in controlled_by(one.pk, changes) and one.pk not in controlled_by(other.pk, changes)


def refuse_dependent(*, maker: User, decider: User, now: datetime) -> None:
    """Refuse a decider who made the maker or changed their access within seven days, or the other way round.

    Raises:
        NotIndependent: naming both people.
    """
    if not is_independent(maker, decider, now):
        raise NotIndependent(
            f"Within the last {APART_FOR.days} days {decider} made {maker} or changed their access, or the other way "
            "round. Someone else decides."
        )
