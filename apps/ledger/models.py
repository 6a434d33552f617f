"""Double-entry accounts, transfers, append-only entries and holds. Independent of tenants, Stripe and HTTP."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.causes import ID_LENGTH, TYPE_LENGTH, Cause
from apps.common.triggers import FixedFields, append_only
from apps.ledger.journal import DESCRIPTION_LENGTH
from apps.ledger.keys import KEY_LENGTH
from apps.ledger.records import HASH_BYTES


class Book(models.Model):
    """The accounts, transfers, entries and holds of one customer. Every write to them locks this row first.

    The caller chooses the id when it opens a book; the ledger does not know whose book it is.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.CharField(max_length=24, help_text="ISO 4217 currency or named unit of its accounts.")
    version = models.BigIntegerField(default=0, help_text="Number of writes, including holds.")
    number = models.BigIntegerField(default=0, help_text="Number of its last record.")
    head = models.BinaryField(max_length=HASH_BYTES, help_text="Hash of its last record.")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="ledger_book_version_not_negative", condition=Q(version__gte=0)),
            CheckConstraint(name="ledger_book_number_not_negative", condition=Q(number__gte=0)),
        ]
        triggers = [*append_only(updates=True), FixedFields("id", "unit", "opened_at")]

    def __str__(self) -> str:
        return str(self.pk)


class BookRow(models.Model):
    """A row that belongs to one book; if books are sharded, it is on the book's node."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Account(BookRow):
    """An account of a book: a balance in one unit. The row has the running totals, which must equal the sums of the
    entries."""

    code = models.CharField(max_length=120, help_text="Code in the chart of accounts, e.g. org:<id>:wallet.")
    role = models.CharField(max_length=24, help_text="Purpose in the chart of accounts, e.g. wallet.")
    unit = models.CharField(max_length=24, help_text="ISO 4217 currency or named unit of its amounts.")
    balance_micros = models.BigIntegerField(default=0, help_text="Sum of its entries, in micros.")
    held_micros = models.BigIntegerField(default=0, help_text="Sum of its pending holds, in micros.")
    pending_holds = models.IntegerField(default=0, help_text="Number of its pending holds.")
    version = models.BigIntegerField(default=0, help_text="Number of its entries; version of the last one.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="ledger_account_held_not_negative", condition=Q(held_micros__gte=0)),
            CheckConstraint(name="ledger_account_holds_not_negative", condition=Q(pending_holds__gte=0)),
            CheckConstraint(name="ledger_account_version_not_negative", condition=Q(version__gte=0)),
            UniqueConstraint(fields=["book", "code"], name="ledger_account_code_once_per_book"),
            UniqueConstraint(fields=["book", "role", "unit"], name="ledger_account_role_once_per_unit"),
        ]
        indexes = [
            Index(fields=["code"], name="ledger_account_by_code", opclasses=["varchar_pattern_ops"]),
            Index(fields=["role", "unit"], name="ledger_account_by_role"),
        ]
        triggers = [*append_only(updates=True), FixedFields("book", "code", "role", "unit", "created_at")]

    def __str__(self) -> str:
        return self.code


class Transfer(BookRow):
    """A positive amount moved from one account to another. Never changed: a correction is a new, reversing transfer."""

    number = models.BigIntegerField(help_text="1, 2, 3 … over the records of its book, without gaps.")
    key = models.CharField(max_length=KEY_LENGTH, help_text="Idempotency key; unique per book.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the request made under the key.")
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", help_text="Balance goes down.")
    destination = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", help_text="Balance goes up.")
    amount_micros = models.BigIntegerField()
    kind = models.CharField(max_length=24)
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    created_by = models.CharField(max_length=200)
    cause_type = models.CharField(max_length=TYPE_LENGTH, help_text="Registered type of the row that caused it.")
    cause_id = models.CharField(max_length=ID_LENGTH, help_text="The key of the row that caused it.")
    metadata = models.JSONField(default=dict, help_text="Further facts, such as tokens or traffic source.")
    hash = models.BinaryField(max_length=HASH_BYTES, help_text="SHA-256 over the previous hash and this record.")
    grant_terms = models.JSONField(
        default=dict,
        help_text="Chained terms of the grant that it made (`grant`), or the grant end that it set (`ends`).",
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    effective_at = models.DateTimeField(help_text="When it takes effect.")
    recorded_at = models.DateTimeField(help_text="When it was recorded.")

    class Meta:
        constraints = [
            CheckConstraint(name="ledger_transfer_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(name="ledger_transfer_two_accounts", condition=~Q(source=F("destination"))),
            CheckConstraint(name="ledger_transfer_number_positive", condition=Q(number__gt=0)),
            UniqueConstraint(fields=["book", "number"], name="ledger_transfer_number_once_per_book"),
            UniqueConstraint(fields=["book", "key"], name="ledger_transfer_key_once_per_book"),
            UniqueConstraint(fields=["book", "reverses"], name="ledger_transfer_reversed_once"),
            CheckConstraint(name="ledger_transfer_has_a_cause", condition=~Q(cause_type="") & ~Q(cause_id="")),
        ]
        indexes = [
            Index(fields=["key"], name="ledger_transfer_by_key"),
            Index(fields=["recorded_at"], name="ledger_transfer_recorded"),
            Index(fields=["amount_micros"], name="ledger_transfer_by_amount"),
            Index(fields=["book", "cause_type", "cause_id"], name="ledger_transfer_by_cause"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.key

    @property
    def cause(self) -> Cause:
        """The row that caused it."""
        return Cause(self.cause_type, self.cause_id)


class Entry(BookRow):
    """One side of a transfer, with the account's balance and version right after it. Never changed, never deleted."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries", db_index=False)
    amount_micros = models.BigIntegerField(help_text="Positive in, negative out.")
    balance_after_micros = models.BigIntegerField()
    account_version = models.BigIntegerField(help_text="1, 2, 3 … per account, without gaps.")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            CheckConstraint(name="ledger_entry_amount_not_zero", condition=~Q(amount_micros=0)),
            UniqueConstraint(
                fields=["book", "account", "account_version"], name="ledger_entry_version_once_per_account"
            ),
            UniqueConstraint(fields=["book", "transfer", "account"], name="ledger_entry_one_side_per_account"),
        ]
        indexes = [
            Index(fields=["account", "recorded_at", "account_version"], name="ledger_entry_page"),
            Index(fields=["account", "effective_at"], name="ledger_entry_effective"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.account_id}/{self.account_version}"


class Hold(BookRow):
    """Money set aside on an account until it is captured, released or expires.

    A hold whose `expires_at` has passed counts as expired even before a job sets its status.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        CAPTURED = "captured", "Captured"
        RELEASED = "released", "Released"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=KEY_LENGTH)
    fingerprint = models.CharField(max_length=64)
    amount_micros = models.BigIntegerField()
    captured_micros = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    metadata = models.JSONField(default=dict, blank=True, help_text="Metadata as the caller sent it.")
    dimensions = models.JSONField(default=dict, blank=True, help_text="Dimensions of the work, such as its project.")
    bucket_ids = ArrayField(models.UUIDField(), default=list, blank=True, help_text="Budget counters that count it.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="First moment at which it no longer counts; empty for no end."
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(name="ledger_hold_amount_not_negative", condition=Q(amount_micros__gte=0)),
            CheckConstraint(name="ledger_hold_captured_not_negative", condition=Q(captured_micros__gte=0)),
            CheckConstraint(
                name="ledger_hold_captured_within_amount", condition=Q(captured_micros__lte=F("amount_micros"))
            ),
            CheckConstraint(
                name="ledger_hold_closed_when_not_pending",
                condition=Q(status="pending", closed_at=None) | (~Q(status="pending") & Q(closed_at__isnull=False)),
            ),
            CheckConstraint(
                name="ledger_hold_captures_only_when_captured", condition=Q(status="captured") | Q(captured_micros=0)
            ),
            UniqueConstraint(fields=["book", "key"], name="ledger_hold_key_once_per_book"),
        ]
        indexes = [
            Index(fields=["key"], name="ledger_hold_by_key"),
            Index(fields=["book", "expires_at"], name="ledger_hold_ended", condition=Q(status="pending")),
            Index(fields=["account", "created_at"], name="ledger_hold_newest"),
            Index(fields=["created_at", "id"], name="ledger_hold_list"),
            Index(fields=["created_at", "id"], name="ledger_hold_expired", condition=Q(status="expired")),
            Index(fields=["expires_at"], name="ledger_hold_due", condition=Q(status="pending")),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                "id",
                "book",
                "account",
                "key",
                "fingerprint",
                "amount_micros",
                "metadata",
                "dimensions",
                "bucket_ids",
                "created_by",
                "created_at",
            ),
            FixedFields(
                "status", "captured_micros", "expires_at", "closed_at", name="ended", where="OLD.status <> 'pending'"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class HoldTotal(BookRow):
    """The number and total amount of an account's ended holds per status, updated when a hold ends.

    An account can have millions of ended holds; statistics read these rows and the few pending holds instead.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="hold_totals", db_index=False)
    status = models.CharField(max_length=8, choices=Hold.Status)
    hold_count = models.BigIntegerField()
    amount_micros = models.BigIntegerField(help_text="Sum of the holds' amounts, in micros.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["book", "account", "status"], name="ledger_holdtotal_once_per_status"),
            CheckConstraint(name="ledger_holdtotal_of_ended_holds", condition=~Q(status="pending")),
        ]
        triggers = [*append_only(updates=True), FixedFields("book", "account", "status")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.status}"


class Checkpoint(BookRow):
    """The sum of an account's entries up to a version, so that a check adds up only the later ones.

    It is computed from the entries, never from the running balance: a job sums all of them, and between its runs, a
    write that takes the account a thousand versions further adds the entries since.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="checkpoint", db_index=False)
    through_version = models.BigIntegerField()
    entries_micros = models.BigIntegerField(help_text="Sum of the entries up to that version, in micros.")
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["book", "account"], name="ledger_checkpoint_once_per_account")]

    def __str__(self) -> str:
        return f"{self.account_id} through {self.through_version}"


class BookNote(BookRow):
    """A record that moved no money but changed a chained fact: a grant's end, or shortfalls paid by freed credit."""

    number = models.BigIntegerField(help_text="Number among the records of its book.")
    what = models.CharField(max_length=24, help_text="grant_end or cover.")
    body = models.JSONField(help_text="Content that the hash covers.")
    hash = models.BinaryField(max_length=HASH_BYTES, help_text="SHA-256 over the previous hash and this record.")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["book", "number"], name="ledger_booknote_number_once_per_book")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.book_id} {self.number}"
