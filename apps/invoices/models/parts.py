"""The parts of a document, which are fixed with it: lines, tax, seller and buyer."""

from datetime import date, timedelta

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.billing_profiles.models import TaxRate
from apps.billing_profiles.models.addresses import Address
from apps.billing_profiles.tax_choice import percent_text
from apps.common.audit_settings import AuditTrail
from apps.common.triggers import Refused
from apps.invoices.models.documents import UNCHANGED, Document
from apps.wallets.models import OrganizationRow


def _of_numbered(operation: pgtrigger.Operation, name: str, documents: str) -> Refused:
    """Refuse an operation on a part of a document with a number; `documents` is SQL for the ids to check."""
    return Refused(
        name=name,
        operation=operation,
        exists=f"SELECT 1 FROM invoices_document d WHERE d.id IN ({documents}) AND d.number <> ''",  # noqa: S608
        message=UNCHANGED,
    )


def part_of_document() -> list[pgtrigger.Trigger]:
    """Return the triggers of a part of a document, which is fixed with it."""
    return [
        _of_numbered(pgtrigger.Insert | pgtrigger.Update, "fixed", "NEW.document_id, OLD.document_id"),
        _of_numbered(pgtrigger.Delete, "kept", "OLD.document_id"),
    ]


class DocumentLine(OrganizationRow):
    """One line: what was sold, its printed amount, and its tax."""

    audit_trail = AuditTrail(excluded=("tax_category", "tax_rate", "tax_rule"))

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=7, choices=TaxRate.Product, default=TaxRate.Product.SERVICE)
    text = models.CharField(max_length=500)
    quantity = models.CharField(max_length=100, blank=True, help_text="Printed, such as 12 hours.")
    amount_micros = models.BigIntegerField(help_text="Without tax, or with tax if prices include it.")
    is_reduction = models.BooleanField("reduction", default=False, help_text="Whether it lowers the invoice.")
    is_given = models.BooleanField("by hand", default=True, help_text="Whether staff wrote it.")
    exact_micros = models.BigIntegerField(null=True, blank=True, help_text="The sum of its charges.")
    period_start = models.DateField(null=True, blank=True, help_text="First day of the usage.")
    period_end = models.DateField(null=True, blank=True, help_text="First day after the usage.")
    meter = models.CharField(max_length=64, blank=True, help_text="The meter of its usage; not printed.")
    model = models.CharField(max_length=128, blank=True, help_text="The model of its usage.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why staff added it; not printed.")
    credited_line = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credits",
        help_text="The line of the invoice that a line of a credit note lowers.",
    )
    tax_category = models.CharField(max_length=2, choices=TaxRate.Category, blank=True)
    tax_rate = models.PositiveIntegerField(default=0, help_text="In thousandths of a percent: 19000 is 19 %.")
    tax_rule = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "invoice line", "invoice lines"
        constraints = [
            UniqueConstraint(
                fields=["organization", "document", "position"], name="invoices_documentline_position_once"
            ),
            CheckConstraint(name="invoices_documentline_not_negative", condition=Q(amount_micros__gte=0)),
        ]
        triggers = part_of_document()

    def __str__(self) -> str:
        return self.text

    @property
    def signed_micros(self) -> int:
        """The amount that it adds to the invoice; negative for a reduction."""
        return -self.amount_micros if self.is_reduction else self.amount_micros

    @property
    def last_day(self) -> date | None:
        """The last day of its usage."""
        return self.period_end - timedelta(days=1) if self.period_end else None


class DocumentTax(OrganizationRow):
    """The tax of a document's lines of one category and rate, rounded once."""

    audit_trail = AuditTrail(journal="made once with the document's number, and fixed with it")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="taxes")
    position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=2, choices=TaxRate.Category)
    rate = models.PositiveIntegerField(help_text="In thousandths of a percent.")
    base_micros = models.BigIntegerField()
    tax_micros = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    vatex_code = models.CharField("VATEX code", max_length=30, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "invoice tax", "invoice taxes"
        constraints = [
            UniqueConstraint(
                fields=["organization", "document", "category", "rate"], name="invoices_documenttax_group_once"
            ),
        ]
        triggers = part_of_document()

    def __str__(self) -> str:
        return f"{self.category} {percent_text(self.rate)} %"


class DocumentParty(OrganizationRow, Address):
    """The seller or the buyer as of finalization."""

    audit_trail = AuditTrail(journal="made once with the document's number, and fixed with it")

    class Side(models.TextChoices):
        SELLER = "seller", "Seller"
        BUYER = "buyer", "Buyer"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="parties")
    side = models.CharField(max_length=6, choices=Side)
    legal_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, blank=True, help_text="For the buyer: business, consumer or public.")
    vat_number = models.CharField("VAT number", max_length=20, blank=True)
    tax_number = models.CharField(max_length=30, blank=True)
    register_text = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "invoice party", "invoice parties"
        constraints = [
            UniqueConstraint(fields=["organization", "document", "side"], name="invoices_documentparty_side_once"),
        ]
        triggers = part_of_document()

    def __str__(self) -> str:
        return self.legal_name
