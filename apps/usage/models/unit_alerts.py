"""Alerts about the units that are left of a plan's allocation."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.money import from_micros
from apps.common.triggers import FixedFields
from apps.tenants.models import Organization


class UnitAlert(models.Model):
    """A number of units at which a customer is notified that few are left in the allocation period."""

    audit_trail = AuditTrail(journal="customers set them; each change sends a notice")

    class Unit(models.TextChoices):
        EXPLORER = "explorer_units", "Explorer units"
        DEVELOPER = "developer_units", "Developer units"
        CREDITS = "credits", "Credits"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.CharField(max_length=15, choices=Unit)
    threshold_micros = models.BigIntegerField(help_text="In micros of the unit.")
    is_low = models.BooleanField(default=False, help_text="Whether the units left are at or below the threshold.")
    version = models.PositiveIntegerField(default=0, help_text="How often the alarm was raised or cleared.")
    mailed_at = models.DateTimeField(null=True, help_text="When the alarm was last emailed.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "unit", "threshold_micros"], name="usage_unitalert_once"),
            CheckConstraint(name="usage_unitalert_not_negative", condition=Q(threshold_micros__gte=0)),
        ]
        triggers = [FixedFields("organization", "unit", "threshold_micros", "created_at")]

    def __str__(self) -> str:
        return f"{self.get_unit_display()} at {from_micros(self.threshold_micros)}"
