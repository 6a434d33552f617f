from django.apps import AppConfig
from django.core.checks import register
from django.db.backends.signals import connection_created


class TenantsConfig(AppConfig):
    name = "apps.tenants"

    def ready(self) -> None:
        from apps.common.queries import check_along
        from apps.tenants.checks import check_identity
        from apps.tenants.known_credentials import checked_along, watch_connection

        check_along(checked_along)
        connection_created.connect(watch_connection, dispatch_uid="tenants.check_first")
        register(check_identity, "configuration")
