"""The demo's staff: one submits actions, and a second one approves those above the limit for one person."""

from datetime import datetime

from django.contrib.auth.models import Group, User

from apps.approvals.actions import Action
from apps.approvals.services import approve
from apps.approvals.submission import execute, submit


def colleague(username: str = "demo", group: str = "Billing") -> User:
    """Return a member of staff without a password, so that demo users may decide on this person's requests."""
    person, made = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        person.groups.add(Group.objects.get(name=group))
    return person


def carry_out(action: Action, at: datetime) -> None:
    """Carry out an action for a member of staff, with a second one's approval if it is needed."""
    waiting = submit(action, by=colleague(), now=at)
    if waiting is not None:
        approve(approval_id=waiting.pk, by=colleague("demo-approver", "Approver"), now=at)
        execute(waiting.pk, now=at)
