"""Exchange rates into the currency in which a seller declares its tax."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.billing_profiles.models.sellers import CURRENCY, Seller
from apps.common.audit_settings import AuditTrail


class ExchangeRate(models.Model):
    """The value of one unit of a currency in the seller's tax currency, as published for a day. Documents keep a
    copy."""

    audit_trail = AuditTrail()

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="exchange_rates", db_index=False)
    currency = models.CharField(max_length=3, validators=[CURRENCY], help_text="The currency of the invoices.")
    day = models.DateField(help_text="The day for which the rate was published.")
    rate_micros = models.BigIntegerField(
        "rate",
        validators=[MinValueValidator(1)],
        help_text="Value of one unit in the seller's tax currency, in micros.",
    )
    source = models.CharField(max_length=100, help_text="Who published it, such as ECB; printed on invoices.")

    class Meta:
        verbose_name = "exchange rate"
        constraints = [
            UniqueConstraint(fields=["seller", "currency", "day"], name="billing_profiles_exchangerate_once_per_day"),
            CheckConstraint(name="billing_profiles_exchangerate_positive", condition=Q(rate_micros__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.currency} on {self.day}"
