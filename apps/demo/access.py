"""Credentials for the demo: created once, kept in files under `var/` that only their owner can read."""

import io
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command

from apps.common.errors import BillingError
from apps.demo.scenarios.main_customers import ACME
from apps.tenants import selectors, services
from apps.tenants.models import ApiKey

ADMIN, APPROVER = "admin", "approver"
TOKEN_SECONDS = 12 * 3600


def demo_access(*, now: datetime) -> dict[str, str]:
    """Return working credentials, reusing stored ones that still work, and the local Stripe's URL."""
    return {
        "organization": ACME,
        "username": ADMIN,
        "password": _password_of(ADMIN, is_superuser=True),
        "approver": APPROVER,
        "approver_password": _password_of(APPROVER),
        "token": _session_token(),
        "local_stripe": settings.STRIPE_API_BASE if settings.STRIPE_IS_LOCAL else "",
        "api_key": _kept("demo_api_key", lambda key: _key_works(key, now), lambda: _new_key(now)),
    }


def _kept(name: str, works: Callable[[str], bool], make: Callable[[], str]) -> str:
    """Return the credential in the file if it still works, else create and store a new one."""
    path: Path = settings.VAR_DIR / name
    known = path.read_text() if path.is_file() else ""
    if known and works(known):
        return known
    made = make()
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(made)
    return made


def _password_of(username: str, *, is_superuser: bool = False) -> str:
    """Return the password of a member of staff, created if missing; the second member is there to approve."""

    def works(password: str) -> bool:
        person = User.objects.filter(username=username).first()
        return person is not None and person.check_password(password)

    def make() -> str:
        password = secrets.token_urlsafe(12)
        person, created = User.objects.get_or_create(
            username=username,
            defaults={"is_staff": True, "is_superuser": is_superuser, "email": f"{username}@example.com"},
        )
        if created and not is_superuser:
            person.groups.add(Group.objects.get(name="Approver"))
        person.set_password(password)
        person.save(update_fields=["password"])
        return password

    return _kept(f"{username}_password", works, make)


def _session_token() -> str:
    out = io.StringIO()
    call_command("issue_token", organization=ACME, user="user_demo", ttl=TOKEN_SECONDS, stdout=out)
    return out.getvalue().strip()


def _key_works(text: str, now: datetime) -> bool:
    try:
        selectors.authenticate_api_key(text, now)
    except BillingError:
        return False
    return True


def _new_key(now: datetime) -> str:
    issued = services.issue_api_key(
        organization=selectors.organization_with_slug(ACME),
        name="Demo",
        scopes=[ApiKey.Scope.BILLING_READ, ApiKey.Scope.USAGE_WRITE, ApiKey.Scope.RESERVATIONS_WRITE],
        created_by="system:demo",
        now=now,
    )
    return issued.text
