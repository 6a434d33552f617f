"""Mandates for contracts, and our invoices at Stripe."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.contracts.models import Contract, Installment
from apps.invoices.models import Document
from apps.tenants.models import Organization
from apps.wallets.models import OrganizationRow


class Mandate(OrganizationRow):
    """A payer's consent, given at a contract's checkout, to charge its installments to a payment method when due."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    customer_id = models.CharField(max_length=255, help_text="Stripe's id of the paying customer.")
    payment_method_id = models.CharField(
        max_length=255,
        blank=True,
        db_index=True,
        help_text="Charged for installments; empty after its owner removed it.",
    )
    customer_default_id = models.CharField(
        max_length=255,
        blank=True,
        help_text="The customer's default payment method at checkout; a default chosen later is charged instead.",
    )
    given_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "contract"], name="payments_mandate_one_per_contract"),
        ]

    def __str__(self) -> str:
        return f"Mandate for {self.contract_id}"


class StripeInvoice(models.Model):
    """An invoice at Stripe: it collects an invoice of ours, or installments."""

    class Purpose(models.TextChoices):
        DOCUMENT = "document", "Invoice of ours"
        INSTALLMENTS = "installments", "Installments"

    class State(models.TextChoices):
        REQUESTED = "requested", "Requested"
        OPEN = "open", "Open"
        PAID = "paid", "Paid"
        VOID = "void", "Void"
        UNCOLLECTIBLE = "uncollectible", "Written off"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose)
    reference = models.CharField(max_length=200, unique=True, help_text="Stored in the invoice's metadata at Stripe.")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stripe_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    amount_micros = models.BigIntegerField(
        help_text="The amount to collect, in micros; for an invoice of ours with its tax."
    )
    paid_micros = models.BigIntegerField(
        default=0, help_text="The part paid at Stripe, elsewhere or from the balance at Stripe, in micros."
    )
    settled_here_micros = models.BigIntegerField(
        default=0,
        help_text="The rest of a partly paid invoice, in micros, that was settled here instead and that we recorded at "
        "Stripe as paid out of band.",
    )
    total_micros = models.BigIntegerField(
        default=0, help_text="The total of Stripe's invoice, with tax, at its last payment, in micros."
    )
    tax_micros = models.BigIntegerField(default=0, help_text="The part of the total that is tax, in micros.")
    coupon_micros = models.BigIntegerField(default=0, help_text="Discount by coupons at Stripe, in micros.")
    credited_micros = models.BigIntegerField(
        default=0, help_text="Reduction by credit notes before payment, in micros."
    )
    noted_micros = models.BigIntegerField(
        default=0, help_text="The part of Stripe's credit notes for which our invoice was credited, in micros."
    )
    balance_micros = models.BigIntegerField(
        default=0, help_text="The part paid from the customer's balance at Stripe, in micros."
    )
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=13, choices=State, default=State.REQUESTED)
    charged_to = models.CharField(
        max_length=255, blank=True, help_text="The payment method that Stripe charges; empty if the invoice is sent."
    )
    number = models.CharField(max_length=100, blank=True)
    hosted_url = models.CharField(max_length=2048, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="When the last attempt to collect it failed.")
    retry_at = models.DateTimeField(
        null=True, blank=True, help_text="When Stripe charges it again after a failed attempt; empty if it does not."
    )
    ended_by_us = models.BooleanField(
        default=False, help_text="We ended it at Stripe ourselves; the amount may still be owed."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "Stripe invoice"
        constraints = [
            CheckConstraint(name="payments_stripeinvoice_amount_not_negative", condition=Q(amount_micros__gte=0)),
            CheckConstraint(name="payments_stripeinvoice_paid_not_negative", condition=Q(paid_micros__gte=0)),
            CheckConstraint(
                name="payments_stripeinvoice_of_its_purpose",
                condition=Q(purpose="document", contract=None, document__isnull=False)
                | Q(purpose="installments", contract__isnull=False, document=None),
            ),
            UniqueConstraint(
                fields=["organization", "document"],
                condition=Q(state__in=["requested", "open"]),
                name="payments_stripeinvoice_one_open_per_document",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.stripe_id or self.reference


_S = StripeInvoice.State
INVOICE_TRANSITIONS: dict[StripeInvoice.State, set[StripeInvoice.State]] = {
    _S.REQUESTED: {_S.OPEN, _S.PAID, _S.VOID, _S.UNCOLLECTIBLE},
    _S.OPEN: {_S.PAID, _S.VOID, _S.UNCOLLECTIBLE},
    _S.UNCOLLECTIBLE: {_S.PAID, _S.VOID},
    _S.VOID: set(),
    _S.PAID: set(),
}
UNPAID_STATES = (_S.REQUESTED, _S.OPEN)


class InvoicePart(OrganizationRow):
    """An installment on an invoice. Payments are applied to the parts in order of position."""

    invoice = models.ForeignKey(StripeInvoice, on_delete=models.PROTECT, related_name="parts")
    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    amount_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "invoice", "position"], name="payments_invoicepart_position_once"),
            CheckConstraint(name="payments_invoicepart_amount_positive", condition=Q(amount_micros__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.installment_id} in {self.invoice_id}"
