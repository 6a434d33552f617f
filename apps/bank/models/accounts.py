"""Bank accounts from which customers pay, and the books of our own money."""

import uuid

from django.db import models
from django.db.models import Index, UniqueConstraint

from apps.bank.models.statements import BankLine
from apps.billing_profiles.models import Seller
from apps.common.audit_settings import AuditTrail
from apps.common.triggers import append_only
from apps.wallets.models import OrganizationRow


class BankIdentity(OrganizationRow):
    """An IBAN from which a customer paid, stored when staff confirm a line. One of two customers identifies neither."""

    iban = models.CharField("IBAN", max_length=34)
    name = models.CharField(max_length=200, blank=True, help_text="The payer's name on the statement.")
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="+", help_text="The confirmed line.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "bank identity", "bank identities"
        constraints = [UniqueConstraint(fields=["organization", "iban"], name="bank_bankidentity_once_per_customer")]
        indexes = [Index(fields=["iban"], name="bank_identity_iban")]

    def __str__(self) -> str:
        return self.iban


class SellerBook(models.Model):
    """The book of a seller in a currency: money that belongs to no customer. Its id in the ledger is this row's."""

    audit_trail = AuditTrail(journal="opened once, and fixed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="books", db_index=False)
    currency = models.CharField(max_length=3)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["seller", "currency"], name="bank_sellerbook_once_per_currency")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.seller}, {self.currency}"
