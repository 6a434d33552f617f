"""Imported bank files, the statements in them, and their lines."""

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.bank.matches import Grade
from apps.bank.readers.csv_lines import CsvColumns
from apps.billing_profiles.models import SellerBankAccount
from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.invoices.models import Document, Money
from apps.tenants.models import Organization


class CsvFormat(models.Model):
    """The format of a bank account's CSV files: the names of the columns, and the format of days and amounts."""

    class Delimiter(models.TextChoices):
        SEMICOLON = ";", "Semicolon"
        COMMA = ",", "Comma"
        TAB = "\t", "Tab"

    class DecimalMark(models.TextChoices):
        COMMA = ",", "1.234,50"
        POINT = ".", "1,234.50"

    class Days(models.TextChoices):
        DMY_DOTS = "dmy_dots", "31.12.2026"
        DMY_SHORT = "dmy_short", "31.12.26"
        DMY_SLASHES = "dmy_slashes", "31/12/2026"
        MDY_SLASHES = "mdy_slashes", "12/31/2026"
        ISO = "iso", "2026-12-31"

    account = models.OneToOneField(SellerBankAccount, on_delete=models.CASCADE, related_name="csv_format")
    delimiter = models.CharField(max_length=1, choices=Delimiter, default=Delimiter.SEMICOLON)
    decimal_mark = models.CharField("amounts look like", max_length=1, choices=DecimalMark, default=DecimalMark.COMMA)
    days = models.CharField("days look like", max_length=11, choices=Days, default=Days.DMY_DOTS)
    booking_date = models.CharField(max_length=100, validators=[MinLengthValidator(1)])
    amount = models.CharField(max_length=100, help_text="Signed, or credits only if debits have their own column.")
    value_date = models.CharField(max_length=100, blank=True, help_text="Empty: the booking date.")
    debit = models.CharField(max_length=100, blank=True, help_text="Debits, if they have their own column.")
    text = models.CharField(max_length=100, blank=True, help_text="The remittance text.")
    party_name = models.CharField(max_length=100, blank=True, help_text="The payer or payee.")
    party_iban = models.CharField("party's IBAN", max_length=100, blank=True)
    bank_reference = models.CharField(max_length=100, blank=True, help_text="An id that the bank gives each line once.")
    end_to_end_id = models.CharField("end-to-end id", max_length=100, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "CSV format", "CSV formats"

    def __str__(self) -> str:
        return f"CSV of {self.account}"

    @property
    def columns(self) -> CsvColumns:
        """The format as a value."""
        return CsvColumns(
            delimiter=self.delimiter,
            decimal_mark=self.decimal_mark,
            days=self.days,
            booking_date=self.booking_date,
            amount=self.amount,
            value_date=self.value_date,
            debit=self.debit,
            text=self.text,
            party_name=self.party_name,
            party_iban=self.party_iban,
            bank_reference=self.bank_reference,
            end_to_end_id=self.end_to_end_id,
        )


class BankFile(models.Model):
    """A file of a bank: read when it is uploaded, and imported once as a whole.

    Its content is kept, compressed, until it is imported; the hash stays, so that it is not imported again.
    """

    audit_trail = AuditTrail(excluded=("content",))

    class Format(models.TextChoices):
        CAMT = "camt.053", "CAMT.053"
        MT940 = "mt940", "MT940"
        CSV = "csv", "CSV"

    format = models.CharField(max_length=8, choices=Format)
    account = models.ForeignKey(
        SellerBankAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Account of a CSV file, which does not name it.",
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the uploaded file.")
    content = models.BinaryField(help_text="The file, compressed with gzip; empty once it is imported.")
    line_count = models.PositiveIntegerField("lines")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    imported_by = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["sha256"], name="bank_bankfile_once")]
        triggers = [
            FixedFields("sha256", "created_at"),
            FixedFields(
                *("format", "account", "content", "line_count", "imported_by", "imported_at"),
                name="imported",
                where="OLD.imported_at IS NOT NULL",
                message="an imported file never changes",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class BankStatement(models.Model):
    """One statement of a file, whose balances and lines add up; a CSV file has no balances."""

    audit_trail = AuditTrail(journal="imported once, and fixed")

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="statements")
    account = models.ForeignKey(SellerBankAccount, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=100, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    opening_micros = models.BigIntegerField(null=True, blank=True)
    closing_micros = models.BigIntegerField(null=True, blank=True)
    line_count = models.PositiveIntegerField(
        "lines", help_text="Number of lines, including those of earlier statements."
    )
    new_count = models.PositiveIntegerField("new lines")
    warning = models.CharField(max_length=300, blank=True, help_text="Warning, such as a gap to the statement before.")
    imported_at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["account", "-last_day"], name="bank_statement_latest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.account.iban} {self.reference or self.last_day:}".strip()


class BankLine(models.Model):
    """A movement on a bank account, stored once; staff decide how it is booked.

    A confirmed line was booked as a customer's money, or linked to money or a credit note's refund that was booked
    before. A line set aside is booked as unidentified in the seller's book.
    """

    class State(models.TextChoices):
        NEW = "new", "Not matched"
        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Confirmed"
        SET_ASIDE = "set_aside", "Set aside"
        IGNORED = "ignored", "Ignored"

    class Grade(models.TextChoices):
        SURE = Grade.SURE.value, "Sure"
        LIKELY = Grade.LIKELY.value, "Likely"
        NONE = Grade.NONE.value, "None"

    account = models.ForeignKey(SellerBankAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=80, help_text="The same in every statement that has the line.")
    amount_micros = models.BigIntegerField(help_text="Positive: received. Negative: paid.")
    booking_date = models.DateField()
    value_date = models.DateField()
    is_reversal = models.BooleanField("reversal", default=False)
    bank_reference = models.CharField(max_length=100, blank=True)
    end_to_end_id = models.CharField("end-to-end id", max_length=100, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    party_name = models.CharField("payer or payee", max_length=200, blank=True)
    party_iban = models.CharField("their IBAN", max_length=34, blank=True)
    return_code = models.CharField(max_length=35, blank=True, help_text="Why the bank returned it.")

    state = models.CharField(max_length=9, choices=State, default=State.NEW)
    grade = models.CharField("match", max_length=6, choices=Grade, default=Grade.NONE)
    score = models.SmallIntegerField(default=0)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    money = models.ForeignKey(Money, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_lines")
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The credit note that it refunds.",
    )
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was set aside or ignored.")
    is_unidentified = models.BooleanField(
        default=False, help_text="Whether it is booked as unidentified in the seller's book."
    )
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "bank line", "bank lines"
        constraints = [
            UniqueConstraint(fields=["account", "key"], name="bank_bankline_once_for_ever"),
            CheckConstraint(name="bank_bankline_moves", condition=~Q(amount_micros=0)),
            CheckConstraint(
                name="bank_bankline_confirmed_is_booked",
                condition=~Q(state="confirmed")
                | Q(organization__isnull=False, is_unidentified=False)
                & (Q(money__isnull=False, document=None) | Q(money=None, document__isnull=False)),
            ),
            CheckConstraint(
                name="bank_bankline_unidentified_is_set_aside",
                condition=Q(is_unidentified=False) | Q(state="set_aside", amount_micros__gt=0),
            ),
        ]
        indexes = [
            Index(
                fields=["account", "value_date"],
                name="bank_line_open",
                condition=Q(state__in=["new", "proposed", "set_aside"]),
            ),
            Index(fields=["amount_micros"], name="bank_line_amount"),
            Index(fields=["party_iban"], name="bank_line_iban", condition=~Q(party_iban="")),
            Index(fields=["bank_reference"], name="bank_line_reference", condition=~Q(bank_reference="")),
            Index(fields=["end_to_end_id"], name="bank_line_end_to_end", condition=~Q(end_to_end_id="")),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                *("account", "statement", "key", "amount_micros", "booking_date", "value_date", "is_reversal"),
                *("bank_reference", "end_to_end_id", "text", "party_name", "party_iban", "return_code", "created_at"),
            ),
            FixedFields(
                *("state", "organization", "money", "document"),
                name="confirmed",
                where="OLD.state = 'confirmed'",
                message="a confirmed bank line stays confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value_date} {self.party_name or self.text[:40] or self.bank_reference or 'bank line'}"

    @property
    def currency(self) -> str:
        """The currency of its account."""
        return self.account.currency


# The states in which staff must settle a line; money that was set aside still has to be identified.
UNMATCHED = (BankLine.State.NEW, BankLine.State.PROPOSED)
OPEN = (*UNMATCHED, BankLine.State.SET_ASIDE)
