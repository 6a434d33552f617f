"""Balance transactions at Stripe, payouts to the bank, and each customer's part of a payout."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.tenants.models import Organization


class Payout(models.Model):
    """A transfer from Stripe to our bank account; a negative amount is a transfer to Stripe."""

    audit_trail = AuditTrail(journal="a copy of Stripe's payouts, kept by a task")

    stripe_id = models.CharField(max_length=255, unique=True)
    amount_micros = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=40, help_text="Stripe's status, unchanged.")
    is_automatic = models.BooleanField(
        "automatic", default=True, help_text="Stripe lists the transactions only of automatic payouts."
    )
    arrival_date = models.DateField()
    created_at = models.DateTimeField(help_text="When Stripe made it.")
    split_at = models.DateTimeField(
        "shared out at", null=True, blank=True, help_text="When it was split over the books that it pays."
    )
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="When its postings were undone because it failed."
    )

    class Meta:
        triggers = [
            *append_only(updates=True),
            FixedFields("stripe_id", "amount_micros", "currency", "created_at"),
        ]

    def __str__(self) -> str:
        return self.stripe_id


class BalanceTransaction(models.Model):
    """A movement of the balance at Stripe, with Stripe's fee and the customer of its payment or refund."""

    audit_trail = AuditTrail(journal="a copy of Stripe's balance transactions, kept by a task")

    stripe_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=60)
    category = models.CharField(max_length=60, blank=True, help_text="Stripe's reporting category.")
    source_id = models.CharField(max_length=255, blank=True)
    payment_intent_id = models.CharField(max_length=255, blank=True)
    amount_micros = models.BigIntegerField(help_text="Before the fee; negative if paid out or returned.")
    fee_micros = models.BigIntegerField(help_text="Stripe's fee.")
    currency = models.CharField(max_length=3)
    is_exchanged = models.BooleanField(
        "exchanged", default=False, help_text="Whether Stripe converted it from another currency."
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The customer whose money it is, if any.",
    )
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, blank=True, related_name="transactions")
    created_at = models.DateTimeField(help_text="When Stripe made it.")
    fetched_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True, blank=True, help_text="When its fee, or all of it, was booked.")

    class Meta:
        indexes = [
            Index(fields=["created_at"], name="payments_movement_newest"),
            Index(fields=["organization", "created_at"], name="payments_movement_of"),
            Index(fields=["payment_intent_id"], name="payments_movement_intent", condition=~Q(payment_intent_id="")),
            Index(fields=["id"], name="payments_movement_unbooked", condition=Q(booked_at=None)),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields("stripe_id", "type", "amount_micros", "fee_micros", "currency", "created_at"),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def net_micros(self) -> int:
        """The change of the balance."""
        return self.amount_micros - self.fee_micros


class PayoutPart(models.Model):
    """The part of a payout that is one customer's money, net of fees; without a customer, the rest."""

    audit_trail = AuditTrail(journal="made with the payout's split")

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="parts")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    amount_micros = models.BigIntegerField()
    posted_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "payout"], nulls_distinct=False, name="payments_payoutpart_once_per_book"
            ),
            CheckConstraint(name="payments_payoutpart_moves", condition=~Q(amount_micros=0)),
            CheckConstraint(
                name="payments_payoutpart_undone_was_posted", condition=Q(undone_at=None) | Q(posted_at__isnull=False)
            ),
        ]
        triggers = [*append_only(updates=True), FixedFields("payout", "organization", "amount_micros")]

    def __str__(self) -> str:
        return f"{self.payout}: {self.organization or 'no customer'}"
