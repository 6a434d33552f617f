from django.apps import AppConfig
from django.core.checks import register


class ProofsConfig(AppConfig):
    name = "apps.proofs"

    def ready(self) -> None:
        from apps.proofs.checks import check_proofs

        register(check_proofs, "configuration")
