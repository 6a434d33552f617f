"""What charges took, what of them no grant covered, and what of them was undone."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.ledger.models import Transfer
from apps.wallets.models.wallets import OfOrganization


class Shortfall(OfOrganization):
    """What no grant covered of a transfer: overspend by work already done, or debt after a refund or a dispute.

    Later grants pay it, oldest first. The wallet's balance is the grants' remaining minus the shortfalls' remaining.
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


class ChargeNet(OfOrganization):
    """What a charge took from the wallet, and how much of that was given back or reversed since: never more.

    What is left of it comes back in one order: what no grant covered, then its grants, the one burnt last first.
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
        """What may still come back of the charge."""
        return self.amount_micros - self.undone_micros


class Undoing(OfOrganization):
    """How much of a charge a later transfer, a giving back or a reversal, undid."""

    charge = models.ForeignKey(ChargeNet, on_delete=models.PROTECT, related_name="undoings")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(name="wallets_undoing_amount_positive", condition=Q(amount_micros__gt=0)),
            UniqueConstraint(fields=["organization", "charge", "transfer"], name="wallets_undoing_once_per_transfer"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.charge_id} by {self.transfer_id}"
