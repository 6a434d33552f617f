"""The book of a seller in a currency: money of ours that belongs to no customer."""

import uuid

from django.db import models
from django.db.models import UniqueConstraint

from apps.billing_profiles.models import Seller
from apps.common.audit_trail import AuditTrail
from apps.common.triggers import append_only


class SellerBook(models.Model):
    """A book in the ledger without a customer; its id there is the id of this row."""

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
