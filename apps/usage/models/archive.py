"""Months of usage events that are stored in files."""

from django.db import models
from django.db.models import CheckConstraint, Q

from apps.common.triggers import append_only


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
