"""People and requests for the tests of approvals; plain functions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import Permission, User

from apps.approvals.actions import Action, Scope, Subject, register
from apps.approvals.models import Approval
from apps.approvals.submission import submit

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MILLION = 1_000_000


@register
@dataclass(frozen=True, kw_only=True)
class Rename(Action):
    """Changes the requester's last name, as a simple stand-in for moving money."""

    kind: ClassVar[str] = "test.rename"
    title: ClassVar[str] = "Rename"
    pool: ClassVar[Scope] = Scope.VOUCHERS

    name: str = "Smith"
    token: str = "a"

    @property
    def subject(self) -> Subject:
        return Subject("auth.user")

    def perform(self, *, by: User, now: datetime) -> None:
        User.objects.filter(pk=by.pk).update(last_name=self.name)

    def figures(self, now: datetime) -> dict[str, str]:
        return {"Names": ", ".join(User.objects.exclude(last_name="").values_list("last_name", flat=True))}

    def about(self) -> str:
        return "whoever asks"


def create_person(username: str, *, may_decide: bool = False, **fields: Any) -> User:
    person = User.objects.create_user(username, is_staff=True, **fields)
    codes = ["move_money", "decide_approval"] if may_decide else ["move_money"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return User.objects.get(pk=person.pk)


def rename(amount: int = 5_000, **fields: Any) -> Rename:
    """An action, by default of 5,000 dollars."""
    given = {"organization_id": None, "currency": "USD", "reason": "Goodwill after the outage", "key": "staff:1"}
    return Rename(amount_micros=amount * MILLION, **{**given, **fields})


def ask(by: User, now: datetime = NOW, **fields: Any) -> Approval:
    waiting = submit(rename(**fields), by=by, now=now)
    assert waiting is not None
    return waiting
