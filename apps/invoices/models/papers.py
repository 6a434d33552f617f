"""The PDFs of documents."""

from django.db import models
from django.db.models import UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.invoices.models.documents import Document
from apps.wallets.models import OrganizationRow


class DocumentPaper(OrganizationRow):
    """The PDF of a document, drawn once and kept unchanged."""

    audit_trail = AuditTrail(journal="append-only, with its hash")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="papers")
    pdf = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    xml = models.BinaryField(null=True, help_text="Its Factur-X XML, if the customer wanted one.")
    xml_problem = models.CharField(
        "problem", max_length=1000, blank=True, help_text="Why it has no Factur-X, although the customer wanted one."
    )
    letters_outside = models.CharField(
        "missing letters",
        max_length=200,
        blank=True,
        help_text="Letters that no font in the PDF has: a reader may show them blank.",
    )
    handled_at = models.DateTimeField(null=True, blank=True, help_text="When staff handled what is wrong with it.")
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "paper of an invoice", "papers of invoices"
        constraints = [
            UniqueConstraint(fields=["organization", "document"], name="invoices_documentpaper_once"),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                "organization", "document", "pdf", "sha256", "xml", "xml_problem", "letters_outside", "drawn_at"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256
