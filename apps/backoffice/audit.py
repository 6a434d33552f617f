"""The audit trail: who changed what, from where, in which request; kept for ever by triggers.

Every model of ours is in it but those named here, which are journals themselves: their rows say who caused
them, never change, and come by the thousand.
"""

from collections.abc import Callable
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

from apps.backoffice.client_ip import client_address

# Whole apps, and models by name.
JOURNALS = {
    "ledger": "append-only, with who caused it",
    "wallets": "made, spent and revoked by transfers",
    "usage": "events and their sums, by the million",
    "outbox": "keeps its own attempts and errors",
    "idempotency": "what was answered to a repeated call",
    "snapshots": "append-only, or says itself what failed and when",
    "proofs": "append-only, and chained or signed itself",
    "pricing.PriceLink": "append-only and chained",
    "contracts.InstallmentPayment": "append-only, with created_by",
    "contracts.InstallmentRefund": "with created_by, and its transfers",
    "contracts.ServiceRevenue": "earned by the clock, with its transfers",
    "plans.IncludedQuota": "written once, with its grant",
    "approvals.AccessChange": "append-only, with changed_by",
    "vouchers.Redemption": "append-only, with redeemed_by",
    "vouchers.TakeBack": "append-only, with taken_by",
    "vouchers.BatchEvent": "is the trail of its batch",
    "vouchers.WrongCodes": "counts guesses",
}
MASKED = {"tenants.ApiKey": ["secret_sha256"], "otp_totp.TOTPDevice": ["key"], "otp_static.StaticToken": ["token"]}
CLOCKWORK = {
    "vouchers.Batch": ["generated_count"],
    "tenants.ApiKey": ["last_used_at"],
    "otp_totp.TOTPDevice": [
        "last_t",
        "drift",
        "last_used_at",
        "throttling_failure_timestamp",
        "throttling_failure_count",
    ],
    "otp_static.StaticDevice": ["last_used_at", "throttling_failure_timestamp", "throttling_failure_count"],
    "django_celery_beat.PeriodicTask": ["last_run_at", "total_run_count", "date_changed"],
}
ALSO = (
    "otp_totp.TOTPDevice",
    "otp_static.StaticDevice",
    "otp_static.StaticToken",
    "django_celery_beat.PeriodicTask",
    "django_celery_beat.CrontabSchedule",
    "django_celery_beat.IntervalSchedule",
)

_origin: ContextVar[HttpRequest | None] = ContextVar("audit_origin", default=None)


def request_id() -> str | None:
    """Return the id of the current request, as the logs and the `X-Request-ID` header have it."""
    found = structlog.contextvars.get_contextvars().get("request_id")
    return str(found) if found else None


def is_journal(model: type[Model]) -> bool:
    """Say whether a model is its own trail."""
    return model._meta.app_label in JOURNALS or model._meta.label in JOURNALS


def register_models() -> None:
    """Put every model of ours, and what staff may change of others', into the trail."""
    ours = [
        model for config in apps.get_app_configs() if config.name.startswith("apps.") for model in config.get_models()
    ]
    for model in [*ours, *(apps.get_model(label) for label in ALSO)]:
        label = model._meta.label
        if model._meta.managed and not is_journal(model):
            auditlog.register(model, mask_fields=MASKED.get(label), exclude_fields=CLOCKWORK.get(label))
    auditlog.register(
        User, mask_fields=["password"], exclude_fields=["last_login"], m2m_fields={"groups", "user_permissions"}
    )
    auditlog.register(Group, m2m_fields={"permissions"})
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
