from django.apps import AppConfig
from django.core.checks import register


class TenantsConfig(AppConfig):
    name = "apps.tenants"

    def ready(self) -> None:
        from apps.tenants.checks import check_identity

        register(check_identity, "configuration")
