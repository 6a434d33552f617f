"""Corrections of our costs of usage, and alarms about low margins. Neither moves a customer's money."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import append_only
from apps.pricing.models import Meter, PriceVersion
from apps.tenants.models import Organization


class CostRun(models.Model):
    """A correction of costs: usage of some days, rated again by a version of a cost book.

    Events keep their first known cost; the run stores the differences of the sums. A run that undoes another has the
    same differences, negated.
    """

    audit_trail = AuditTrail()

    cost_version = models.ForeignKey(PriceVersion, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(help_text="First UTC day whose usage was rated again.")
    last_day = models.DateField(help_text="Last UTC day whose usage was rated again.")
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="undone_by", null=True, help_text="The run that it undoes."
    )
    reason = models.CharField(max_length=500)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "cost correction"
        constraints = [
            CheckConstraint(name="usage_costrun_days_in_order", condition=Q(last_day__gte=models.F("first_day")))
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"cost run {self.pk}"


class CostCorrection(models.Model):
    """The difference that a cost run made to the sum of one customer's usage of a day, model, key and provider."""

    run = models.ForeignKey(CostRun, on_delete=models.PROTECT, related_name="corrections")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=128, blank=True)
    key = models.CharField(max_length=128, blank=True)
    cost_currency = models.CharField(max_length=3)
    provider = models.CharField(
        max_length=64, blank=True, help_text="As events named it; it decides which cost book applies."
    )
    event_count = models.BigIntegerField(
        help_text="Events whose cost became known in this currency, less those whose cost became unknown."
    )
    charge_micros = models.BigIntegerField(help_text="Charge of those events, in micros.")
    cost_picos = models.DecimalField(max_digits=38, decimal_places=0, help_text="Difference of their cost, in picos.")

    class Meta:
        verbose_name = "cost difference"
        constraints = [
            UniqueConstraint(
                fields=["organization", "run", "day", "meter", "model", "key", "cost_currency", "provider"],
                name="usage_costcorrection_once",
            )
        ]
        indexes = [Index(fields=["meter", "day"], name="usage_costcorrection_by_day")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.run_id} {self.organization_id} {self.day}"


class VendorBill(models.Model):
    """What a vendor billed us for some days, beside the cost computed from usage of these days.

    The difference is shown as unexplained; it is never spread over customers. To correct a bill, staff enter it again:
    of bills with the same vendor, meter, models, account, currency and days, the newest counts.
    """

    audit_trail = AuditTrail(journal="append-only")

    vendor = models.CharField(max_length=64)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")
    models_begin_with = models.CharField(
        max_length=128, blank=True, help_text="Beginning of the names of the billed models. Empty: all of the meter."
    )
    account = models.CharField(
        max_length=64,
        blank=True,
        help_text="Account that was billed, as usage names it as its provider. Empty: all accounts.",
    )
    currency = models.CharField(max_length=3)
    first_day = models.DateField(help_text="First UTC day of the bill.")
    last_day = models.DateField(help_text="Last UTC day of the bill.")
    amount_micros = models.BigIntegerField("billed", help_text="In micros.")
    reason = models.CharField(max_length=500)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="usage_vendorbill_days_in_order", condition=Q(last_day__gte=models.F("first_day"))),
            CheckConstraint(name="usage_vendorbill_amount_not_negative", condition=Q(amount_micros__gte=0)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.vendor} {self.first_day:%Y-%m-%d}"


class MarginAlarm(models.Model):
    """A customer's or a model's usage of a day, with its figures when the margin was first below the limit."""

    audit_trail = AuditTrail(journal="written by a job from totals")

    day = models.DateField()
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="The customer; empty: a model's usage by all customers.",
    )
    model = models.CharField(max_length=128, blank=True, help_text="Empty: all models of the customer.")
    charge_usd_micros = models.BigIntegerField("charge in USD", help_text="Charge of usage with known cost, in micros.")
    cost_usd_micros = models.BigIntegerField("cost in USD", help_text="In micros.")
    created_at = models.DateTimeField(help_text="When the alarm was raised.")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "day", "model"], name="usage_marginalarm_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id or self.model} {self.day}"

    @property
    def margin_usd_micros(self) -> int:
        """The charge less the cost, in micros."""
        return self.charge_usd_micros - self.cost_usd_micros
