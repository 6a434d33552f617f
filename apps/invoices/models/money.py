"""Money received, the invoices it was applied to, and debt that was written off."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.invoices.models.documents import Document
from apps.wallets.models import OrganizationRow


class Money(OrganizationRow):
    """A sum of a customer's money: received by bank, or the paid part of a credit note. What is not applied to invoices
    is unapplied.
    """

    class Source(models.TextChoices):
        BANK = "bank", "Bank transfer"
        STRIPE = "stripe", "Stripe"
        CREDIT_NOTE = "credit_note", "Credit note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=150, help_text="Identifies the receipt, which is booked once.")
    source = models.CharField(max_length=11, choices=Source)
    credit_note = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="money")
    received_in = models.CharField(
        max_length=15, blank=True, help_text="The account that it was received in, if it came from outside."
    )
    amount_micros = models.BigIntegerField()
    applied_micros = models.BigIntegerField(default=0, help_text="The part applied to invoices.")
    paid_back_micros = models.BigIntegerField(default=0, help_text="The part paid back or returned by the bank.")
    value_date = models.DateField()
    reference = models.CharField(max_length=255, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True, help_text="When the bank took it back.")
    created_by = models.CharField(max_length=200)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "money received", "money received"
        constraints = [
            UniqueConstraint(fields=["organization", "key"], name="invoices_money_key_once"),
            UniqueConstraint(fields=["organization", "credit_note"], name="invoices_money_credit_note_once"),
            CheckConstraint(
                name="invoices_money_unapplied_not_negative",
                condition=Q(amount_micros__gt=0, applied_micros__gte=0, paid_back_micros__gte=0)
                & Q(amount_micros__gte=F("applied_micros") + F("paid_back_micros")),
            ),
            CheckConstraint(
                name="invoices_money_of_its_source",
                condition=Q(source__in=["bank", "stripe"], credit_note=None)
                | Q(source="credit_note", credit_note__isnull=False),
            ),
        ]
        indexes = [
            Index(fields=["reference"], name="invoices_money_reference", condition=~Q(reference="")),
            Index(
                fields=["organization", "value_date"],
                name="invoices_money_unapplied",
                condition=Q(amount_micros__gt=F("applied_micros") + F("paid_back_micros")),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                *("organization", "key", "source", "credit_note", "amount_micros", "value_date", "reference"),
                *("received_in", "created_by", "received_at"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.key

    @property
    def unapplied_micros(self) -> int:
        """The part that was neither applied to an invoice nor paid back."""
        return self.amount_micros - self.applied_micros - self.paid_back_micros


class Application(OrganizationRow):
    """Money applied to an invoice, split into net and tax; a negative counter-row undoes all or part of another row."""

    audit_trail = AuditTrail(journal="append-only, with created_by")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    money = models.ForeignKey(Money, on_delete=models.PROTECT, related_name="applications")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="applications")
    amount_micros = models.BigIntegerField()
    net_micros = models.BigIntegerField()
    tax_micros = models.BigIntegerField()
    value_date = models.DateField()
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    transfer = models.ForeignKey("ledger.Transfer", on_delete=models.PROTECT, related_name="+")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "payment of an invoice", "payments of invoices"
        constraints = [
            UniqueConstraint(fields=["organization", "transfer"], name="invoices_application_transfer_once"),
            CheckConstraint(
                name="invoices_application_is_net_and_tax",
                condition=Q(amount_micros=F("net_micros") + F("tax_micros")),
            ),
            CheckConstraint(
                name="invoices_application_signed",
                condition=Q(undoes=None, amount_micros__gt=0) | Q(undoes__isnull=False, amount_micros__lt=0),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.document} from {self.money}"


class WriteOff(OrganizationRow):
    """The amount left on an invoice when it was written off; zero if it was only marked uncollectible.

    It can be undone once, for the part that was not recovered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="write_offs")
    net_micros = models.BigIntegerField()
    tax_micros = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    undone_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "write-off of an invoice", "write-offs of invoices"
        constraints = [
            UniqueConstraint(
                fields=["organization", "document"],
                condition=Q(undone_at=None),
                name="invoices_writeoff_one_that_stands",
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                *("organization", "document", "net_micros", "tax_micros", "reason", "created_by", "created_at")
            ),
            FixedFields("undone_at", name="undone_once", where="OLD.undone_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"Write-off of {self.document}"
