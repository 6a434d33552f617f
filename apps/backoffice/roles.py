"""What each group of staff may do. The groups are made by a migration; what they may do follows this table.

A line is a permission's `app.codename`, with `*` for any. The table is applied after every migration, so that a new
model is in it at once and what somebody ticked by hand in one of these five groups does not stay. Make a group of your
own for other needs.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

# What nobody but an administrator sees: people, changes of their access, second factors, sign-in attempts.
PRIVATE = (
    "auth.*",
    "approvals.*_accesschange",
    "otp_totp.*",
    "otp_static.*",
    "axes.*",
    "admin.*",
    "sessions.*",
    "contenttypes.*",
)

_LOOK = ("*.view_*", "backoffice.add_savedview", "backoffice.change_savedview", "backoffice.delete_savedview")
_HELP = (
    *_LOOK,
    "backoffice.add_note",
    "backoffice.change_note",
    "backoffice.see_api_answers",
    "backoffice.export_lists",
    "tenants.add_apikey",
    "tenants.change_apikey",
    "tenants.add_identitylink",
    "backoffice.replay_work",
)
_BILL = (
    *_HELP,
    "backoffice.move_money",
    "tenants.add_organization",
    "tenants.change_organization",
    "tenants.add_project",
    "tenants.change_project",
    "contracts.*",
    "plans.*",
    "snapshots.*",
    "pricing.*",
    "vouchers.*",
    "payments.*",
)

ROLES: Mapping[str, tuple[str, ...]] = {
    "Viewer": _LOOK,
    "Support": _HELP,
    "Billing": _BILL,
    "Approver": (*_LOOK, "backoffice.export_lists", "approvals.decide_approval"),
    "Administrator": ("*",),
}


def permits(role: str, permission: str) -> bool:
    """Say whether a role has a permission, written `app.codename`."""
    if role != "Administrator" and _matches(permission, PRIVATE):
        return False
    return _matches(permission, ROLES[role])


def _matches(permission: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(permission, pattern) for pattern in patterns)


def grant_permissions(**_: Any) -> None:
    """Make the five groups and give each exactly what the table says; called when migrations have run."""
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)
    every = {
        f"{label}.{codename}": primary_key
        for primary_key, label, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role)
        wanted = {primary_key for name, primary_key in every.items() if permits(role, name)}
        held = set(group.permissions.values_list("pk", flat=True))
        group.permissions.remove(*(held - wanted))
        group.permissions.add(*(wanted - held))
