"""Admin pages of sellers, the tax table, and billing profiles."""

from apps.billing_profiles.admin import profiles, sellers, tax_rates

__all__ = ["profiles", "sellers", "tax_rates"]
