"""The audit trail: who changed what, from where, in which request; kept for ever by triggers.

Every model of ours is in it but those that call themselves a journal (`audit_trail` on the model or its app): their
rows say who caused them, never change, and come by the thousand.
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
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.backoffice.client_ip import client_address
from apps.common.audit_trail import AuditTrail, audit_trail_of

# What is kept of other packages' models that staff may change.
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
    PeriodicTask: AuditTrail(excluded=("last_run_at", "total_run_count", "date_changed")),
    CrontabSchedule: AuditTrail(),
    IntervalSchedule: AuditTrail(),
}

_origin: ContextVar[HttpRequest | None] = ContextVar("audit_origin", default=None)


def request_id() -> str | None:
    """Return the id of the current request, as the logs and the `X-Request-ID` header have it."""
    found = structlog.contextvars.get_contextvars().get("request_id")
    return str(found) if found else None


def register_models() -> None:
    """Put every model of ours, and what staff may change of others', into the trail."""
    ours = [
        model for config in apps.get_app_configs() if config.name.startswith("apps.") for model in config.get_models()
    ]
    for model, trail in [*((model, audit_trail_of(model)) for model in ours), *OTHERS.items()]:
        if model._meta.managed and not trail.journal:
            auditlog.register(
                model,
                mask_fields=list(trail.masked),
                exclude_fields=list(trail.excluded),
                m2m_fields=set(trail.relations),
            )
    pre_save.connect(_stamp, sender=LogEntry, dispatch_uid="backoffice.audit")


def signed_in_person() -> User | None:
    """Return the member of staff whose request is being answered; None in commands, tasks and while signing in."""
    request = _origin.get()
    user = request.user if request is not None else None
    return user if isinstance(user, User) and user.is_authenticated else None


def _stamp(instance: Any, **_: Any) -> None:
    request = _origin.get()
    if request is None:
        return
    user = signed_in_person()
    if instance.actor_id is None and user is not None:
        instance.actor_id, instance.actor_email = user.pk, user.email
    instance.remote_addr = client_address(request) or None


def within(request: HttpRequest, answer: Callable[[HttpRequest], Any]) -> Any:
    """Answer a request of staff, so that whatever it changes carries its person, address and request id."""
    token = _origin.set(request)
    try:
        return answer(request)
    finally:
        _origin.reset(token)


def record_access(subject: Any, **details: str) -> None:
    """Write down that somebody looked at what is the customer's own, and what they saw."""
    LogEntry.objects.log_create(subject, force_log=True, action=LogEntry.Action.ACCESS, additional_data=details)


def record_action(subject: Any, *, what: str, **details: Any) -> None:
    """Write down an action whose rows are journals of their own: what was done, why, and under which key."""
    LogEntry.objects.log_create(
        subject,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes={},
        additional_data={"what": what, **details},
    )
