from django.apps import AppConfig

from apps.common.audit_settings import AuditTrail


class IdempotencyConfig(AppConfig):
    name = "apps.idempotency"
    audit_trail = AuditTrail(journal="stores the response of an idempotent call")
