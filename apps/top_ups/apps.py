from django.apps import AppConfig

from apps.common.audit_settings import AuditTrail


class TopUpsConfig(AppConfig):
    name = "apps.top_ups"
    verbose_name = "Automatic top-up"
    audit_trail = AuditTrail(journal="records every attempt and its result")
