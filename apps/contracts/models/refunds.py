"""Refunds and lost disputes of installments, with the amount taken from each account so that it can be restored."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.contracts.models.installments import Installment, InstallmentSurplus, MoneyAccount
from apps.wallets.models import OrganizationRow


class InstallmentRefund(OrganizationRow):
    """One refund or lost dispute, split into credit, deferred service, and revenue."""

    audit_trail = AuditTrail(journal="with created_by, and its transfers")

    class Kind(models.TextChoices):
        REFUND = "refund", "Refund"
        DISPUTE = "dispute", "Lost dispute"

    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="refunds")
    surplus = models.ForeignKey(
        InstallmentSurplus,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        help_text="The overpayment it refunds, if any.",
    )
    key = models.CharField(max_length=150, help_text="The order key; for an overpayment, with the overpayment's id.")
    order_key = models.CharField(
        max_length=150,
        help_text="Identifies the external refund or dispute; all rows of one share it.",
    )
    kind = models.CharField(max_length=7, choices=Kind)
    amount_micros = models.BigIntegerField(help_text="Money refunded.")
    paid_to = models.CharField(max_length=20, choices=MoneyAccount, help_text="How it was refunded.")
    value_date = models.DateField(
        null=True, blank=True, help_text="The day from which a bank transfer counts as sent; empty for other refunds."
    )
    was_settled = models.BooleanField(help_text="Whether the installment was settled at the time.")
    credit_micros = models.BigIntegerField(default=0, help_text="Part of the money that had become credit.")
    unearned_micros = models.BigIntegerField(default=0, help_text="Part of the service not yet earned.")
    earned_micros = models.BigIntegerField(default=0, help_text="Part of the service already earned.")
    promo_credit_micros = models.BigIntegerField(default=0, help_text="Credit paid for by a discount and taken back.")
    promo_unearned_micros = models.BigIntegerField(default=0)
    promo_earned_micros = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True, help_text="When the refund failed or the dispute was won.")

    class Meta:
        verbose_name, verbose_name_plural = "installment refund", "installment refunds"
        constraints = [
            UniqueConstraint(fields=["organization", "key"], name="contracts_installmentrefund_key_once"),
            CheckConstraint(name="contracts_installmentrefund_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(
                name="contracts_installmentrefund_parts_are_the_amount",
                condition=Q(
                    was_settled=True,
                    amount_micros=F("credit_micros") + F("unearned_micros") + F("earned_micros"),
                )
                | Q(was_settled=False, credit_micros=0, unearned_micros=0, earned_micros=0),
            ),
        ]
        indexes = [Index(fields=["organization", "order_key"], name="contracts_refund_by_order")]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                "organization",
                "installment",
                "surplus",
                "key",
                "order_key",
                "kind",
                "amount_micros",
                "paid_to",
                "value_date",
                "was_settled",
                "credit_micros",
                "unearned_micros",
                "earned_micros",
                "promo_credit_micros",
                "promo_unearned_micros",
                "promo_earned_micros",
                "reason",
                "created_by",
                "created_at",
            ),
            FixedFields("undone_at", name="undone_once", where="OLD.undone_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return self.key
