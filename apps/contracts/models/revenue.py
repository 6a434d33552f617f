"""Deferred service revenue of settled installments, by calendar month."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.contracts.models.installments import Installment
from apps.wallets.models import OrganizationRow


class ServiceRevenue(OrganizationRow):
    """The part of a service portion that is earned in one calendar month (UTC), by its share of the period's days."""

    audit_trail = AuditTrail(journal="earned by the clock, with its transfers")

    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="revenue")
    period_start = models.DateField()
    period_end = models.DateField(help_text="First day after the month's part; it is earned from then on.")
    amount_micros = models.BigIntegerField()
    canceled_micros = models.BigIntegerField(default=0, help_text="Refunded before it was earned.")
    recognized_micros = models.BigIntegerField(default=0, help_text="Moved from deferred to revenue.")

    class Meta:
        verbose_name, verbose_name_plural = "month of service revenue", "months of service revenue"
        constraints = [
            UniqueConstraint(
                fields=["organization", "installment", "period_start"], name="contracts_servicerevenue_part_once"
            ),
            CheckConstraint(
                name="contracts_servicerevenue_within_the_amount",
                condition=Q(amount_micros__gt=0, canceled_micros__gte=0, recognized_micros__gte=0)
                & Q(amount_micros__gte=F("canceled_micros") + F("recognized_micros")),
            ),
        ]
        indexes = [
            Index(
                fields=["period_end"],
                name="contracts_servicerevenue_due",
                condition=Q(amount_micros__gt=F("canceled_micros") + F("recognized_micros")),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields("organization", "installment", "period_start", "period_end", "amount_micros"),
        ]

    def __str__(self) -> str:
        return f"{self.installment_id} from {self.period_start}"

    @property
    def unearned_micros(self) -> int:
        """The amount still deferred."""
        return self.amount_micros - self.canceled_micros - self.recognized_micros
