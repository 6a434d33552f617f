"""Counts of refused work by customer, minute and limit."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.wallets.budgets import limits
from apps.wallets.errors import DimensionRequired, ResourcesPaused, TooManyReservations, WorkPaused
from apps.wallets.models.budgets import ID_LENGTH
from apps.wallets.models.wallets import OrganizationRow


class Refusal(OrganizationRow):
    """How often a limit was the first one to refuse work within a minute.

    A killed server loses up to a few seconds of counts.
    """

    audit_trail = AuditTrail(journal="refusal counts")

    class Reason(models.TextChoices):
        WALLET = limits.WALLET, "Credit"
        INCLUDED_QUOTA = limits.INCLUDED_QUOTA, "Included quota"
        POSTPAID_LIMIT = limits.POSTPAID_LIMIT, "Postpaid limit"
        RESOURCE_SPEND = limits.RESOURCE_SPEND, "Monthly limit for persistent resources"
        BUDGET = limits.BUDGET, "Budget"
        WORK_PAUSED = WorkPaused.code, "New work paused by staff"
        RESOURCES_PAUSED = ResourcesPaused.code, "Persistent resources paused"
        TOO_MANY = TooManyReservations.code, "Too many reservations pending"
        DIMENSION = DimensionRequired.code, "Required dimension missing"

    minute = models.DateTimeField(help_text="Start of the minute.")
    reason = models.CharField(max_length=22, choices=Reason)
    budget = models.CharField(max_length=ID_LENGTH, blank=True, help_text="The budget's id for the customer.")
    bucket = models.CharField(
        max_length=128, blank=True, help_text="The value whose bucket refused, if the budget has one for each value."
    )
    count = models.IntegerField()
    last_at = models.DateTimeField()
    last_work = models.JSONField(default=dict, help_text="Dimensions of the last refused work.")
    last_requested_micros = models.BigIntegerField(help_text="Last refused amount, in micros.")
    last_missing_micros = models.BigIntegerField(help_text="How much room that amount lacked, in micros.")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "minute", "reason", "budget", "bucket"], name="wallets_refusal_once_a_minute"
            ),
            CheckConstraint(name="wallets_refusal_counted", condition=Q(count__gt=0)),
        ]
        indexes = [Index(fields=["minute", "id"], name="wallets_refusal_list")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.minute:%Y-%m-%d %H:%M}"
