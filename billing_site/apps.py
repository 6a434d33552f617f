"""The site as a Django app, so that Django finds its checks."""

from django.apps import AppConfig
from django.core import checks


class BillingSiteConfig(AppConfig):
    name = "billing_site"

    def ready(self) -> None:
        from billing_site.checks import CONFIGURATION, CONFIGURATION_CHECKS, check_timeouts

        for check in CONFIGURATION_CHECKS:
            checks.register(check, CONFIGURATION)
        checks.register(check_timeouts, checks.Tags.database)
