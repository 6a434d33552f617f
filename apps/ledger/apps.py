from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LedgerConfig(AppConfig):
    name = "apps.ledger"

    def ready(self) -> None:
        """Import every app's module `causes`, which registers what of the app may cause a transfer."""
        autodiscover_modules("causes")
