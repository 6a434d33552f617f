from django.apps import AppConfig
from django.core.checks import register


class ApprovalsConfig(AppConfig):
    name = "apps.approvals"

    def ready(self) -> None:
        from apps.approvals.limits import check_rates

        register(check_rates, "configuration")
