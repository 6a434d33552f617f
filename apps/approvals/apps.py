from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules


class ApprovalsConfig(AppConfig):
    name = "apps.approvals"

    def ready(self) -> None:
        """Import every app's `actions` module, and the bulk actions, which register their actions."""
        from apps.approvals.limits import check_rates

        register(check_rates, "configuration")
        autodiscover_modules("actions", "runs")
