"""Records every change to what staff may do or how they sign in; approvals read it to know who is independent.

The rows are written by signal handlers, so it does not matter which page, command or side of a relation makes the
change. A change to a group's permissions is recorded for each of its members. Raw SQL and a queryset's `update` send no
signals; no page or command uses them on these models, which a test checks.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.approvals.models import AccessChange
from apps.backoffice.audit_trail import signed_in_person

What = AccessChange.What
STATUS_FIELDS = ("is_active", "is_staff", "is_superuser")
DEVICES = {
    TOTPDevice: ("authenticator", ("confirmed", "key", "user_id")),
    StaticDevice: ("recovery codes", ("confirmed", "user_id")),
}
LONGEST_DETAIL = 300


def connect() -> None:
    """Connect the signal handlers of every model that access depends on."""
    pre_save.connect(_remember, sender=User, dispatch_uid="access.user.before")
    post_save.connect(_user_saved, sender=User, dispatch_uid="access.user")
    for device in DEVICES:
        pre_save.connect(_remember, sender=device, dispatch_uid=f"access.{device.__name__}.before")
        post_save.connect(_device_saved, sender=device, dispatch_uid=f"access.{device.__name__}")
        post_delete.connect(_device_removed, sender=device, dispatch_uid=f"access.{device.__name__}.removed")
    post_save.connect(_recovery_code_saved, sender=StaticToken, dispatch_uid="access.recovery_code")
    m2m_changed.connect(_groups_changed, sender=User.groups.through, dispatch_uid="access.groups")
    m2m_changed.connect(_permissions_changed, sender=User.user_permissions.through, dispatch_uid="access.permissions")
    m2m_changed.connect(_group_changed, sender=Group.permissions.through, dispatch_uid="access.group")
    pre_delete.connect(_group_removed, sender=Group, dispatch_uid="access.group.removed")


def write(people: Iterable[int], what: AccessChange.What, detail: str = "") -> None:
    """Record a change to these people's access, made by whoever is signed in."""
    by, now = signed_in_person(), timezone.now()
    AccessChange.objects.bulk_create(
        AccessChange(person_id=person, changed_by=by, what=what, detail=detail[:LONGEST_DETAIL], changed_at=now)
        for person in people
    )


def _watched(sender: type[Model]) -> tuple[str, ...]:
    return ("password", *STATUS_FIELDS) if sender is User else DEVICES[sender][1]


def _remember(sender: type[Model], instance: Any, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Keep the stored row before it is saved, if it has watched fields."""
    names = [name for name in _watched(sender) if update_fields is None or name in update_fields]
    instance._access_before = (
        sender._base_manager.filter(pk=instance.pk).values(*names).first() if names and instance.pk else None
    )


def _changed(instance: Any) -> set[str]:
    before = instance._access_before or {}
    return {name for name, value in before.items() if getattr(instance, name) != value}


def _user_saved(instance: User, created: bool, **_: Any) -> None:
    if created:
        write([instance.pk], What.ACCOUNT, instance.get_username())
        return
    changed = _changed(instance)
    if "password" in changed:
        write([instance.pk], What.PASSWORD)
    status = [f"{name} {getattr(instance, name)}" for name in STATUS_FIELDS if name in changed]
    if status:
        write([instance.pk], What.STATUS, ", ".join(status))


def _device_saved(sender: type[Model], instance: Any, created: bool, **_: Any) -> None:
    if (created and instance.confirmed) or _changed(instance):
        write([instance.user_id], What.SECOND_FACTOR, f"{DEVICES[sender][0]} set up")


def _device_removed(sender: type[Model], instance: Any, **_: Any) -> None:
    if instance.confirmed:
        write([instance.user_id], What.SECOND_FACTOR, f"{DEVICES[sender][0]} removed")


def _recovery_code_saved(instance: StaticToken, created: bool, **_: Any) -> None:
    """Record a recovery code added to existing ones; a new device's own row covers the codes made with it."""
    if created:
        write([instance.device.user_id], What.SECOND_FACTOR, "recovery code added")


def _groups_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_: Any) -> None:
    """Record a change of a person's groups or of a group's members: the same rows from either side."""
    related = instance.user_set if reverse else instance.groups
    people, groups = _sides(instance, _affected(action, pk_set, related), reverse)
    names = Group.objects.filter(pk__in=groups).order_by("name").values_list("name", flat=True)
    write(people, What.GROUPS, _described(action, names))


def _permissions_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_: Any) -> None:
    related = instance.user_set if reverse else instance.user_permissions
    people, permissions = _sides(instance, _affected(action, pk_set, related), reverse)
    write(people, What.PERMISSIONS, _described(action, _codenames(permissions)))


def _group_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_: Any) -> None:
    """Record a change of a group's permissions, from either side, as an access change of every member."""
    related = instance.group_set if reverse else instance.permissions
    groups, permissions = _sides(instance, _affected(action, pk_set, related), reverse)
    for group in Group.objects.filter(pk__in=groups):
        members = group.user_set.values_list("pk", flat=True)
        write(members, What.GROUP_PERMISSIONS, f"{group.name}: {_described(action, _codenames(permissions))}")


def _group_removed(instance: Group, **_: Any) -> None:
    write(instance.user_set.values_list("pk", flat=True), What.GROUPS, _described("pre_remove", [instance.name]))


def _affected(action: str, pk_set: set[int] | None, related: Any) -> list[int]:
    """Return the keys that a change adds or removes; empty for signals that repeat what another signal says."""
    if action == "post_add":
        return sorted(pk_set or ())
    if action == "pre_remove":
        return sorted(related.filter(pk__in=pk_set).values_list("pk", flat=True))
    if action == "pre_clear":
        return sorted(related.values_list("pk", flat=True))
    return []


def _sides(instance: Any, affected: list[int], reverse: bool) -> tuple[list[int], list[int]]:
    """Return the keys of the people whose access changes and of what they gain or lose; with `reverse`, the instance is
    the latter.
    """
    own = [instance.pk] if affected else []
    return (affected, own) if reverse else (own, affected)


def _codenames(permissions: Iterable[int]) -> list[str]:
    return sorted(Permission.objects.filter(pk__in=permissions).values_list("codename", flat=True))


def _described(action: str, names: Iterable[str]) -> str:
    return ("added " if action == "post_add" else "removed ") + ", ".join(names)
