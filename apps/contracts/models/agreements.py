"""Service agreements: one-time or recurring charges, paid from the wallet or by invoice."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q

from apps.common.triggers import FixedFields, append_only
from apps.tenants.models import Organization, Project


class ServiceAgreement(models.Model):
    """A charge due once, monthly, or annually; each period is billed once, when it starts."""

    class ChargeType(models.TextChoices):
        ONE_TIME = "one_time", "Once"
        MONTHLY = "monthly", "Monthly"
        ANNUAL = "annual", "Annually"

    class BillBy(models.TextChoices):
        WALLET = "wallet", "Charge to the wallet"
        INVOICE = "invoice", "Invoice"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Leave empty for the whole organization.",
    )
    description = models.CharField(max_length=500, help_text="The customer sees this text.")
    charge_type = models.CharField(max_length=8, choices=ChargeType)
    amount_micros = models.BigIntegerField(help_text="Price of each period.")
    bill_by = models.CharField(
        max_length=7,
        choices=BillBy,
        default=BillBy.WALLET,
        help_text="Whether each period is charged to the wallet or by an invoice of its own.",
    )
    start_date = models.DateField(
        help_text="First day of the first period; later periods start on the same day of the month."
    )
    end_date = models.DateField(
        null=True, blank=True, help_text="No period that starts on or after this day is billed; empty for no end."
    )
    active = models.BooleanField(default=True)
    next_due_date = models.DateField(
        null=True, blank=True, editable=False, help_text="Start of the next period to bill; empty when none is left."
    )
    billed_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When it was last billed.")
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            CheckConstraint(name="contracts_serviceagreement_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(
                name="contracts_serviceagreement_ends_after_start",
                condition=Q(end_date=None) | Q(end_date__gt=F("start_date")),
            ),
        ]
        indexes = [
            Index(fields=["organization", "created_at"], name="contracts_agreement_newest"),
            Index(fields=["next_due_date"], name="contracts_agreement_due", condition=Q(active=True)),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields("organization", "created_by", "created_at"),
            FixedFields("start_date", "charge_type", name="billed", where="OLD.billed_at IS NOT NULL"),
            FixedFields(
                "amount_micros", name="billed_once", where="OLD.billed_at IS NOT NULL AND OLD.charge_type = 'one_time'"
            ),
        ]

    def __str__(self) -> str:
        return self.description


MONTHS_PER_CHARGE = {ServiceAgreement.ChargeType.MONTHLY: 1, ServiceAgreement.ChargeType.ANNUAL: 12}
