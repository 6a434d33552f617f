"""Sellers, their number ranges and tax table, and the billing profiles of customers."""

from apps.billing_profiles.models.exchange_rates import ExchangeRate
from apps.billing_profiles.models.profiles import BillingProfile, ExternalId
from apps.billing_profiles.models.sellers import NumberRange, Seller, SellerBankAccount
from apps.billing_profiles.models.tax_rates import TaxRate

__all__ = ["BillingProfile", "ExchangeRate", "ExternalId", "NumberRange", "Seller", "SellerBankAccount", "TaxRate"]
