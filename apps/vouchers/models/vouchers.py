"""Voucher codes, stored as hashes, and the times of wrong codes by organization."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.tenants.models import Organization
from apps.vouchers.models.batches import Batch


class Voucher(models.Model):
    """A code of a batch, stored as a keyed hash and a masked form. Custom codes are public and shown in full."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    number = models.PositiveIntegerField(help_text="Position in the batch, from 0.")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    masked = models.CharField("code", max_length=80, help_text="The masked code, for display.")
    max_redemptions = models.PositiveIntegerField(help_text="Maximum redemptions.")
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


class WrongCodes(models.Model):
    """The times of an organization's last wrong codes. `voucher_write` writes only if they are unchanged."""

    audit_trail = AuditTrail(journal="counts guesses")

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+", primary_key=True)
    moments = models.JSONField(default=list, help_text="The newest ten, as microseconds since 1970, oldest first.")

    class Meta:
        verbose_name = "wrong voucher codes"
        verbose_name_plural = "wrong voucher codes"

    def __str__(self) -> str:
        return f"{len(self.moments)} by {self.organization_id}"
