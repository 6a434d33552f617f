"""The bank accounts from which customers pay."""

from django.db import models
from django.db.models import Index, UniqueConstraint

from apps.bank.models.statements import BankLine
from apps.wallets.models import OfOrganization


class BankIdentity(OfOrganization):
    """An IBAN from which a customer paid, learned when a person confirmed it. One of two customers proves nothing."""

    iban = models.CharField("IBAN", max_length=34)
    name = models.CharField(max_length=200, blank=True, help_text="The payer's name on the statement.")
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="+", help_text="Where it was learned.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "bank identity", "bank identities"
        constraints = [UniqueConstraint(fields=["organization", "iban"], name="bank_bankidentity_once_per_customer")]
        indexes = [Index(fields=["iban"], name="bank_identity_iban")]

    def __str__(self) -> str:
        return self.iban
