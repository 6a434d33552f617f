"""Which accounts are independent enough to decide for each other.

Two people cannot decide for each other within seven days after one changed the other's access. Whoever creates an
account or resets its password can sign in as that person, and as any account which that one then creates. So accounts
that one person created, reset, or reactivated within seven days cannot decide for each other either, and their daily
amounts are added up.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from apps.approvals.errors import MakerIsChecker, NotIndependent
from apps.approvals.models import AccessChange

APART_FOR = timedelta(days=7)
# Changes after which their author may be able to sign in as the person. Reactivating an account is one: the author may
# have set its password before.
SIGN_IN = (AccessChange.What.ACCOUNT, AccessChange.What.PASSWORD, AccessChange.What.STATUS)


def controlled_by(person: int, changes: Iterable[tuple[int, int]]) -> set[int]:
    """Return the accounts that a person may control: those they changed, and those changed by these afterward.

    `changes` are pairs of author and account, oldest first.
    """
    held = {person}
    for by, whose in changes:
        if by in held:
            held.add(whose)
    return held - {person}


def in_same_hands(person: int, changes: Iterable[tuple[int, int]]) -> set[int]:
    """Return the accounts that may be controlled by the same person as this one, which is included.

    `changes` are pairs of author and account, for accounts created, reset, or reactivated, oldest first.
    """
    known = list(changes)
    hands = [{holder} | controlled_by(holder, known) for holder in {by for by, _ in known}]
    return {person}.union(*(held for held in hands if person in held))


def accounts_in_same_hands(person: User, now: datetime) -> set[int]:
    """Return the accounts that may share a controller with `person`, by the changes within `APART_FOR`."""
    return in_same_hands(person.pk, _changes(now, what__in=SIGN_IN))


def is_independent(one: User, other: User, now: datetime) -> bool:
    """Return whether no one, neither of the two nor a third person, may control both accounts within `APART_FOR`."""
    changes = _changes(now)
    if other.pk in controlled_by(one.pk, changes) or one.pk in controlled_by(other.pk, changes):
        return False
    return other.pk not in accounts_in_same_hands(one, now) - {one.pk}


def _changes(now: datetime, **which: object) -> list[tuple[int, int]]:
    recent = AccessChange.objects.filter(changed_at__gt=now - APART_FOR, changed_by__isnull=False, **which)
    return list(recent.order_by("changed_at", "pk").values_list("changed_by_id", "person_id"))


def refuse_dependent(*, maker: User, decider: User, now: datetime) -> None:
    """Refuse the maker as decider, and one whose account is not independent of the maker's; see `is_independent`.

    Raises:
        MakerIsChecker: they are one person.
        NotIndependent: the message names both people.
    """
    if maker.pk == decider.pk:
        raise MakerIsChecker
    if not is_independent(maker, decider, now):
        raise NotIndependent(
            f"Within the last {APART_FOR.days} days, {decider} or {maker} created the other's account or changed its "
            "access, or one person created or reset both accounts. Someone else must decide."
        )
