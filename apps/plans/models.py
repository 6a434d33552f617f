"""Plans, subscriptions, and the quota granted for each billing period."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.tenants.models import Organization

FIXED_ONCE_USED = (
    "slug",
    "currency",
    "unit_system",
    "cadence",
    "list_quota_micros",
    "explorer_units_micros",
    "developer_units_micros",
    "credits_micros",
)


class Plan(models.Model):
    """A tier: the credit included per billing period, and the units allocated per allocation period."""

    class UnitSystem(models.TextChoices):
        EXPLORER_DEVELOPER = "explorer_developer", "Explorer and developer units"
        CREDITS = "credits", "Legacy credits"

    class Cadence(models.TextChoices):
        MONTHLY = "monthly", "Every billing period"
        ANNUAL = "annual", "Every year from the anchor"
        NONE = "none", "No allocation (trial)"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=100, help_text="Tier name that customers see.")
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217 code of the quota.")
    list_quota_micros = models.BigIntegerField(
        default=0, help_text="Credit included per billing period, in micros. 0: none."
    )
    carries_unit_usage = models.BooleanField(
        default=False, help_text="Whether customers may read their unit usage through the API; otherwise they get 403."
    )
    unit_system = models.CharField(max_length=18, choices=UnitSystem, default=UnitSystem.EXPLORER_DEVELOPER)
    cadence = models.CharField(max_length=7, choices=Cadence, default=Cadence.NONE)
    explorer_units_micros = models.BigIntegerField(default=0, help_text="Per allocation period, in micros of a unit.")
    developer_units_micros = models.BigIntegerField(default=0, help_text="Per allocation period, in micros of a unit.")
    credits_micros = models.BigIntegerField(default=0, help_text="Per allocation period, in micros of a credit.")
    is_legacy = models.BooleanField(
        "legacy", default=False, help_text="Retired: existing subscribers keep it, nobody new gets it."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="plans_plan_currency_code",
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                violation_error_message="The currency must be three capital letters.",
            ),
            CheckConstraint(
                name="plans_plan_amounts_not_negative",
                violation_error_message="Quotas and allocations cannot be negative.",
                condition=Q(
                    list_quota_micros__gte=0,
                    explorer_units_micros__gte=0,
                    developer_units_micros__gte=0,
                    credits_micros__gte=0,
                ),
            ),
            CheckConstraint(
                name="plans_plan_allocates_its_own_units",
                violation_error_message="A plan can allocate only units of its own unit system.",
                condition=Q(unit_system="explorer_developer", credits_micros=0)
                | Q(unit_system="credits", explorer_units_micros=0, developer_units_micros=0),
            ),
            CheckConstraint(
                name="plans_plan_allocates_nothing_without_cadence",
                violation_error_message="A plan without a cadence cannot allocate units.",
                condition=~Q(cadence="none") | Q(explorer_units_micros=0, developer_units_micros=0, credits_micros=0),
            ),
        ]
        triggers = [
            FixedFields(
                *FIXED_ONCE_USED,
                name="terms",
                exists="SELECT 1 FROM plans_subscription WHERE plan_id = OLD.id",
                message="the terms of a plan that was ever used cannot be changed",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """An organization's time on a plan, with its status. At most one subscription is current."""

    class Status(models.TextChoices):
        TRIALING = "trialing", "On trial"
        ACTIVE = "active", "Active"
        PAST_DUE = "past_due", "Past due"
        CANCELED = "cancelled", "Canceled"

    class Source(models.TextChoices):
        STRIPE = "stripe", "Stripe"
        CONTRACT = "contract", "Contract"
        MANUAL = "manual", "Staff"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=9, choices=Status)
    source = models.CharField(max_length=8, choices=Source, default=Source.MANUAL)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="First moment at which it is no longer current.")
    anchor_month = models.PositiveSmallIntegerField(
        help_text="Month (1 to 12) in which annual allocations start, on the organization's anchor day."
    )
    quota_granted_until = models.DateTimeField(help_text="End of the last billing period whose quota was granted.")
    quota_error = models.CharField(
        max_length=500, blank=True, help_text="Error of the last attempt to grant the quota; empty after a success."
    )
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization"],
                condition=Q(ended_at__isnull=True),
                name="plans_subscription_one_current_per_organization",
            ),
            CheckConstraint(
                name="plans_subscription_ended_when_canceled",
                condition=Q(status="cancelled", ended_at__isnull=False)
                | (~Q(status="cancelled") & Q(ended_at__isnull=True)),
            ),
            CheckConstraint(
                name="plans_subscription_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            CheckConstraint(name="plans_subscription_anchor_month", condition=Q(anchor_month__range=(1, 12))),
        ]
        indexes = [
            Index(
                fields=["quota_granted_until", "id"],
                name="plans_subscription_quota_due",
                condition=Q(status__in=["trialing", "active"]),
            ),
            Index(fields=["organization", "-started_at"], name="plans_subscription_newest"),
        ]

    def __str__(self) -> str:
        return f"Subscription {str(self.pk)[:8]}"


LEGAL_TRANSITIONS: dict[str, frozenset[str]] = {
    Subscription.Status.TRIALING: frozenset({"active", "past_due", "cancelled"}),
    Subscription.Status.ACTIVE: frozenset({"past_due", "cancelled"}),
    Subscription.Status.PAST_DUE: frozenset({"active", "cancelled"}),
    Subscription.Status.CANCELED: frozenset(),
}
GRANTS_QUOTA = (Subscription.Status.TRIALING, Subscription.Status.ACTIVE)


class IncludedQuota(models.Model):
    """The quota granted for one billing period of a subscription; without a grant if nothing was due."""

    audit_trail = AuditTrail(journal="written once, with its grant")

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="quotas")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    amount_micros = models.BigIntegerField(help_text="Granted amount, in micros.")
    grant = models.ForeignKey("wallets.Grant", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "subscription", "period_start"], name="plans_includedquota_once_per_period"
            ),
            UniqueConstraint(fields=["organization", "grant"], name="plans_includedquota_once_per_grant"),
            CheckConstraint(name="plans_includedquota_period_runs", condition=Q(period_end__gt=F("period_start"))),
            CheckConstraint(
                name="plans_includedquota_grant_where_amount",
                condition=Q(amount_micros=0, grant__isnull=True) | Q(amount_micros__gt=0, grant__isnull=False),
            ),
        ]
        indexes = [Index(fields=["organization", "period_end"], name="plans_includedquota_current")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period_start:%Y-%m-%d}"
