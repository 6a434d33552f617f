"""What was observed, when: balances and monthly costs that are only ever added to, and what failed to be read."""

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
        help_text="Name of an upstream from the settings; empty for the organization's own ledger.",
    )
    external_account = models.CharField(
        max_length=100,
        blank=True,
        help_text="The upstream's id of the organization's account; letters, digits, - and _.",
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
    """A balance as it was observed; written only when it differs from the one before."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_micros = models.BigIntegerField(help_text="The main account's balance, in micros.")
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
    """A month's costs as they were observed; one row per run once the month has costs."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    run = models.CharField(max_length=40, help_text="The run of the collector that wrote it, by its start.")
    currency = models.CharField(max_length=3)
    monthly_fees_micros = models.BigIntegerField(help_text="Recurring charges of the month, in micros.")
    one_time_fees_micros = models.BigIntegerField(help_text="Charges that come once, in micros.")
    usage_fees_micros = models.BigIntegerField(help_text="What usage was charged; the sum of the lines, in micros.")
    total_micros = models.BigIntegerField(help_text="The three fees together, in micros.")
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
        return f"{self.organization_id} {self.year}-{self.month:02d} {self.collected_at:%Y-%m-%d %H:%M}"


class CollectionFailure(models.Model):
    """A figure that could not be read: what, where, and why. Nothing was written in its place."""

    class Figure(models.TextChoices):
        BALANCE = "balance", "Balance"
        COSTS = "costs", "Costs"

    class Reason(models.TextChoices):
        UNREACHABLE = "unreachable", "No connection, or no answer in time"
        REFUSED = "refused", "The upstream refused"
        BAD_ANSWER = "bad_answer", "The answer is not what was agreed"
        MISCONFIGURED = "misconfigured", "The settings lack the upstream or its secret"
        INTERNAL = "internal", "An error of our own"

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
