"""One code, as much of it as may be kept."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.vouchers.models.batches import Batch


class Voucher(models.Model):
    """A code of a batch: its keyed hash and a masked form, never the code. Chosen codes are public and show in full."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    number = models.PositiveIntegerField(help_text="Place in the batch, from 0.")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    masked = models.CharField(max_length=80, help_text="What may be shown of the code.")
    max_redemptions = models.PositiveIntegerField(help_text="How often it can be redeemed in all.")
    redemption_count = models.PositiveIntegerField(default=0, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["batch", "number"], name="vouchers_voucher_number_unique_in_batch"),
            CheckConstraint(name="vouchers_voucher_limit_positive", condition=Q(max_redemptions__gte=1)),
            CheckConstraint(
                name="vouchers_voucher_within_limit", condition=Q(redemption_count__lte=F("max_redemptions"))
            ),
        ]
        triggers = [*append_only(updates=True), FixedFields("id", "batch", "number", "code_hash", "masked")]

    def __str__(self) -> str:
        return self.masked
