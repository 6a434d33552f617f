"""The demo's colleagues: one orders, another agrees where one person may not do it alone."""

from datetime import datetime

from django.contrib.auth.models import Group, User

from apps.approvals.actions import Action, execute, submit
from apps.approvals.services import approve


def colleague(username: str = "demo", group: str = "Billing") -> User:
    """Return a colleague without a password: whoever looks at the demo may decide what was asked for."""
    person, made = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        person.groups.add(Group.objects.get(name=group))
    return person


def carry_out(action: Action, at: datetime) -> None:
    """Have a colleague carry an action out, with the agreement of a second one where that is needed."""
    waiting = submit(action, by=colleague(), now=at)
    if waiting is not None:
        approve(approval_id=waiting.pk, by=colleague("demo-approver", "Approver"), now=at)
        execute(waiting.pk, now=at)
