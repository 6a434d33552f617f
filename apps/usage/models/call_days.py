"""Totals of model calls by day and by every property that can change their price or weight, except the tag."""

from typing import Final

from django.db import models
from django.db.models import Index, UniqueConstraint

from apps.pricing.models import Meter
from apps.tenants.models import Organization

# The input sizes above which published prices usually differ. Other sizes can only be told apart by reading events.
SIZES: Final = (0, 32_000, 100_000, 128_000, 200_000, 256_000, 272_000, 512_000)


class CallDay(models.Model):
    """An organization's rated model calls on a UTC day that have the same prices in every table with usual input sizes.

    A preview prices these instead of events, so that its cost does not grow with the number of events. One row counts
    the calls (`of` is empty); each token detail or unit of the calls has a further row, whose `of` names it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=128, blank=True)
    provider = models.CharField(max_length=64, blank=True)
    service_tier = models.CharField(max_length=16, blank=True)
    variant = models.CharField(max_length=32, blank=True)
    region = models.CharField(max_length=32, blank=True)
    operation = models.CharField(max_length=128, blank=True)
    operator = models.CharField(max_length=128, blank=True)
    billing_mode = models.CharField(max_length=8, blank=True)
    above = models.BigIntegerField(help_text="The calls have more input tokens than this, up to the next usual size.")
    names = models.CharField(max_length=600, blank=True, help_text="The details and units that each of the calls has.")
    of = models.CharField(
        max_length=32, blank=True, help_text="The detail or unit of the row; empty in the row that counts the calls."
    )
    event_count = models.BigIntegerField(help_text="Number of calls; 0 in the rows of details and units.")
    quantity_micros = models.BigIntegerField(help_text="Unsplit tokens in micros.")
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    amount = models.BigIntegerField(help_text="Whole tokens of the detail, or micros of the unit.")
    charge_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=[
                    *("organization", "day", "meter", "model", "provider", "service_tier", "variant", "region"),
                    *("operation", "operator", "billing_mode", "above", "names", "of"),
                ],
                name="usage_callday_once",
            ),
        ]
        indexes = [Index(fields=["meter", "day"], name="usage_callday_by_meter")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} {self.model}"
