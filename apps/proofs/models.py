"""Evidence against tampering: links of the audit trail, day heads and signed day roots, and marks of proven records.

A chain is named by its book's id, `audit`, or `prices:` and the id of a price book. `roots` has a mark, too, for what
was found about the day roots.
"""

from auditlog.models import LogEntry
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.ledger.records import HASH_BYTES
from apps.proofs.signatures import KEY_ID_LENGTH

AUDIT = "audit"
ROOTS = "roots"
CHAIN_LENGTH = 48


class AuditLink(models.Model):
    """A link of the audit trail's chain to an entry, added within a minute of the entry's commit."""

    number = models.BigIntegerField(primary_key=True, help_text="1, 2, 3 … without gaps.")
    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="+")
    hash = models.BinaryField(max_length=HASH_BYTES, help_text="SHA-256 over the previous hash and the entry.")

    class Meta:
        constraints = [CheckConstraint(name="proofs_auditlink_number_positive", condition=Q(number__gt=0))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.number}"


class DayHead(models.Model):
    """The last record of a chain when a day was sealed; written only if the chain grew since its previous head."""

    chain = models.CharField(max_length=CHAIN_LENGTH)
    day = models.DateField()
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["chain", "day"], name="proofs_dayhead_once_per_day"),
            CheckConstraint(name="proofs_dayhead_number_positive", condition=Q(number__gt=0)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.chain} {self.day}"


class DayRoot(models.Model):
    """A signed hash over the heads of all chains when a UTC day was sealed, after the day's end."""

    day = models.DateField(primary_key=True)
    root = models.BinaryField(max_length=HASH_BYTES)
    leaf_count = models.PositiveIntegerField(help_text="Number of chains with a record.")
    key_id = models.CharField(max_length=KEY_ID_LENGTH, help_text="Public key (Ed25519) of the signature.")
    signature = models.BinaryField(max_length=64)
    sealed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When PROOF_URL confirmed receipt.")

    class Meta:
        triggers = [
            *append_only(updates=True),
            FixedFields("day", "root", "leaf_count", "key_id", "signature", "sealed_at"),
            FixedFields("sent_at", name="sent", where="OLD.sent_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class ProofMark(models.Model):
    """How far a chain is proven, and its sums at that record; the next proof continues from there."""

    chain = models.CharField(max_length=CHAIN_LENGTH, primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=HASH_BYTES)
    sums = models.JSONField(default=dict, help_text="Sums of the records up to there, in micros.")
    proven_at = models.DateTimeField()
    found = models.TextField(blank=True, help_text="Finding of the last proof; empty if it found nothing.")

    class Meta:
        indexes = [models.Index(fields=["chain"], name="proofs_mark_broken", condition=~Q(found=""))]

    def __str__(self) -> str:
        return f"{self.chain} {self.number}"
