"""What people move alone: counted in one place, whatever it is, so that the limit is not passed in slices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum

from apps.approvals.fingerprint import fingerprint
from apps.approvals.limits import is_over_limit
from apps.approvals.models import Approval, MoveAlone
from apps.approvals.services import request_approval

SLICES_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A move of money that somebody wants to make: kind, subject and arguments as an approval would have them.

    `about` is what slices are added up for: a customer, as `organization:<id>`, or `vouchers`.
    """

    kind: str
    subject: str
    arguments: Mapping[str, Any]
    about: str
    amount_micros: int
    currency: str

    @property
    def fingerprint(self) -> str:
        """What exactly it is; sent again it is the same."""
        return fingerprint(self.kind, self.subject, self.arguments)


@transaction.atomic
def may_move_alone(*, wanted: Wanted, by: User, now: datetime) -> bool:
    """Say whether a person may make a move without a second one, and count it if so.

    The person's moves are decided one after the other: the row of the person is locked until the transaction ends,
    before any customer's row. A move that was counted, or agreed to and carried out, may be sent again.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if _was_decided(wanted):
        return True
    if would_need_second_person(wanted=wanted, by=by, now=now):
        return False
    MoveAlone.objects.create(
        person=by,
        about=wanted.about,
        currency=wanted.currency,
        amount_micros=abs(wanted.amount_micros),
        kind=wanted.kind,
        subject=wanted.subject,
        fingerprint=wanted.fingerprint,
        moved_at=now,
    )
    return True


def would_need_second_person(*, wanted: Wanted, by: User, now: datetime) -> bool:
    """Say whether a move, with what the person has moved alone for the same within a day, is above the limit."""
    moved = MoveAlone.objects.filter(
        person=by, about=wanted.about, currency=wanted.currency, moved_at__gt=now - SLICES_WITHIN
    )
    total = moved.aggregate(total=Sum("amount_micros"))["total"] or 0
    return is_over_limit(abs(wanted.amount_micros) + total, wanted.currency)


@transaction.atomic
def do_or_ask(*, wanted: Wanted, do: Callable[[], object], reason: str, by: User, now: datetime) -> Approval | None:
    """Do a move that a person may make alone, else ask for a second one; return the request that waits, if any.

    Raises:
        Rejected: no reason. Whatever `do` raises: the move is then not counted either.
    """
    if may_move_alone(wanted=wanted, by=by, now=now):
        do()
        return None
    return request_approval(
        kind=wanted.kind,
        subject=wanted.subject,
        arguments=wanted.arguments,
        amount_micros=wanted.amount_micros,
        currency=wanted.currency,
        reason=reason,
        requested_by=by,
        now=now,
    )


def _was_decided(wanted: Wanted) -> bool:
    carried_out = Approval.objects.filter(fingerprint=wanted.fingerprint, status=Approval.Status.USED)
    return MoveAlone.objects.filter(fingerprint=wanted.fingerprint).exists() or carried_out.exists()
