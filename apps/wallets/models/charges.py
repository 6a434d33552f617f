"""Charges: their net amounts, shortfalls and reversals."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.ledger.models import Transfer
from apps.wallets.models.wallets import OrganizationRow


class Shortfall(OrganizationRow):
    """The part of a transfer that no grant covered: overspend, or credit already spent at a refund or lost dispute.

    Later grants cover it, oldest first. The wallet's balance is the grants' remaining minus the shortfalls' remaining.
    """

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_micros = models.BigIntegerField()
    remaining_micros = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="wallets_shortfall_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(
                name="wallets_shortfall_remaining_within_amount",
                condition=Q(remaining_micros__gte=0, remaining_micros__lte=F("amount_micros")),
            ),
            UniqueConstraint(fields=["organization", "transfer"], name="wallets_shortfall_once_per_transfer"),
        ]
        indexes = [
            Index(fields=["organization", "id"], name="wallets_shortfall_open", condition=Q(remaining_micros__gt=0))
        ]
        triggers = [*append_only(updates=True), FixedFields("organization", "transfer", "amount_micros", "recorded_at")]

    def __str__(self) -> str:
        return f"Shortfall of {self.transfer_id}"


class ChargeNet(OrganizationRow):
    """The amount that a charge took from the wallet, and how much of it was credited back or reversed since.

    The rest is undone in a fixed order: the part that no grant covered, then its grants, the last one burned first.
    """

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_micros = models.BigIntegerField()
    undone_micros = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            CheckConstraint(
                name="wallets_chargenet_undone_within_amount",
                condition=Q(undone_micros__gte=0, undone_micros__lte=F("amount_micros")),
            ),
            UniqueConstraint(fields=["organization", "transfer"], name="wallets_chargenet_once_per_transfer"),
        ]
        indexes = [
            Index(
                fields=["organization", "id"],
                name="wallets_chargenet_open",
                condition=Q(undone_micros__lt=F("amount_micros")),
            )
        ]
        triggers = [*append_only(updates=True), FixedFields("organization", "transfer", "amount_micros")]

    def __str__(self) -> str:
        return f"Net of {self.transfer_id}"

    @property
    def left_micros(self) -> int:
        """The amount that may still be undone."""
        return self.amount_micros - self.undone_micros


class ChargeReversal(OrganizationRow):
    """The amount of a charge that a later credit back or reversal undid."""

    charge = models.ForeignKey(ChargeNet, on_delete=models.PROTECT, related_name="reversals")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(name="wallets_chargereversal_amount_positive", condition=Q(amount_micros__gt=0)),
            UniqueConstraint(
                fields=["organization", "charge", "transfer"], name="wallets_chargereversal_once_per_transfer"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.charge_id} by {self.transfer_id}"
