from django.apps import AppConfig
from django.core.checks import register

from apps.common.audit_settings import AuditTrail


class SnapshotsConfig(AppConfig):
    name = "apps.snapshots"
    audit_trail = AuditTrail(journal="append-only, or itself a record of failures")

    def ready(self) -> None:
        from apps.snapshots.checks import check_upstreams

        register(check_upstreams, "configuration")
