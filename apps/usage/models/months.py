"""A month's active characters, minimum charges and close."""

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, Refused, append_only
from apps.pricing.models import Meter, PriceVersion
from apps.tenants.models import Organization
from apps.usage.models.events import UsagePosting


class ActiveCharacter(models.Model):
    """A character that was active in a UTC month, and the charge for it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="First day of the month.")
    character = models.CharField(max_length=128)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", null=True)
    activated_at = models.DateTimeField(help_text="Time of the first received event that names it; decides the price.")
    counted_on = models.DateField(help_text="The UTC day whose totals include it; after the month if it was late.")
    late = models.BooleanField(
        help_text="Whether its month was already closed; then the high-water mark does not count it."
    )
    price_version = models.ForeignKey(
        PriceVersion,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Empty while active characters have no price.",
    )
    charge_micros = models.BigIntegerField(default=0)
    posting = models.ForeignKey(UsagePosting, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "month", "character"], name="usage_activecharacter_once"),
            CheckConstraint(
                name="usage_activecharacter_priced_is_posted",
                condition=Q(price_version__isnull=True, posting__isnull=True, charge_micros=0)
                | Q(price_version__isnull=False, posting__isnull=False),
            ),
        ]
        indexes = [
            Index(fields=["id"], condition=Q(price_version__isnull=True), name="usage_character_unpriced"),
        ]
        triggers = [
            *append_only(updates=True),
            Refused(
                name="priced_once",
                operation=pgtrigger.Update,
                condition="OLD.price_version_id IS NOT NULL",
                message="a priced character never changes",
            ),
            FixedFields("organization", "month", "character", "activated_at", "late"),
        ]

    def __str__(self) -> str:
        return f"{self.character} {self.month:%Y-%m}"


class CharacterMonth(models.Model):
    """The high-water mark of distinct active characters in a month. It only rises, until the month is closed."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="First day of the month.")
    high_water_mark = models.BigIntegerField()
    charged_micros = models.BigIntegerField(help_text="Sum of the increments charged, in micros.")
    billed_at = models.DateTimeField(null=True, help_text="When the month was closed.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "month"], name="usage_charactermonth_once"),
            CheckConstraint(name="usage_charactermonth_counts_up", condition=Q(high_water_mark__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.month:%Y-%m}"


class MinimumCharge(models.Model):
    """The charge that raises a closed month's usage of a price to its minimum.

    The first row is written at the close and counts in the month. Late usage replaces part of it; later rows credit
    that part back, in the month in which they count.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="First day of the month of the minimum.")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=128, blank=True)
    minimum_micros = models.BigIntegerField(help_text="The minimum, in micros.")
    counted_on = models.DateField(
        help_text="Last day of the month; for later rows, the day on which late usage changed it."
    )
    amount_micros = models.BigIntegerField(
        help_text="Charged in addition to the usage, or credited back if negative, in micros."
    )
    posting = models.ForeignKey(UsagePosting, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "posting"], name="usage_minimumcharge_once_per_posting"),
            CheckConstraint(name="usage_minimumcharge_not_zero", condition=~Q(amount_micros=0)),
        ]
        indexes = [
            Index(fields=["organization", "month"], name="usage_minimum_by_month"),
            Index(fields=["organization", "counted_on"], name="usage_minimum_by_day"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.meter_id} {self.month:%Y-%m}"


class MonthClose(models.Model):
    """The close of an organization's month. A closed month never changes: late usage corrects the open month."""

    class State(models.TextChoices):
        CLOSED = "closed", "Closed"
        FAILED = "failed", "Failed"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="First day of the UTC month.")
    state = models.CharField(max_length=6, choices=State)
    attempts = models.IntegerField(default=1)
    error = models.CharField(max_length=500, blank=True)
    event_count = models.BigIntegerField(default=0)
    usage_micros = models.BigIntegerField(default=0, help_text="Charge for the month's usage, in micros.")
    minimum_micros = models.BigIntegerField(default=0, help_text="Added by minimum charges, in micros.")
    character_count = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "month"], name="usage_monthclose_once"),
            CheckConstraint(
                name="usage_monthclose_closed_says_when",
                condition=Q(state="closed", closed_at__isnull=False, error="")
                | Q(state="failed", closed_at__isnull=True) & ~Q(error=""),
            ),
        ]
        indexes = [Index(fields=["month", "state"], name="usage_close_by_month")]
        triggers = [
            *append_only(updates=True),
            Refused(
                name="closed_once",
                operation=pgtrigger.Update,
                condition="OLD.state = 'closed'",
                message="a closed month never changes",
            ),
            FixedFields("organization", "month"),
        ]

    def __str__(self) -> str:
        return f"Close of {self.month:%Y-%m}"


class MonthFigure(models.Model):
    """The greatest or latest quantity of a UTC month, for a meter that counts such a figure, and the event behind it.

    The events of the month add up to it: each counts the change that it made.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="First day of the UTC month of the events.")
    model = models.CharField(max_length=128, blank=True)
    billing_mode = models.CharField(max_length=8, blank=True)
    quantity_micros = models.BigIntegerField(help_text="In micros of the meter's unit.")
    decided_at = models.DateTimeField(
        null=True, help_text="Time of the event that decides it. Empty: all events were voided."
    )
    decided_by = models.CharField(max_length=200, blank=True, help_text="Id of the event that decides it.")
    decided_source = models.CharField(max_length=200, blank=True, help_text="Source of the event that decides it.")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "meter", "month", "model", "billing_mode"], name="usage_monthfigure_once"
            ),
            CheckConstraint(name="usage_monthfigure_not_negative", condition=Q(quantity_micros__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.meter_id} {self.month:%Y-%m}"


class MonthValue(models.Model):
    """A value named by events of a UTC month, for a meter that counts distinct values, and the number of events."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="First day of the UTC month of the events.")
    model = models.CharField(max_length=128, blank=True)
    billing_mode = models.CharField(max_length=8, blank=True)
    value = models.CharField(max_length=128)
    event_count = models.BigIntegerField(help_text="Events that name it and were not voided; at 0 it is not counted.")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "meter", "month", "model", "billing_mode", "value"],
                name="usage_monthvalue_once",
            ),
            CheckConstraint(name="usage_monthvalue_not_negative", condition=Q(event_count__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.value} of {self.meter_id} {self.month:%Y-%m}"
