"""Services on sellers, number ranges, tax rates, and billing profiles."""

from apps.billing_profiles.services.number_ranges import TakenNumbers, take_numbers
from apps.billing_profiles.services.profiles import create_profile
from apps.billing_profiles.services.tax_rates import use_tax_rates

__all__ = ["TakenNumbers", "create_profile", "take_numbers", "use_tax_rates"]
