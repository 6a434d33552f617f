"""Redemptions and the credit taken back from them; both append-only."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import append_only
from apps.contracts.models import InstallmentDiscount
from apps.tenants.models import Organization
from apps.vouchers.models.batches import Batch
from apps.vouchers.models.vouchers import Voucher
from apps.wallets.models import Grant, OrganizationRow


class Redemption(models.Model):
    """One use of a voucher by an organization, with the grant or discount it gave."""

    audit_trail = AuditTrail(journal="append-only, with redeemed_by")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="redemptions", db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_index=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="Sequence number among the voucher's redemptions, from 1.")
    amount_micros = models.BigIntegerField(help_text="Amount of the credit or discount.")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    discount = models.ForeignKey(InstallmentDiscount, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    call_id = models.UUIDField(help_text="The API call that redeemed it.")
    balance_after_micros = models.BigIntegerField(help_text="The organization's balance right after.")
    redeemed_by = models.CharField(max_length=200)
    redeemed_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "grant"], name="vouchers_redemption_once_per_grant"),
            UniqueConstraint(fields=["organization", "discount"], name="vouchers_redemption_once_per_discount"),
            UniqueConstraint(fields=["organization", "call_id"], name="vouchers_redemption_once_per_call"),
            UniqueConstraint(fields=["voucher", "number"], name="vouchers_redemption_number_unique_per_voucher"),
            CheckConstraint(name="vouchers_redemption_numbered_from_one", condition=Q(number__gte=1)),
            CheckConstraint(name="vouchers_redemption_amount_not_negative", condition=Q(amount_micros__gte=0)),
            CheckConstraint(
                name="vouchers_redemption_gave_one_thing",
                condition=Q(grant__isnull=False, discount__isnull=True) | Q(grant__isnull=True, discount__isnull=False),
            ),
        ]
        indexes = [
            Index(fields=["batch", "organization"], name="vouchers_redemption_by_batch"),
            Index(fields=["organization", "voucher"], name="vouchers_redemption_by_org"),
            Index(fields=["-redeemed_at", "id"], name="vouchers_redemption_newest"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.voucher_id} by {self.organization_id}"


class RedemptionReversal(OrganizationRow):
    """The credit taken back from a redemption after its voucher was revoked; 0 if all was spent."""

    audit_trail = AuditTrail(journal="append-only, with taken_by")

    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="reversals")
    taken_micros = models.BigIntegerField(help_text="Unspent credit that was taken back.")
    reason = models.TextField()
    taken_by = models.CharField(max_length=200)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "redemption"], name="vouchers_redemptionreversal_once"),
            CheckConstraint(name="vouchers_redemptionreversal_not_negative", condition=Q(taken_micros__gte=0)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"from {self.redemption_id}"
