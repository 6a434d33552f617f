"""Voucher batches: codes with common terms and state, and a journal of staff actions."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Q

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.plans.models import Plan
from apps.tenants.models import Organization


class Batch(models.Model):
    """Voucher codes with the same terms. Only the expiry and the redemption limit can change, through services."""

    audit_trail = AuditTrail(excluded=("generated_count",))

    class Kind(models.TextChoices):
        CREDIT = "credit", "Credit"
        DISCOUNT = "discount", "Discount on a contract"

    class Origin(models.TextChoices):
        GENERATED = "generated", "Generated"
        CHOSEN = "chosen", "Custom code"
        IMPORTED = "imported", "Imported list"

    class State(models.TextChoices):
        AWAITING_APPROVAL = "awaiting", "Waiting for a second person"
        GENERATING = "generating", "Being generated"
        ACTIVE = "active", "Active"
        DISABLED = "disabled", "Switched off"
        REVOKED = "revoked", "Revoked"
        CANCELED = "cancelled", "Canceled"

    TRANSITIONS = {
        State.AWAITING_APPROVAL: {State.GENERATING, State.ACTIVE, State.CANCELED},
        State.GENERATING: {State.ACTIVE, State.REVOKED},
        State.ACTIVE: {State.DISABLED, State.REVOKED},
        State.DISABLED: {State.ACTIVE, State.REVOKED},
        State.REVOKED: set[State](),
        State.CANCELED: set[State](),
    }

    # Codes are derived from the id, so an id must never be reused, even after a backup is restored.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CREDIT)
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.GENERATED)
    state = models.CharField(max_length=10, choices=State)
    amount_micros = models.BigIntegerField(help_text="Value of one redemption.")
    currency = models.CharField(max_length=3, help_text="ISO 4217 code; organizations billed in another cannot redeem.")
    code_count = models.PositiveIntegerField(help_text="Number of codes to create.")
    generated_count = models.PositiveIntegerField(default=0, help_text="Number of codes created so far.")
    prefix = models.CharField(max_length=16, blank=True, db_index=True, help_text="Every code begins with this.")
    max_redemptions = models.PositiveIntegerField(default=1, help_text="Maximum redemptions of each code.")
    max_per_organization = models.PositiveIntegerField(
        default=1, help_text="Maximum redemptions of the same code by one organization."
    )
    max_codes_per_organization = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Maximum redemptions in this batch by one organization; empty for no limit.",
    )
    starts_at = models.DateTimeField(null=True, blank=True, help_text="First moment the codes are valid.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="First moment the codes are no longer valid.")
    credit_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Days from redemption until the credit expires; empty for no expiry."
    )
    organizations = models.ManyToManyField(
        Organization,
        blank=True,
        related_name="+",
        help_text="Who may redeem; if this and plans are empty, every organization.",
    )
    plans = models.ManyToManyField(
        Plan, blank=True, related_name="+", help_text="Organizations on these plans may redeem."
    )
    tag = models.CharField(max_length=60, blank=True, db_index=True, help_text="Reports are grouped by tag.")
    note = models.TextField(blank=True)
    key_fingerprint = models.CharField(max_length=16, editable=False)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    generated_at = models.DateTimeField(null=True, blank=True)
    downloaded_by = models.CharField(max_length=200, blank=True)
    downloaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "voucher batch"
        verbose_name_plural = "voucher batches"
        permissions = [("download_batch", "Can download the codes of a batch, once")]
        constraints = [
            CheckConstraint(name="vouchers_batch_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(name="vouchers_batch_currency_code", condition=Q(currency__regex=r"^[A-Z]{3}$")),
            CheckConstraint(name="vouchers_batch_code_count", condition=Q(code_count__range=(1, 100_000))),
            CheckConstraint(
                name="vouchers_batch_generated_within_count", condition=Q(generated_count__lte=F("code_count"))
            ),
            CheckConstraint(
                name="vouchers_batch_active_is_complete",
                condition=~Q(state__in=["active", "disabled"]) | Q(generated_count=F("code_count")),
            ),
            CheckConstraint(
                name="vouchers_batch_limits_positive",
                condition=Q(max_per_organization__gte=1, max_redemptions__gte=F("max_per_organization"))
                & (Q(max_codes_per_organization__isnull=True) | Q(max_codes_per_organization__gte=1)),
            ),
            CheckConstraint(
                name="vouchers_batch_expires_after_start",
                condition=Q(starts_at__isnull=True) | Q(expires_at__isnull=True) | Q(expires_at__gt=F("starts_at")),
            ),
            CheckConstraint(
                name="vouchers_batch_downloaded_after_generation",
                condition=Q(downloaded_at__isnull=True) | Q(origin="generated", generated_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "id"], name="vouchers_batch_newest")]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                "id",
                "kind",
                "origin",
                "amount_micros",
                "currency",
                "code_count",
                "prefix",
                "max_per_organization",
                "max_codes_per_organization",
                "starts_at",
                "credit_days",
                "key_fingerprint",
                "created_by",
                "created_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.created_at:%Y-%m-%d}"

    @property
    def name(self) -> str:
        """What staff call the batch: its tag, or else its prefix or origin."""
        return self.tag or self.prefix or self.get_origin_display()

    @property
    def worth_micros(self) -> int:
        """The maximum cost of all codes, in micros."""
        return self.amount_micros * self.code_count * self.max_redemptions


class BatchEvent(models.Model):
    """A staff action on a batch or one of its codes. Append-only."""

    audit_trail = AuditTrail(journal="is the trail of its batch")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="events")
    voucher = models.ForeignKey("Voucher", on_delete=models.PROTECT, related_name="events", null=True, blank=True)
    action = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    done_by = models.CharField(max_length=200)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = "voucher event"
        triggers = append_only()

    def __str__(self) -> str:
        return self.action
