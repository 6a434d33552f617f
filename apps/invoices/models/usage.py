"""The months of usage that an invoice is for."""

from django.db import models
from django.db.models import Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.invoices.models.documents import Document
from apps.wallets.models import OrganizationRow


class InvoicedMonth(OrganizationRow):
    """A month whose usage is on an invoice. Voiding the invoice releases its months for the next draft."""

    audit_trail = AuditTrail(journal="made with the draft of an invoice for usage, and deleted with it")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="First day of the month.")
    freed_at = models.DateTimeField(null=True, blank=True, help_text="When its invoice was voided.")

    class Meta:
        verbose_name, verbose_name_plural = "invoiced month", "invoiced months"
        constraints = [
            UniqueConstraint(
                fields=["organization", "month"], condition=Q(freed_at=None), name="invoices_invoicedmonth_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} on {self.document}"
