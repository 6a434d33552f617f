"""Sellers: our legal entities, their bank accounts, and the numbers of their documents."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.billing_profiles.models.addresses import Address
from apps.common.audit_settings import AuditTrail
from apps.common.languages import Language
from apps.common.triggers import FixedFields, Refused

TAX_CODE = RegexValidator(r"^txcd_[0-9]{8}\Z", "The tax code must be txcd_ and eight digits, as Stripe lists them.")
CURRENCY = RegexValidator(r"^[A-Z]{3}\Z", "The currency must be three capital letters, such as EUR.")


class Seller(Address):
    """A legal entity of ours that issues invoices. Documents keep its values as they were when finalized."""

    audit_trail = AuditTrail(excluded=("logo", "updated_at"))

    class TaxEngine(models.TextChoices):
        NONE = "none", "No tax is charged"
        TABLE = "table", "The tax table"
        STRIPE = "stripe", "Stripe Tax"

    class TaxPoint(models.TextChoices):
        INVOICE = "invoice", "When invoiced"
        PAYMENT = "payment", "When paid"

    class BadDebtRelief(models.TextChoices):
        NONE = "none", "None"
        AT_WRITE_OFF = "at_write_off", "When written off"

    class UntaxedCategory(models.TextChoices):
        OUTSIDE = "O", "Outside the scope of tax"
        EXEMPT = "E", "Exempt"

    legal_name = models.CharField(max_length=200)
    trade_name = models.CharField(
        max_length=200, blank=True, help_text="The name that staff see. Empty: the legal name."
    )
    register_text = models.CharField(
        max_length=200, blank=True, help_text="The entry in the company register, such as HRB 12345, Berlin."
    )
    vat_number = models.CharField("VAT number", max_length=20, blank=True, help_text="Including the country's letters.")
    tax_number = models.CharField(max_length=30, blank=True, help_text="The number at the local tax office.")
    logo = models.BinaryField(default=bytes, blank=True, help_text="PNG or JPEG, shown at the top of papers.")
    footer = models.TextField(blank=True, max_length=1000, help_text="Printed at the foot of each page.")
    terms_text = models.TextField(blank=True, max_length=2000, help_text="Payment terms, printed below the sums.")
    language = models.CharField(
        max_length=2,
        choices=Language,
        default=Language.ENGLISH,
        help_text="Language of papers, unless the customer has one.",
    )
    time_zone = models.CharField(max_length=60, default="UTC", help_text="Time zone of the dates on papers.")
    mail_sender = models.CharField(
        "sender of emails",
        max_length=254,
        blank=True,
        help_text="Such as Example GmbH <billing@example.de>; the mail server must be allowed to send for it. "
        "Empty: the site's sender.",
    )
    tax_currency = models.CharField(
        max_length=3, validators=[CURRENCY], help_text="The currency in which tax is declared."
    )
    tax_engine = models.CharField(max_length=6, choices=TaxEngine, default=TaxEngine.NONE)
    usage_tax_code = models.CharField(
        "Stripe's tax code of usage",
        max_length=13,
        blank=True,
        validators=[TAX_CODE],
        help_text="Such as txcd_10103001 for software as a service; empty for the default of Stripe's settings.",
    )
    service_tax_code = models.CharField(
        "Stripe's tax code of services",
        max_length=13,
        blank=True,
        validators=[TAX_CODE],
        help_text="Such as txcd_20030000 for services; empty for the default of Stripe's settings.",
    )
    credit_tax_code = models.CharField(
        "Stripe's tax code of credit",
        max_length=13,
        blank=True,
        validators=[TAX_CODE],
        help_text="Of prepaid credit; empty for the default of Stripe's settings.",
    )
    untaxed_category = models.CharField(
        max_length=1,
        choices=UntaxedCategory,
        default=UntaxedCategory.OUTSIDE,
        help_text="The tax category of all lines if no tax is charged.",
    )
    untaxed_reason = models.CharField(
        max_length=200, blank=True, help_text="Why no tax is charged, printed on invoices without tax."
    )
    prices_include_tax = models.BooleanField(default=False, help_text="Whether all prices include tax.")
    tax_point = models.CharField(
        max_length=7, choices=TaxPoint, default=TaxPoint.INVOICE, help_text="When tax is owed to the tax authority."
    )
    bad_debt_relief = models.CharField(
        max_length=12,
        choices=BadDebtRelief,
        default=BadDebtRelief.NONE,
        help_text="Whether the authority refunds the tax on a written-off debt.",
    )
    terms_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(365)], help_text="Days until an invoice is due."
    )
    review_days = models.PositiveSmallIntegerField(
        default=3,
        validators=[MaxValueValidator(28)],
        help_text="Days for the review of drafts for usage before they are finalized. 0: at once.",
    )
    credit_notes_share_numbers = models.BooleanField(
        default=False, help_text="Whether credit notes take their numbers from the range of invoices."
    )
    closed_through = models.DateField(
        null=True,
        blank=True,
        help_text="Last day of the closed books: money with a value date up to it counts from the day after.",
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["legal_name"], name="billing_profiles_seller_name_once"),
            CheckConstraint(name="billing_profiles_seller_terms", condition=Q(terms_days__range=(1, 365))),
        ]

    def __str__(self) -> str:
        return self.trade_name or self.legal_name

    @property
    def tax_codes(self) -> dict[str, str]:
        """Stripe's tax codes by product of the tax table."""
        return {"usage": self.usage_tax_code, "service": self.service_tax_code, "credit": self.credit_tax_code}

    def day_of(self, now: datetime) -> date:
        """Return the seller's day at a time."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def start_of(self, day: date) -> datetime:
        """Return the first moment of a day of the seller's."""
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.time_zone))


class SellerBankAccount(models.Model):
    """A bank account of a seller, printed on invoices in its currency."""

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="bank_accounts")
    currency = models.CharField(max_length=3, validators=[CURRENCY])
    iban = models.CharField("IBAN", max_length=34)
    bic = models.CharField("BIC", max_length=11, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["iban"], name="billing_profiles_sellerbankaccount_once"),
            UniqueConstraint(fields=["seller", "currency"], name="billing_profiles_sellerbankaccount_one_per_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.iban}, {self.currency}"


class NumberRange(models.Model):
    """The numbers of a seller's documents of one kind in one year, without gaps.

    A number is taken by the last statement before commit: the row stays locked until then, and a rollback gives the
    number back. Issue dates in a range never go back.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoices"
        CREDIT_NOTE = "credit_note", "Credit notes"
        RECEIPT = "receipt", "Receipts"
        ORDER_FORM = "order_form", "Order forms"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="number_ranges", db_index=False)
    kind = models.CharField(max_length=11, choices=Kind)
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(9999)])
    pattern = models.CharField(
        max_length=40,
        help_text=(
            "How numbers look, such as EX-{year}-{n:05}; fixed by the first number. "
            "A year without a range takes the pattern of the year before."
        ),
    )
    next_number = models.PositiveIntegerField(default=1, editable=False)
    last_issue_date = models.DateField(null=True, editable=False, help_text="The issue date of the last number.")

    class Meta:
        constraints = [
            # The only unique rule: numbers are taken by INSERT … ON CONFLICT, which waits for this one alone.
            UniqueConstraint(fields=["seller", "kind", "year"], name="billing_profiles_numberrange_once"),
            CheckConstraint(
                name="billing_profiles_numberrange_dated",
                condition=Q(next_number=1, last_issue_date=None)
                | Q(next_number__gt=1, last_issue_date__year=F("year")),
            ),
        ]
        triggers = [
            FixedFields("seller", "kind", "year"),
            FixedFields("pattern", name="pattern", where="OLD.next_number > 1"),
            Refused(
                name="forward",
                operation=pgtrigger.Update,
                condition="NEW.next_number < OLD.next_number OR NEW.last_issue_date < OLD.last_issue_date",
                message="the numbers of a range never go back",
            ),
            Refused(
                name="kept",
                operation=pgtrigger.Delete,
                condition="OLD.next_number > 1",
                message="a range that has given numbers is kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"
