from django.apps import AppConfig
from django.core.checks import register


class VouchersConfig(AppConfig):
    name = "apps.vouchers"

    def ready(self) -> None:
        from apps.vouchers.checks import check_code_key

        register(check_code_key)
