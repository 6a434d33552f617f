from django.apps import AppConfig


class BillingProfilesConfig(AppConfig):
    name = "apps.billing_profiles"
    verbose_name = "Sellers and billing profiles"
