from django.apps import AppConfig

from apps.common.audit_trail import AuditTrail


class UsageConfig(AppConfig):
    name = "apps.usage"
    verbose_name = "Usage"
    audit_trail = AuditTrail(journal="events and their totals, in high volume")
