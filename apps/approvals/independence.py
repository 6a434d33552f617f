"""Who may decide for whom: nobody for a person whose access they changed within seven days, nor that person for them.

Whoever makes an account, or resets its password, can sign in as that person, and as whoever that account makes next. So
accounts that one person made, reset or let in again within seven days do not decide for one another either, and their
sums of a day are one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from apps.approvals.errors import NotIndependent
from apps.approvals.models import AccessChange

APART_FOR = timedelta(days=7)
# Whoever makes one of these changes may sign in as the person: an account that is let in again may have a password
# that they gave it once.
SIGN_IN = (AccessChange.What.ACCOUNT, AccessChange.What.PASSWORD, AccessChange.What.STATUS)


def controlled_by(person: int, changes: Iterable[tuple[int, int]]) -> set[int]:
    """Return the accounts that a person may have in hand: those they changed, and what these changed afterwards.

    `changes` are pairs of who changed whose access, oldest first.
    """
    held = {person}
    for by, whose in changes:
        if by in held:
            held.add(whose)
    return held - {person}


def in_same_hands(person: int, changes: Iterable[tuple[int, int]]) -> set[int]:
    """Return the accounts that whoever holds a person's account may hold with it, that one included.

    `changes` are pairs of who made or reset whose account, oldest first.
    """
    known = list(changes)
    hands = [{holder} | controlled_by(holder, known) for holder in {by for by, _ in known}]
    return {person}.union(*(held for held in hands if person in held))


def accounts_in_same_hands(person: User, now: datetime) -> set[int]:
    """Return the accounts that one person may have used beside this one, as changed within `APART_FOR`."""
    return in_same_hands(person.pk, _changes(now, what__in=SIGN_IN))


def is_independent(one: User, other: User, now: datetime) -> bool:
    """Say whether neither of two people, and no third one, may have had both accounts in hand within `APART_FOR`."""
    changes = _changes(now)
    if other.pk in controlled_by(one.pk, changes) or one.pk in controlled_by(other.pk, changes):
        return False
    return other.pk not in accounts_in_same_hands(one, now) - {one.pk}


def _changes(now: datetime, **which: object) -> list[tuple[int, int]]:
    recent = AccessChange.objects.filter(changed_at__gt=now - APART_FOR, changed_by__isnull=False, **which)
    return list(recent.order_by("changed_at", "pk").values_list("changed_by_id", "person_id"))


def refuse_dependent(*, maker: User, decider: User, now: datetime) -> None:
    """Refuse a decider who made the maker or changed their access within seven days, or the other way round.

    Refuse as well where a third person made, or reset the password of, both.

    Raises:
        NotIndependent: naming both people.
    """
    if not is_independent(maker, decider, now):
        raise NotIndependent(
            f"Within the last {APART_FOR.days} days {decider} made {maker} or changed their access, or the other way "
            "round, or one person made or reset both accounts. Someone else decides."
        )
