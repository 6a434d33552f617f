"""Services on sellers, number ranges, tax rates, and billing profiles."""

from apps.billing_profiles.services.closed_books import reopen_books, unfinished
from apps.billing_profiles.services.number_ranges import TakenNumbers, take_numbers
from apps.billing_profiles.services.profiles import create_profile
from apps.billing_profiles.services.tax_rates import use_tax_rates

__all__ = ["TakenNumbers", "create_profile", "reopen_books", "take_numbers", "unfinished", "use_tax_rates"]
