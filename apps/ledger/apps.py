from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from apps.common.audit_settings import AuditTrail


class LedgerConfig(AppConfig):
    name = "apps.ledger"
    audit_trail = AuditTrail(journal="append-only; each row names its creator")

    def ready(self) -> None:
        """Import every app's `causes` module, which registers the rows of that app that can cause a transfer."""
        autodiscover_modules("causes")
