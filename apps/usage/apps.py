from django.apps import AppConfig

from apps.common.audit_settings import AuditTrail


class UsageConfig(AppConfig):
    name = "apps.usage"
    verbose_name = "Usage"
    audit_trail = AuditTrail(journal="events and their totals, in high volume")

    def ready(self) -> None:
        """Register the functions that find the work of a charge (for wallets), estimate a price (for pricing), and name
        a month that is open (for the books of sellers).
        """
        from apps.billing_profiles.services.closed_books import UNFINISHED
        from apps.ledger.causes import HOLD
        from apps.pricing.price_effects import register_estimate
        from apps.usage.causes import POSTING
        from apps.usage.preview import effect_on_customer
        from apps.usage.services.month_close import month_left_open
        from apps.usage.services.work_rows import work_of_capture, work_of_posting
        from apps.wallets.charged_work import register_work

        register_work(POSTING.name, work_of_posting)
        register_work(HOLD.name, work_of_capture)
        register_estimate(effect_on_customer)
        UNFINISHED.append(month_left_open)
