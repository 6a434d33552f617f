"""Months of usage events that are stored in files, and copies of those events that lists of the newest still show."""

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q

from apps.common.triggers import Refused, append_only
from apps.tenants.models import Organization


class ArchivedMonth(models.Model):
    """A month whose events are in a Parquet file. The file was read back and compared before this row was written.

    The row is written before the partition is detached. While both exist, the partition is read.
    """

    month = models.DateField(
        primary_key=True, help_text="First day of the UTC month in which its events were recorded."
    )
    file = models.CharField(max_length=255, help_text="Name of the file in ARCHIVE_DIR.")
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal digits.")
    row_count = models.BigIntegerField()
    charge_micros = models.BigIntegerField(help_text="Sum of its events' charges, in micros, over all currencies.")
    archived_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="usage_archivedmonth_is_a_first_day", condition=Q(month__day=1)),
            CheckConstraint(name="usage_archivedmonth_not_negative", condition=Q(row_count__gte=0)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class RecentArchivedEvent(models.Model):
    """A rated event of an archived month that is still among its organization's newest 100.

    It has the columns of `UsageEvent` that lists of the newest events show, with the same values. Archiving a month
    writes its rows, and deletes those of earlier months that are no longer among the newest 100.
    """

    event = models.BigIntegerField(primary_key=True, help_text="The key of the event's row in the file.")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    event_id = models.CharField("id", max_length=200)
    source = models.CharField(max_length=200)
    meter_slug = models.CharField("type", max_length=64)
    quantity_micros = models.BigIntegerField(null=True)
    input_tokens = models.BigIntegerField(null=True)
    output_tokens = models.BigIntegerField(null=True)
    charge_micros = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    counted_on = models.DateField()

    class Meta:
        indexes = [Index(fields=["organization", "counted_on", "event"], name="usage_recentarchived_by_day")]
        triggers = [Refused(name="unchanged", operation=pgtrigger.Update, message="{table} is written once")]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"
