from django.apps import AppConfig
from django.core.checks import register
from django.db.backends.signals import connection_created


class TenantsConfig(AppConfig):
    name = "apps.tenants"

    def ready(self) -> None:
        from apps.tenants.checks import check_identity
        from apps.tenants.known_credentials import watch_connection

        connection_created.connect(watch_connection, dispatch_uid="tenants.check_first")
        register(check_identity, "configuration")
