"""The tax table."""

import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q

from apps.billing_profiles.models.addresses import COUNTRY
from apps.billing_profiles.models.profiles import BillingProfile
from apps.billing_profiles.models.sellers import Seller
from apps.common.triggers import FixedFields, Refused


class TaxRate(models.Model):
    """A row of a seller's tax table: which tax a sale has, from one day to another.

    Two rows with the same key (all that a sale is compared with) never overlap; the database refuses it. A row that a
    document has used is only ended.
    """

    class Product(models.TextChoices):
        ANY = "any", "Anything"
        USAGE = "usage", "Usage"
        SERVICE = "service", "Service"
        CREDIT = "credit", "Credit"
        FEE = "fee", "Late fee"

    class Category(models.TextChoices):
        STANDARD = "S", "Standard or reduced rate"
        ZERO = "Z", "Zero rate"
        EXEMPT = "E", "Exempt"
        REVERSE_CHARGE = "AE", "Reverse charge"
        EXPORT = "G", "Export"
        OUTSIDE = "O", "Outside the scope of tax"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="tax_rates", db_index=False)
    product = models.CharField(max_length=7, choices=Product, default=Product.ANY)
    country = models.CharField(
        max_length=2, blank=True, validators=[COUNTRY], help_text="The customer's country; empty for all others."
    )
    region = models.CharField(max_length=6, blank=True, help_text="The customer's region; empty for all.")
    customer_kind = models.CharField(
        max_length=8, choices=BillingProfile.CustomerKind, blank=True, help_text="Empty for all kinds of customers."
    )
    needs_vat_number = models.BooleanField(
        "needs a VAT number", default=False, help_text="Whether it applies only to customers with a VAT number."
    )
    category = models.CharField(max_length=2, choices=Category)
    rate_thousandths = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(100_000)],
        help_text="In thousandths of a percent: 19000 is 19 %.",
    )
    reason = models.CharField(max_length=200, blank=True, help_text="Printed on invoices; required if no tax is due.")
    vatex_code = models.CharField(
        "VATEX code",
        max_length=30,
        blank=True,
        help_text="Code of the reason in electronic invoices, such as VATEX-EU-AE.",
    )
    valid_from = models.DateField(help_text="First day.")
    valid_to = models.DateField(null=True, blank=True, help_text="Last day; empty for no end.")
    used = models.BooleanField(default=False, editable=False, help_text="Whether a document has used it.")
    created_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            CheckConstraint(
                name="billing_profiles_taxrate_days", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            CheckConstraint(
                name="billing_profiles_taxrate_rate_of_category",
                condition=Q(category="S", rate_thousandths__range=(1, 100_000))
                | ~Q(category="S") & Q(rate_thousandths=0),
            ),
            CheckConstraint(
                name="billing_profiles_taxrate_untaxed_has_reason",
                condition=Q(category__in=["S", "Z"]) | ~Q(reason=""),
            ),
            CheckConstraint(name="billing_profiles_taxrate_region_of_country", condition=Q(region="") | ~Q(country="")),
        ]
        triggers = [
            FixedFields(
                "seller",
                "product",
                "country",
                "region",
                "customer_kind",
                "needs_vat_number",
                "category",
                "rate_thousandths",
                "reason",
                "vatex_code",
                "valid_from",
                "created_by",
                "created_at",
                where="OLD.used",
                message="a tax rate that a document has used is only ended",
            ),
            Refused(
                name="kept",
                operation=pgtrigger.Delete,
                condition="OLD.used",
                message="a tax rate that a document has used is only ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}, {self.country or 'all other countries'}, from {self.valid_from}"
