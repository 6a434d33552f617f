"""Order forms, receipts and statements that were made for customers."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.billing_profiles.models import NumberRange, Seller
from apps.common.audit_settings import AuditTrail
from apps.common.languages import Language
from apps.common.triggers import FixedFields, append_only
from apps.contracts.models import Contract
from apps.invoices.models import Money
from apps.payments.models import StripePayment
from apps.wallets.models import OrganizationRow


class Paper(OrganizationRow):
    """A paper with its content; its PDF is drawn once, after the number is final, and kept unchanged.

    An order form is about a contract; a receipt about money by bank or a payment at Stripe; a statement about none.
    """

    audit_trail = AuditTrail(journal="append-only, with created_by")

    class Kind(models.TextChoices):
        ORDER_FORM = "order_form", "Order form"
        RECEIPT = "receipt", "Receipt"
        STATEMENT = "statement", "Statement of account"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    money = models.ForeignKey(Money, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    payment = models.ForeignKey(StripePayment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=60, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    number_range = models.ForeignKey(NumberRange, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    issue_date = models.DateField()
    first_day = models.DateField(help_text="First day of the term or the month, or the day on which the money came.")
    last_day = models.DateField()
    amount_micros = models.BigIntegerField(help_text="Sum of the order, money received, or balance at the end.")
    language = models.CharField(max_length=2, choices=Language)
    title = models.CharField(max_length=120)
    content = models.JSONField(help_text="Content, in the customer's language.")
    content_sha256 = models.CharField(max_length=64, help_text="Hash of its content, without number and issue date.")
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "paper", "papers"
        constraints = [
            UniqueConstraint(
                fields=["organization", "kind", "contract", "money", "payment", "content_sha256"],
                nulls_distinct=False,
                name="papers_paper_same_content_once",
            ),
            CheckConstraint(
                name="papers_paper_about_what_its_kind_says",
                condition=Q(kind="order_form", contract__isnull=False, money=None, payment=None)
                | Q(kind="receipt", contract=None, money__isnull=False, payment=None)
                | Q(kind="receipt", contract=None, money=None, payment__isnull=False)
                | Q(kind="statement", contract=None, money=None, payment=None),
            ),
            UniqueConstraint(fields=["number_range", "sequence"], name="papers_paper_sequence_once_per_range"),
            CheckConstraint(
                name="papers_paper_statement_has_no_number",
                condition=Q(kind="statement", number="", sequence=None, number_range=None)
                | ~Q(kind="statement") & ~Q(number="") & Q(sequence__isnull=False, number_range__isnull=False),
            ),
            CheckConstraint(
                name="papers_paper_drawn_has_hash",
                condition=Q(pdf=None, sha256="") | Q(pdf__isnull=False) & ~Q(sha256=""),
            ),
        ]
        indexes = [
            Index(fields=["organization", "-created_at"], name="papers_paper_of_customer"),
            Index(fields=["number"], name="papers_paper_number", condition=~Q(number="")),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                *("organization", "kind", "seller", "contract", "money", "payment"),
                *("number", "sequence", "number_range", "issue_date"),
                *(
                    "first_day",
                    "last_day",
                    "amount_micros",
                    "language",
                    "title",
                    "content",
                    "content_sha256",
                    "created_by",
                    "created_at",
                ),
            ),
            FixedFields("pdf", "sha256", name="drawn_once", where="OLD.sha256 <> ''"),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def file_name(self) -> str:
        """The name of its file: the number or the title, without characters that file names cannot contain."""
        return f"{(self.number or self.title).replace('/', '-')}.pdf"
