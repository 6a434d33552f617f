from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "apps.payments"

    def ready(self) -> None:
        from apps.bank.services.proposals import OWN_TRANSFERS
        from apps.payments.services.stripe_balance import payout_at_bank

        OWN_TRANSFERS.append(payout_at_bank)
