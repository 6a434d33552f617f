from django.apps import AppConfig
from django.core.checks import register

from apps.common.audit_settings import AuditTrail


class ProofsConfig(AppConfig):
    name = "apps.proofs"
    audit_trail = AuditTrail(journal="append-only, and itself chained or signed")

    def ready(self) -> None:
        from apps.proofs.checks import check_proofs

        register(check_proofs, "configuration")
