from django.apps import AppConfig

from apps.common.audit_settings import AuditTrail


class OutboxConfig(AppConfig):
    name = "apps.outbox"
    audit_trail = AuditTrail(journal="records its attempts and errors")
