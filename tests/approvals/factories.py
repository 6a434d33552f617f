"""People and requests for the tests of approvals; plain functions."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Permission, User

from apps.approvals import services
from apps.approvals.models import Approval

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AGREED = {"kind": "adjust", "subject": "organization:1", "arguments": {"amount_micros": 5_000_000_000, "token": "a"}}


def create_person(username: str, *, may_decide: bool = False, **fields: Any) -> User:
    person = User.objects.create_user(username, is_staff=True, **fields)
    if may_decide:
        person.user_permissions.add(Permission.objects.get(codename="decide_approval"))
    return User.objects.get(pk=person.pk)


def ask(by: User, now: datetime = NOW, **overrides: Any) -> Approval:
    request = {**AGREED, "amount_micros": 5_000_000_000, "reason": "Goodwill after the outage", **overrides}
    return services.request_approval(**request, requested_by=by, now=now)
