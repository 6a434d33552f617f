from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "apps.payments"

    def ready(self) -> None:
        from apps.bank.own_money import OWN_MONEY
        from apps.payments.services.balance import payout_at_bank

        OWN_MONEY.append(payout_at_bank)
