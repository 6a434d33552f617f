from django.apps import AppConfig

from apps.common.audit_settings import AuditTrail


class WalletsConfig(AppConfig):
    name = "apps.wallets"
    audit_trail = AuditTrail(journal="created, spent and revoked by transfers")
