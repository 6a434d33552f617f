"""The permissions of each staff group. A migration creates the groups; their permissions follow this table.

A line is a permission's `app.codename`, with `*` as wildcard. The table is applied after every migration, so new models
are covered at once, and manual changes to these five groups are undone. For other needs, create another group.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

# Only administrators see these: accounts, access changes, second factors, sign-in attempts.
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
    "usage.add_reportendpoint",
    "usage.change_reportendpoint",
    "backoffice.replay_work",
)
_BILL = (
    *_HELP,
    "backoffice.move_money",
    "tenants.add_organization",
    "tenants.change_organization",
    "billing_profiles.*_billingprofile",
    "billing_profiles.*_externalid",
    "tenants.add_project",
    "tenants.change_project",
    "contracts.*",
    "invoices.*",
    "dunning.*",
    "bank.*",
    "mail.*",
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
    """Return whether a role has a permission, given as `app.codename`."""
    if role != "Administrator" and _matches(permission, PRIVATE):
        return False
    return _matches(permission, ROLES[role])


def _matches(permission: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(permission, pattern) for pattern in patterns)


def grant_permissions(**_: Any) -> None:
    """Create the five groups and set their permissions to those in the table; called after migrations."""
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
