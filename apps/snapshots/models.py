"""Sources, append-only snapshots of balances and monthly costs, and collection failures."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.triggers import append_only
from apps.tenants.models import Organization


class CollectionSource(models.Model):
    """Where an organization's balance and costs are read: its own ledger, or an account at a named upstream."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+")
    upstream = models.SlugField(
        max_length=40,
        blank=True,
        help_text="Name of a configured upstream. Empty: the organization's own ledger.",
    )
    external_account = models.CharField(
        max_length=100,
        blank=True,
        help_text="ID of the organization's account at the upstream: letters, digits, - and _.",
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="snapshots_collectionsource_account_where_upstream",
                condition=Q(upstream="", external_account="")
                | (~Q(upstream="") & Q(external_account__regex=r"^[A-Za-z0-9_-]{1,100}$")),
            )
        ]

    def __str__(self) -> str:
        return self.upstream or "own ledger"


class BalanceSnapshot(models.Model):
    """An observed balance; written only when it differs from the one before."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_micros = models.BigIntegerField(help_text="Balance of the main account, in micros.")
    currency = models.CharField(max_length=3)
    provider = models.CharField(max_length=40, help_text="Where it was read.")
    collected_at = models.DateTimeField(help_text="When it was observed.")

    class Meta:
        constraints = [
            CheckConstraint(name="snapshots_balancesnapshot_currency_code", condition=Q(currency__regex=r"^[A-Z]{3}$")),
            UniqueConstraint(fields=["organization", "collected_at"], name="snapshots_balancesnapshot_once_per_moment"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.collected_at:%Y-%m-%d %H:%M}"


class CostSnapshot(models.Model):
    """The observed costs of a month; one row per run once the month has costs."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    run = models.CharField(max_length=40, help_text="The collector's run that wrote it, named by its start.")
    currency = models.CharField(max_length=3)
    monthly_fees_micros = models.BigIntegerField(help_text="Recurring charges of the month, in micros.")
    one_time_fees_micros = models.BigIntegerField(help_text="One-time charges of the month, in micros.")
    usage_fees_micros = models.BigIntegerField(help_text="Charges for usage, the sum of the lines, in micros.")
    total_micros = models.BigIntegerField(help_text="Sum of the three fees, in micros.")
    usage_lines = models.JSONField(
        default=list, help_text="Per service and operator: unit, quantity_micros and amount_micros."
    )
    provider = models.CharField(max_length=40, help_text="Where it was read.")
    collected_at = models.DateTimeField(help_text="When it was observed.")

    class Meta:
        constraints = [
            CheckConstraint(name="snapshots_costsnapshot_currency_code", condition=Q(currency__regex=r"^[A-Z]{3}$")),
            CheckConstraint(name="snapshots_costsnapshot_month", condition=Q(month__range=(1, 12))),
            CheckConstraint(
                name="snapshots_costsnapshot_adds_up",
                condition=Q(total_micros=F("monthly_fees_micros") + F("one_time_fees_micros") + F("usage_fees_micros")),
            ),
            UniqueConstraint(
                fields=["organization", "year", "month", "run"], name="snapshots_costsnapshot_once_per_run"
            ),
        ]
        indexes = [
            Index(fields=["organization", "year", "month", "-collected_at"], name="snapshots_costsnapshot_newest")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d} as of {self.collected_at:%Y-%m-%d %H:%M}"


class CollectionFailure(models.Model):
    """A figure that could not be read, with the provider and the reason. No snapshot was written."""

    class Figure(models.TextChoices):
        BALANCE = "balance", "Balance"
        COSTS = "costs", "Costs"

    class Reason(models.TextChoices):
        UNREACHABLE = "unreachable", "No connection, or no answer in time"
        REFUSED = "refused", "Refused by the upstream"
        BAD_ANSWER = "bad_answer", "Invalid answer"
        MISCONFIGURED = "misconfigured", "Upstream or its secret not configured"
        INTERNAL = "internal", "Internal error"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    figure = models.CharField(max_length=7, choices=Figure)
    provider = models.CharField(max_length=40)
    reason = models.CharField(max_length=13, choices=Reason)
    detail = models.CharField(max_length=500)
    failed_at = models.DateTimeField()

    class Meta:
        indexes = [
            Index(fields=["organization", "-failed_at"], name="snapshots_failure_newest"),
            Index(fields=["-failed_at"], name="snapshots_failure_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.figure} of {self.organization_id}: {self.reason}"
