"""The audit trail: who changed what, from which address, in which request. Triggers forbid deletion.

It covers all of our models except journals (`audit_trail` on the model or its app): journal rows name their cause,
never change, and are too many.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import structlog
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.db.models.signals import pre_save
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.backoffice.client_ip import client_address
from apps.common.admin import actor_text
from apps.common.audit_settings import AuditTrail, audit_trail_of

# Models of other packages that staff may change.
OTHERS: Mapping[type[Model], AuditTrail] = {
    User: AuditTrail(masked=("password",), excluded=("last_login",), relations=("groups", "user_permissions")),
    Group: AuditTrail(relations=("permissions",)),
    TOTPDevice: AuditTrail(
        masked=("key",),
        excluded=("last_t", "drift", "last_used_at", "throttling_failure_timestamp", "throttling_failure_count"),
    ),
    StaticDevice: AuditTrail(
        excluded=("last_used_at", "throttling_failure_timestamp", "throttling_failure_count"),
    ),
    StaticToken: AuditTrail(masked=("token",)),
}

# The member of an entry's additional data that has the credential of an API call, such as "key:live_ab".
CALLER = "caller"

_origin: ContextVar[HttpRequest | None] = ContextVar("audit_origin", default=None)


def request_id() -> str | None:
    """Return the id of the current request, as in the logs and the `X-Request-ID` header."""
    found = structlog.contextvars.get_contextvars().get("request_id")
    return str(found) if found else None


def hidden(value: str) -> str:
    """Return what the trail keeps of a secret: that there was one. The package's own mask keeps half of its letters."""
    return value if value in ("", "None") else "hidden"


def register_models() -> None:
    """Register all of our models, and those of other packages that staff may change, with the trail."""
    ours = [
        model for config in apps.get_app_configs() if config.name.startswith("apps.") for model in config.get_models()
    ]
    for model, trail in [*((model, audit_trail_of(model)) for model in ours), *OTHERS.items()]:
        if model._meta.managed and not trail.journal:
            auditlog.register(
                model,
                mask_fields=list(trail.masked),
                # Rows that refer to a row are not part of it, and would be looked up for each written row.
                exclude_fields=[*trail.excluded, *(each.name for each in model._meta.related_objects)],
                m2m_fields=set(trail.relations),
            )
    pre_save.connect(_stamp, sender=LogEntry, dispatch_uid="backoffice.audit_trail")


def signed_in_person() -> User | None:
    """Return the member of staff whose request is being served; None in API calls, commands, tasks and sign-in."""
    request = _origin.get()
    user = getattr(request, "user", None)
    return user if isinstance(user, User) and user.is_authenticated else None


def _stamp(instance: Any, **_: Any) -> None:
    request = _origin.get()
    if request is None:
        return
    user = signed_in_person()
    if instance.actor_id is None and user is not None:
        instance.actor_id, instance.actor_email = user.pk, user.email
    caller = getattr(getattr(request, "user", None), "created_by", "")  # the credential of an API call
    if caller:
        instance.additional_data = {**(instance.additional_data or {}), CALLER: caller}
    instance.remote_addr = client_address(request) or None


def actor_of(entry: LogEntry) -> str:
    """Return who made a change: the member of staff, the credential of an API call, else the system."""
    caller = (entry.additional_data or {}).get(CALLER)
    return str(entry.actor or (actor_text(caller) if caller else "system"))


def details_of(entry: LogEntry) -> dict[str, Any]:
    """Return what was recorded of an action, without its actor."""
    return {name: value for name, value in (entry.additional_data or {}).items() if name != CALLER}


def within(request: HttpRequest, answer: Callable[[HttpRequest], Any]) -> Any:
    """Serve a request so that its audit entries carry the person or API credential, address and request id."""
    token = _origin.set(request)
    try:
        return answer(request)
    finally:
        _origin.reset(token)


def record_access(subject: Any, **details: str) -> None:
    """Record that somebody viewed a customer's own data, and which data."""
    LogEntry.objects.log_create(subject, force_log=True, action=LogEntry.Action.ACCESS, additional_data=details)


def record_action(subject: Any, *, what: str, **details: Any) -> None:
    """Record an action that writes only journal rows: what was done, why, and its idempotency key."""
    LogEntry.objects.log_create(
        subject,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes={},
        additional_data={"what": what, **details},
    )
