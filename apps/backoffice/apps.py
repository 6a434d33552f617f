from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class BackofficeConfig(AppConfig):
    name = "apps.backoffice"
    verbose_name = "Back office"

    def ready(self) -> None:
        from apps.backoffice import access_changes, audit_trail, checks, roles

        register(checks.check_second_factor, "configuration")
        audit_trail.register_models()
        access_changes.connect()
        post_migrate.connect(roles.grant_permissions, sender=self, dispatch_uid="backoffice.roles")


class BackofficeAdminConfig(AdminConfig):
    """Django's admin with our site class: second factor, own search, one sidebar."""

    default_site = "apps.backoffice.site.BackofficeSite"
