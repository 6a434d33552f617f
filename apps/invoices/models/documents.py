"""Invoices and credit notes. A draft can be edited; once it has a number, its content never changes."""

import uuid
from datetime import date, datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import F, Index, Q

from apps.billing_profiles.letterheads import grouped
from apps.billing_profiles.models import NumberRange, Seller
from apps.common.languages import Language
from apps.common.money import Micros, payable_step
from apps.common.triggers import FixedFields, Refused
from apps.contracts.models import Installment, ServiceAgreement
from apps.invoices.balances import Balance, NetAndTax
from apps.invoices.balances import State as BalanceState
from apps.invoices.models.calculations import TaxCalculation
from apps.invoices.models.document_rules import CONSTRAINTS
from apps.wallets.models import OrganizationRow

UNCHANGED = "a document with a number never changes"


class Document(OrganizationRow):
    """An invoice or a credit note. What is left to pay and the state are computed from its sums."""

    class Type(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        CREDIT_NOTE = "credit_note", "Credit note"

    class Kind(models.TextChoices):
        MANUAL = "manual", "By hand"
        USAGE = "usage", "Usage"
        FEE = "fee", "Late fee"
        INSTALLMENT = "installment", "Contract installment"
        TOP_UP = "top_up", "Bought credit"
        AGREEMENT = "agreement", "Service agreement"
        CREDIT_USED = "credit_used", "Usage paid with credit"

    class State(models.TextChoices):
        DRAFT = BalanceState.DRAFT.value, "Draft"
        OPEN = BalanceState.OPEN.value, "Open"
        PART_PAID = BalanceState.PART_PAID.value, "Partly paid"
        PAID = BalanceState.PAID.value, "Paid"
        UNCOLLECTIBLE = BalanceState.UNCOLLECTIBLE.value, "Uncollectible"
        VOID = BalanceState.VOID.value, "Void"
        FINAL = BalanceState.FINAL.value, "Final"

    class ReturnedTo(models.TextChoices):
        BANK = "manual_receipts", "By bank transfer"
        STRIPE = "cash", "By Stripe"
        DISPUTE = "disputes", "By a dispute at Stripe"
        UNAPPLIED = "unapplied", "Kept as unapplied money"
        CREDIT = "wallet", "As credit, when its charges were corrected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=11, choices=Type, default=Type.INVOICE)
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.MANUAL)
    state = models.CharField(max_length=13, choices=State, default=State.DRAFT)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    credited = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        help_text="For a credit note: the invoice that it lowers.",
    )
    installment = models.ForeignKey(
        Installment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        help_text="For an invoice for an installment: that installment.",
    )
    agreement = models.ForeignKey(
        ServiceAgreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="For an invoice for a service agreement: that agreement.",
    )
    period_key = models.CharField(max_length=30, blank=True, help_text="The period of a service agreement.")
    is_on_account = models.BooleanField(
        "on account", default=False, help_text="Whether its credit is granted once the invoice is paid."
    )
    note = models.CharField(max_length=1000, blank=True, help_text="Printed; the reason of a credit note.")
    period_start = models.DateField(null=True, blank=True, help_text="First day of the service.")
    period_end = models.DateField(null=True, blank=True, help_text="First day after the service.")

    # For an invoice for usage: the debt that its window of the book added, and when it is finalized.
    exact_micros = models.BigIntegerField(
        default=0,
        help_text="The exact debt that its usage added; without tax, or with tax if prices include it. "
        "Of a credit note: what was given back.",
    )
    carried_in_micros = models.BigIntegerField(
        default=0, help_text="Rest of earlier invoices that was too small to be paid."
    )
    carried_out_micros = models.BigIntegerField(
        default=0, help_text="Rest that is too small to be paid; it is on the next invoice."
    )
    given_micros = models.BigIntegerField(default=0, help_text="What staff added, less what they took off.")
    book_number = models.BigIntegerField(
        null=True, blank=True, help_text="The last record of the customer's book when it was drafted."
    )
    finalize_on = models.DateField(
        null=True, blank=True, help_text="The day on which a draft is finalized automatically."
    )
    is_held = models.BooleanField("held", default=False, help_text="Whether a draft waits for staff.")
    hold_reason = models.CharField(max_length=500, blank=True)
    freed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was voided so that its usage goes onto another invoice."
    )

    # Fixed when it was finalized.
    number = models.CharField(max_length=60, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    number_range = models.ForeignKey(NumberRange, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    issue_date = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True)
    tax_date = models.DateField(null=True, blank=True, help_text="The day whose tax rates apply.")
    finalized_at = models.DateTimeField(null=True, blank=True)
    net_micros = models.BigIntegerField(default=0)
    tax_micros = models.BigIntegerField(default=0)
    total_micros = models.BigIntegerField(default=0)
    prices_include_tax = models.BooleanField(default=False, help_text="Whether the amounts of its lines include tax.")
    tax_point = models.CharField(max_length=7, choices=Seller.TaxPoint, default=Seller.TaxPoint.INVOICE)
    bad_debt_relief = models.CharField(max_length=12, choices=Seller.BadDebtRelief, default=Seller.BadDebtRelief.NONE)
    tax_calculation = models.ForeignKey(
        TaxCalculation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        help_text="The calculation by Stripe Tax; for a credit note, that of its invoice.",
    )
    tax_currency = models.CharField(
        max_length=3, blank=True, help_text="The currency in which the tax is declared, if it is another one."
    )
    converted_tax_micros = models.BigIntegerField(default=0, help_text="The tax in the tax currency.")
    exchange_rate_micros = models.BigIntegerField(
        null=True, blank=True, help_text="The price of one unit in the tax currency, in micros."
    )
    exchange_rate_on = models.DateField(null=True, blank=True, help_text="The day of the exchange rate.")
    exchange_rate_source = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    purchase_order = models.CharField(max_length=100, blank=True)
    buyer_reference = models.CharField(max_length=100, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)
    terms_text = models.TextField(blank=True)
    footer = models.TextField(blank=True)

    # For a credit note: the part that had been paid, and where that went.
    returned_net_micros = models.BigIntegerField(default=0)
    returned_tax_micros = models.BigIntegerField(default=0)
    returned_to = models.CharField(max_length=15, blank=True, choices=ReturnedTo, help_text="Where the paid part went.")

    # Changed by later documents and money.
    paid_micros = models.BigIntegerField(default=0)
    credited_net_micros = models.BigIntegerField(default=0, help_text="Net credited while it was unpaid.")
    credited_tax_micros = models.BigIntegerField(default=0, help_text="Tax credited while it was unpaid.")
    written_off_micros = models.BigIntegerField(default=0)
    is_given_up = models.BooleanField("uncollectible", default=False)
    paid_on = models.DateField(null=True, blank=True, help_text="Value date of the payment that paid it in full.")
    version = models.PositiveIntegerField(default=0, help_text="Raised by each change of its sums or its state.")
    overdue_told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the customer was notified that it is overdue."
    )

    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "invoice", "invoices and credit notes"
        constraints = CONSTRAINTS
        indexes = [
            Index(
                "organization",
                F("finalized_at").desc(),
                F("id").desc(),
                name="invoices_document_newest",
                condition=~Q(number=""),
            ),
            Index(fields=["seller", "tax_date"], name="invoices_document_tax_date"),
            Index(fields=["number"], name="invoices_document_number", condition=~Q(number="")),
            Index(
                fields=["organization", "due_date"],
                name="invoices_document_open",
                condition=Q(state__in=["open", "part_paid"]),
            ),
            Index(fields=["due_date"], name="invoices_document_due", condition=Q(state__in=["open", "part_paid"])),
            Index(
                fields=["finalize_on"], name="invoices_document_to_finalize", condition=Q(state="draft", is_held=False)
            ),
        ]
        triggers = [
            FixedFields(
                *(
                    "id",
                    "organization",
                    "type",
                    "kind",
                    "seller",
                    "currency",
                    "credited",
                    "installment",
                    "agreement",
                    "period_key",
                    "is_on_account",
                    "note",
                    "period_start",
                    "period_end",
                ),
                *("number", "sequence", "number_range", "issue_date", "due_date", "tax_date", "finalized_at"),
                *("net_micros", "tax_micros", "total_micros", "tax_point", "bad_debt_relief", "language"),
                "tax_calculation",
                *("tax_currency", "converted_tax_micros"),
                *("exchange_rate_micros", "exchange_rate_on", "exchange_rate_source"),
                *("prices_include_tax", "returned_net_micros", "returned_tax_micros", "returned_to"),
                *("exact_micros", "carried_in_micros", "carried_out_micros", "given_micros", "book_number"),
                *("purchase_order", "buyer_reference", "iban", "bic", "bank_name", "terms_text", "footer"),
                *("created_by", "created_at"),
                where="OLD.number <> ''",
                message=UNCHANGED,
            ),
            Refused(
                name="stays_final",
                operation=pgtrigger.Update,
                condition="OLD.number <> '' AND NEW.state = 'draft'",
                message=UNCHANGED,
            ),
            Refused(
                name="kept",
                operation=pgtrigger.Delete,
                condition="OLD.number <> ''",
                message="a document with a number is kept",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"Draft of {self.created_at:%Y-%m-%d}"

    @property
    def is_earned_later(self) -> bool:
        """Whether its net stays on the billed account until it is paid."""
        return self.kind == self.Kind.INSTALLMENT or self.is_on_account

    @property
    def is_bought(self) -> bool:
        """Whether it is for credit that was paid before; such invoices post nothing."""
        return self.kind == self.Kind.TOP_UP and not self.is_on_account

    @property
    def is_paid_with_credit(self) -> bool:
        """Whether credit that was bought without tax paid it before it was drafted; it posts only its tax."""
        return self.kind == self.Kind.CREDIT_USED

    @property
    def is_credited_by_hand(self) -> bool:
        """Whether staff may write credit notes on it.

        Not for bought credit or for usage paid with credit: refunds and corrections make those notes.
        """
        return not (self.is_bought or self.is_paid_with_credit)

    @property
    def is_of_month(self) -> bool:
        """Whether it is drafted at the end of a month, from a window of the book."""
        return self.kind in OF_MONTH

    @property
    def step(self) -> int:
        """The smallest payable amount, in micros."""
        return payable_step(self.currency)

    @property
    def balance(self) -> Balance:
        """The sums of an invoice, as a value."""
        return Balance(
            printed=NetAndTax(Micros(self.net_micros), Micros(self.tax_micros)),
            step=self.step,
            credited=NetAndTax(Micros(self.credited_net_micros), Micros(self.credited_tax_micros)),
            paid=Micros(self.paid_micros),
            written_off=Micros(self.written_off_micros),
            is_given_up=self.is_given_up,
        )

    @property
    def left_micros(self) -> int:
        """What is left to pay; 0 for a credit note or a draft."""
        is_asked = self.type == self.Type.INVOICE and self.state != self.State.DRAFT
        return self.balance.left if is_asked else 0

    @property
    def window_micros(self) -> int:
        """The part of its window's debt that an invoice for usage charges."""
        return self.carried_in_micros + self.exact_micros - self.carried_out_micros

    @property
    def bank_account(self) -> str:
        """The bank account to pay to, as it was when the number was taken; empty if the seller had none."""
        return ", ".join(filter(None, (grouped(self.iban), self.bic, self.bank_name)))

    @property
    def last_day(self) -> date | None:
        """The last day of the service."""
        return self.period_end - timedelta(days=1) if self.period_end else None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it is unpaid after its due date, by the seller's day."""
        return self.state in OUTSTANDING and self.due_date is not None and self.due_date < self.seller.day_of(now)

    def is_reviewed(self, now: datetime) -> bool:
        """Return whether the review days of a draft that is not held are over, by the seller's day."""
        return not self.is_held and self.finalize_on is not None and self.finalize_on <= self.seller.day_of(now)

    def take(self, balance: Balance) -> None:
        """Copy the sums and the state from a balance; the caller saves the fields in `SUMS`."""
        self.paid_micros = balance.paid
        self.credited_net_micros, self.credited_tax_micros = balance.credited.net, balance.credited.tax
        self.written_off_micros, self.is_given_up = balance.written_off, balance.is_given_up
        self.state = self.State(balance.state)
        self.version += 1


# The kinds that are drafted at the end of a month.
OF_MONTH = (Document.Kind.USAGE, Document.Kind.CREDIT_USED)
# The states of an invoice with something left to pay.
OUTSTANDING = (Document.State.OPEN, Document.State.PART_PAID)
# The fields that change after a document has a number.
SUMS = (
    "paid_micros",
    "credited_net_micros",
    "credited_tax_micros",
    "written_off_micros",
    "is_given_up",
    "state",
    "paid_on",
    "version",
    "overdue_told_at",
    "updated_at",
)
