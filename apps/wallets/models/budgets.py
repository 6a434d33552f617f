"""Budgets and their counters: definitions, buckets, and periods of buckets. Only `wallet_write` writes them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.wallets.budgets import state
from apps.wallets.models.wallets import OrganizationRow

ID_LENGTH = 64


class Budget(OrganizationRow):
    """A limit on what work may cost, for a scope and a period; an ended one is kept."""

    class Kind(models.TextChoices):
        OWN = state.OWN, "Budget"
        RESOURCES = state.RESOURCES, "Monthly limit for persistent resources"

    class Period(models.TextChoices):
        DAY = state.DAY, "Day"
        WEEK = state.WEEK, "Week"
        MONTH = state.MONTH, "Calendar month"
        BILLING_PERIOD = state.BILLING_PERIOD, "Billing period"
        ONCE = state.ONCE, "Once"

    class Mode(models.TextChoices):
        HARD = state.HARD, "Refuse"
        SOFT = state.SOFT, "Notify only"

    class WhenMissing(models.TextChoices):
        IGNORE = state.MISSING_IGNORED, "Does not apply"
        REFUSE = state.MISSING_REFUSED, "Refuse"

    class SetBy(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        STAFF = "staff", "Staff"

    id = models.UUIDField(primary_key=True, editable=False)
    slug = models.CharField("id", max_length=ID_LENGTH, blank=True, help_text="Id that the customer uses.")
    name = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.OWN)
    scope = models.JSONField(default=list, help_text='Pairs of a dimension and its value, or "*" for each value.')
    scope_digest = models.CharField(max_length=64, help_text="SHA-256 of the scope, which makes it unique.")
    period = models.CharField(max_length=14, choices=Period)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day. Empty: no end.")
    limit_micros = models.BigIntegerField(null=True, help_text="In micros of the customer's currency.")
    mode = models.CharField(max_length=4, choices=Mode)
    thresholds = ArrayField(models.SmallIntegerField(), help_text="Percentages at which the customer gets a notice.")
    when_missing = models.CharField(max_length=6, choices=WhenMissing, default=WhenMissing.IGNORE)
    counts_from = models.DateField(help_text="First day whose work it counts.")
    kept_from = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="Counters of single values that began before this day were deleted.",
    )
    set_by = models.CharField(max_length=8, choices=SetBy)
    version = models.BigIntegerField(default=1)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(name="wallets_budget_limit_not_negative", condition=Q(limit_micros__gte=0)),
            CheckConstraint(
                name="wallets_budget_own_has_a_limit", condition=Q(kind="resources") | Q(limit_micros__isnull=False)
            ),
            UniqueConstraint(
                fields=["organization", "slug"], condition=Q(ended_at=None), name="wallets_budget_live_id_once"
            ),
            UniqueConstraint(
                fields=["organization", "scope_digest", "period", "kind"],
                condition=Q(ended_at=None),
                name="wallets_budget_live_scope_once",
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                "organization",
                "slug",
                "kind",
                "scope",
                "scope_digest",
                "period",
                "starts_on",
                "ends_on",
                "counts_from",
                "created_by",
                "created_at",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Bucket(OrganizationRow):
    """A counter of a budget: of all its work, or of one value of its `"*"` dimension."""

    id = models.UUIDField(primary_key=True, editable=False)
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="buckets", db_index=False)
    value = models.CharField(max_length=128, blank=True)
    held_micros = models.BigIntegerField(default=0, help_text="Sum of the pending holds that count in it, in micros.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "budget", "value"], name="wallets_bucket_value_once"),
            CheckConstraint(name="wallets_bucket_held_not_negative", condition=Q(held_micros__gte=0)),
        ]
        triggers = [FixedFields("organization", "budget", "value")]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.value}"


class BudgetAddition(OrganizationRow):
    """An amount by which the limit of one bucket was raised for one period, and why."""

    bucket = models.ForeignKey(Bucket, on_delete=models.PROTECT, related_name="additions")
    starts_on = models.DateField(help_text="First day of the period.")
    amount_micros = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(name="wallets_budgetaddition_positive", condition=Q(amount_micros__gt=0))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.bucket_id} {self.starts_on}"


class BucketPeriod(OrganizationRow):
    """The amounts of a bucket in one half-open period of UTC days."""

    bucket = models.ForeignKey(Bucket, on_delete=models.PROTECT, related_name="periods", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="First day after it. Empty: no end.")
    spent_micros = models.BigIntegerField(default=0, help_text="Charges less what was taken back, in micros.")
    added_micros = models.BigIntegerField(default=0, help_text="Raises the limit for this period, in micros.")
    alarms = ArrayField(models.SmallIntegerField(), default=list, help_text="Percentages that spent has reached.")
    reached_at = models.DateTimeField(null=True, blank=True, help_text="When spent reached the limit.")
    refused_at = models.DateTimeField(
        null=True, blank=True, help_text="When work was first refused because of pending holds."
    )
    is_closed = models.BooleanField(default=False, help_text="Whether the notice of its end was sent.")
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "bucket", "starts_on"], name="wallets_bucketperiod_start_once"),
            CheckConstraint(
                name="wallets_bucketperiod_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")),
            ),
            CheckConstraint(name="wallets_bucketperiod_added_not_negative", condition=Q(added_micros__gte=0)),
        ]
        indexes = [
            Index(
                fields=["ends_on"],
                name="wallets_bucketperiod_to_close",
                condition=Q(is_closed=False) & ~Q(alarms=[]),
            ),
            Index(
                fields=["reached_at"],
                name="wallets_bucketperiod_reached",
                condition=Q(reached_at__isnull=False),
            ),
        ]
        triggers = [FixedFields("organization", "bucket", "starts_on", "ends_on")]

    def __str__(self) -> str:
        return f"{self.bucket_id} {self.starts_on}"
