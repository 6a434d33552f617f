"""The billing profile: the data about a customer that invoices need."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.billing_profiles.models.addresses import Address
from apps.billing_profiles.models.sellers import Seller
from apps.common.audit_settings import AuditTrail
from apps.common.languages import Language
from apps.tenants.models import Organization


class BillingProfile(Address):
    """A customer as the buyer on invoices. Documents keep its values as they were; changes apply from the next
    draft."""

    audit_trail = AuditTrail(excluded=("updated_at",))

    class CustomerKind(models.TextChoices):
        BUSINESS = "business", "Business"
        CONSUMER = "consumer", "Consumer"
        PUBLIC = "public", "Public authority"

    class Delivery(models.TextChoices):
        EMAIL = "email", "By email to the billing contacts"
        NONE = "none", "Not at all"

    class EInvoice(models.TextChoices):
        NONE = "none", "None"
        FACTURX = "facturx", "Factur-X, XML in the profile EN 16931 inside the PDF"

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, primary_key=True, related_name="billing_profile"
    )
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="profiles")
    legal_name = models.CharField(max_length=200, help_text="The buyer's name on invoices.")
    kind = models.CharField(max_length=8, choices=CustomerKind, default=CustomerKind.BUSINESS)
    vat_number = models.CharField("VAT number", max_length=20, blank=True, help_text="Including the country's letters.")
    exemption_reason = models.CharField(
        max_length=200, blank=True, help_text="Why no tax is charged, printed on invoices; empty for no exemption."
    )
    exemption_certificate = models.CharField(max_length=100, blank=True, help_text="The certificate's number.")
    exempt_from = models.DateField(null=True, blank=True, help_text="First day of the exemption.")
    exempt_to = models.DateField(null=True, blank=True, help_text="Last day of the exemption; empty for no end.")
    language = models.CharField(
        max_length=2, choices=Language, blank=True, help_text="Language of papers. Empty: the seller's."
    )
    terms_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Days until an invoice is due. Empty: as set for the seller.",
    )
    delivery = models.CharField(
        max_length=5,
        choices=Delivery,
        default=Delivery.EMAIL,
        help_text="How invoices and credit notes are sent once they have a number.",
    )
    e_invoice = models.CharField(
        "e-invoice",
        max_length=7,
        choices=EInvoice,
        default=EInvoice.NONE,
        help_text="The electronic invoice inside the PDF of invoices and credit notes.",
    )
    purchase_order = models.CharField(max_length=100, blank=True, help_text="The customer's order number.")
    buyer_reference = models.CharField(
        max_length=100, blank=True, help_text="A reference that the customer asked to see on invoices."
    )
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who looks after this customer on our side.",
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="billing_profiles_billingprofile_exemption_days",
                condition=Q(exempt_to=None) | Q(exempt_to__gte=F("exempt_from")),
            ),
            CheckConstraint(
                name="billing_profiles_billingprofile_exemption_dated",
                condition=~Q(exemption_reason="") & Q(exempt_from__isnull=False)
                | Q(exemption_reason="", exemption_certificate="", exempt_from=None, exempt_to=None),
            ),
        ]
        indexes = [
            GinIndex(name="billing_profiles_tags", fields=["tags"]),
            Index(name="billing_profiles_vat_number", fields=["vat_number"], condition=~Q(vat_number="")),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def days_until_due(self) -> int:
        """Return the days between the issue and the due date of an invoice."""
        return self.seller.terms_days if self.terms_days is None else self.terms_days


class ExternalId(models.Model):
    """The customer's id in another system, such as a CRM or accounting software."""

    profile = models.ForeignKey(BillingProfile, on_delete=models.CASCADE, related_name="external_ids")
    system = models.CharField(max_length=40, help_text="The other system, such as crm.")
    value = models.CharField("id", max_length=100)

    class Meta:
        verbose_name = "external id"
        constraints = [UniqueConstraint(fields=["value", "system"], name="billing_profiles_externalid_once_per_system")]

    def __str__(self) -> str:
        return f"{self.system}: {self.value}"
