"""Issues for staff: differences, warnings, and payments without a matching claim."""

from django.db import models
from django.db.models import Q, UniqueConstraint

from apps.tenants.models import Organization


class PaymentIssue(models.Model):
    """A finding that staff must handle. If it is found again while it is open, the row is updated."""

    class Kind(models.TextChoices):
        CLEARING = "clearing", "Stripe and the books differ"
        MISSING_PAYMENT = "missing_payment", "A payment at Stripe is not in the books"
        REFUNDS_DIFFER = "refunds_differ", "Refunds at Stripe and here differ"
        REFUND_FAILED = "refund_failed", "A refund failed"
        SCHEDULE = "schedule", "Stripe and the schedule differ"
        DEBT = "debt", "Returned money had been spent"
        DISPUTE = "dispute", "Disputed"
        FRAUD_WARNING = "fraud_warning", "Fraud is likely"
        OUR_LOSS = "our_loss", "Money was returned twice"
        PAYMENT_FAILED = "payment_failed", "A payment failed"
        UNASKED = "unasked", "Payment of something no longer due"
        UNAPPLIED = "unapplied", "Payment without a matching claim"
        UNDERPAID = "underpaid", "Paid less than was due"
        CREDIT_NOTE = "credit_note", "A credit note was issued at Stripe"
        NOT_BOOKED = "not_booked", "An event about money could not be booked"
        CUSTOMER_DELETED = "customer_deleted", "The customer was deleted at Stripe"
        TOO_SMALL = "too_small", "Amount due is below the smallest invoice"
        METHOD_REMOVED = "method_removed", "The payment method of a contract was removed"
        SUBSCRIPTION = "subscription", "A subscription's collection is paused"
        TAX = "tax", "Stripe Tax refused a document"
        KEY_REFUSED = "key_refused", "Stripe refuses our key"
        STRIPE_EMAILS = "stripe_emails", "Stripe emails customers"

    key = models.CharField(max_length=255, help_text="Identifies the finding, so that one row is open for it.")
    kind = models.CharField(max_length=16, choices=Kind)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=255, help_text="Id of the object in question, at Stripe or here.")
    detail = models.TextField()
    expected_micros = models.BigIntegerField(null=True, blank=True)
    actual_micros = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(
        max_length=3, blank=True, help_text="Currency of the amounts; empty for the organization's own."
    )
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was last found.")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)
    resolution = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["key"], condition=Q(resolved_at=None), name="payments_paymentissue_one_open_per_finding"
            )
        ]
        indexes = [models.Index(fields=["opened_at"], name="payments_issue_open", condition=Q(resolved_at=None))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
