"""Installments with their payments, overpayments, and discounts. A settled installment's amounts never change."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, Refused, append_only
from apps.contracts.models.contracts import Contract, ContractVersion
from apps.wallets.models import OrganizationRow

SETTLED_STATES = ("paid", "reversed")
OPEN_STATES = ("due", "processing", "partially_paid")


class MoneyAccount(models.TextChoices):
    """The account that money of an installment came into or left, as named in `wallets.accounts.Role`."""

    CASH = "cash", "Stripe"
    MANUAL_RECEIPTS = "manual_receipts", "Bank transfer"
    UNAPPLIED = "unapplied", "Balance at Stripe"
    DISPUTES = "disputes", "Dispute at Stripe"
    BILLED = "billed", "Invoice"


# What is due for an installment, and why; only a cancellation or a discount changes these.
AMOUNT_FIELDS = (
    *("amount_micros", "credit_micros", "service_micros", "discount_micros", "agreed_discount_micros"),
    *("canceled_credit_micros", "canceled_service_micros"),
)


class Installment(OrganizationRow):
    """One scheduled payment. Once paid in full it is settled: its credit is granted and its service deferred."""

    class State(models.TextChoices):
        DUE = "due", "Unpaid"
        PROCESSING = "processing", "Payment processing"
        PARTIALLY_PAID = "partially_paid", "Partly paid"
        PAID = "paid", "Paid"
        REVERSED = "reversed", "Refunded in full"
        NOTHING_DUE = "nothing_due", "Nothing to pay"
        VOID = "void", "Void"
        WRITTEN_OFF = "written_off", "Written off"
        SUPERSEDED = "superseded", "Replaced by an amendment"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="installments")
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="installments")
    position = models.PositiveSmallIntegerField(help_text="Position in the version's schedule, from 0.")
    due_date = models.DateField(help_text="The day by the contract's terms.")
    pay_by = models.DateField(
        help_text="The last day to pay before it is overdue: the due date of its newest invoice, or its own."
    )
    period_start = models.DateField()
    period_end = models.DateField(help_text="First day after the period.")
    is_one_time = models.BooleanField("one-time", default=False)
    amount_micros = models.BigIntegerField(help_text="Credit plus service.")
    credit_micros = models.BigIntegerField()
    service_micros = models.BigIntegerField()
    discount_micros = models.BigIntegerField(
        default=0, help_text="Amount the customer does not have to pay, at our cost."
    )
    agreed_discount_micros = models.BigIntegerField(
        default=0, help_text="The part of the discount that the contract's terms agree on."
    )
    canceled_credit_micros = models.BigIntegerField(
        default=0, help_text="Credit of days after the contract was canceled, which is never due."
    )
    canceled_service_micros = models.BigIntegerField(
        default=0, help_text="Service of days after the contract was canceled, which is never due."
    )
    paid_micros = models.BigIntegerField(default=0, help_text="Amount received.")
    refunded_micros = models.BigIntegerField(default=0, help_text="Amount refunded after it was settled.")
    state = models.CharField(max_length=14, choices=State, default=State.DUE)
    is_invoiced = models.BooleanField(
        "on an invoice", default=False, help_text="Whether it is paid and refunded only with its invoices."
    )
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="When it was marked unpaid after its due date.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When it was paid in full.")
    grant = models.ForeignKey("wallets.Grant", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    service_transfer = models.ForeignKey(
        "ledger.Transfer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = "installment", "installments"
        constraints = [
            UniqueConstraint(
                fields=["organization", "version", "position"], name="contracts_installment_position_once"
            ),
            CheckConstraint(
                name="contracts_installment_credit_and_service_are_the_amount",
                condition=Q(amount_micros=F("credit_micros") + F("service_micros"))
                & Q(credit_micros__gte=0, service_micros__gte=0),
            ),
            CheckConstraint(name="contracts_installment_period_is_one", condition=Q(period_end__gt=F("period_start"))),
            CheckConstraint(
                name="contracts_installment_paid_within_payable",
                condition=Q(discount_micros__gte=0, paid_micros__gte=0)
                & Q(paid_micros__lte=F("amount_micros") - F("discount_micros")),
            ),
            CheckConstraint(
                name="contracts_installment_parts_of_terms_not_negative",
                condition=Q(agreed_discount_micros__gte=0, canceled_credit_micros__gte=0)
                & Q(canceled_service_micros__gte=0),
            ),
            CheckConstraint(
                name="contracts_installment_settled_has_its_postings",
                condition=(
                    Q(state__in=SETTLED_STATES, settled_at__isnull=False)
                    & Q(paid_micros=F("amount_micros") - F("discount_micros"))
                    & (Q(credit_micros=0, grant=None) | Q(credit_micros__gt=0, grant__isnull=False))
                    & (
                        Q(service_micros=0, service_transfer=None)
                        | Q(service_micros__gt=0, service_transfer__isnull=False)
                    )
                )
                | (
                    ~Q(state__in=SETTLED_STATES)
                    & Q(settled_at=None, grant=None, service_transfer=None, refunded_micros=0)
                ),
            ),
            CheckConstraint(
                name="contracts_installment_refunded_within_paid",
                condition=Q(refunded_micros__gte=0, refunded_micros__lte=F("paid_micros")),
            ),
            CheckConstraint(
                name="contracts_installment_reversed_is_refunded_whole",
                condition=Q(state="reversed", refunded_micros=F("paid_micros"), paid_micros__gt=0)
                | (~Q(state="reversed") & (Q(paid_micros=0) | Q(refunded_micros__lt=F("paid_micros")))),
            ),
            CheckConstraint(
                name="contracts_installment_state_fits_what_was_paid",
                condition=~Q(state__in=["due", "partially_paid", "nothing_due"])
                | Q(state="due", paid_micros=0, discount_micros__lt=F("amount_micros"))
                | Q(
                    state="partially_paid", paid_micros__gt=0, paid_micros__lt=F("amount_micros") - F("discount_micros")
                )
                | Q(state="nothing_due", amount_micros=0),
            ),
        ]
        indexes = [
            Index(
                fields=["pay_by"],
                name="contracts_installment_not_paid",
                condition=Q(state__in=["due", "partially_paid"], overdue_at=None),
            ),
            Index(
                fields=["overdue_at"],
                name="contracts_installment_overdue",
                condition=Q(state__in=["due", "processing", "partially_paid"], overdue_at__isnull=False),
            ),
        ]
        triggers = [
            FixedFields(
                "contract",
                "version",
                "position",
                "due_date",
                "period_start",
                "period_end",
                "is_one_time",
                *AMOUNT_FIELDS,
                "paid_micros",
                "settled_at",
                "grant",
                "service_transfer",
                where="OLD.settled_at IS NOT NULL",
            ),
            Refused(
                name="stays_settled",
                operation=pgtrigger.Update,
                condition="OLD.settled_at IS NOT NULL AND NEW.state NOT IN ('paid', 'reversed')",
                message="a settled installment never changes",
            ),
            Refused(
                name="kept",
                operation=pgtrigger.Delete,
                condition="OLD.settled_at IS NOT NULL OR OLD.paid_micros > 0",
                message="an installment with payments cannot be deleted",
            ),
        ]

    def __str__(self) -> str:
        return f"Installment of {self.due_date}"

    @property
    def period(self) -> str:
        """The half-open period as `YYYY-MM-DD/YYYY-MM-DD`."""
        return f"{self.period_start:%Y-%m-%d}/{self.period_end:%Y-%m-%d}"

    @property
    def payable_micros(self) -> int:
        """The total that the customer pays, after discounts."""
        return self.amount_micros - self.discount_micros

    @property
    def remaining_micros(self) -> int:
        """The amount left to pay; 0 once it is closed."""
        is_payable = self.state in (*OPEN_STATES, self.State.WRITTEN_OFF)
        return self.payable_micros - self.paid_micros if is_payable else 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED_STATES

    @property
    def is_paid(self) -> bool:
        """Whether customers see it as paid: paid in full, or nothing to pay."""
        return self.state in (self.State.PAID, self.State.NOTHING_DUE)

    def shown_state(self, today: date) -> tuple[str, str]:
        """Return the state and its label as staff see them: an unpaid one is overdue, or scheduled until its day."""
        if self.is_open and self.overdue_at is not None:
            return "overdue", "Overdue, partly paid" if self.paid_micros else "Overdue"
        if self.state == self.State.DUE and self.pay_by > today:
            return "scheduled", "Scheduled"
        return self.state, self.get_state_display()


_S = Installment.State
_CLOSING = {_S.VOID, _S.WRITTEN_OFF, _S.SUPERSEDED}
INSTALLMENT_TRANSITIONS: dict[Installment.State, set[Installment.State]] = {
    _S.DUE: {_S.PROCESSING, _S.PARTIALLY_PAID, _S.PAID, *_CLOSING},
    _S.PROCESSING: {_S.DUE, _S.PARTIALLY_PAID, _S.PAID, _S.VOID, _S.WRITTEN_OFF},
    _S.PARTIALLY_PAID: {_S.DUE, _S.PROCESSING, _S.PAID, _S.VOID, _S.WRITTEN_OFF},
    _S.PAID: {_S.REVERSED},
    _S.REVERSED: {_S.PAID},
    _S.NOTHING_DUE: {_S.VOID, _S.SUPERSEDED},
    _S.WRITTEN_OFF: {_S.DUE, _S.PARTIALLY_PAID, _S.PAID, _S.SUPERSEDED},
    _S.VOID: {_S.SUPERSEDED},
    _S.SUPERSEDED: set(),
}


class InstallmentPayment(OrganizationRow):
    """Money received for an installment, one row per external payment. Append-only."""

    audit_trail = AuditTrail(journal="append-only, with created_by")

    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="payments")
    key = models.CharField(max_length=150, help_text="Identifies the external payment, such as one at Stripe.")
    amount_micros = models.BigIntegerField()
    received_in = models.CharField(max_length=20, choices=MoneyAccount, help_text="How it was received.")
    reference = models.CharField(
        max_length=255, blank=True, help_text="The reference of the payer's bank or of Stripe."
    )
    value_date = models.DateField(
        null=True, blank=True, help_text="The day from which the bank counts it; empty for payments at Stripe."
    )
    transfer = models.ForeignKey("ledger.Transfer", on_delete=models.PROTECT, related_name="+")
    created_by = models.CharField(max_length=200)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "installment payment", "installment payments"
        constraints = [
            CheckConstraint(name="contracts_installmentpayment_positive", condition=Q(amount_micros__gt=0)),
            UniqueConstraint(fields=["organization", "key"], name="contracts_installmentpayment_key_once"),
            UniqueConstraint(fields=["organization", "transfer"], name="contracts_installmentpayment_transfer_once"),
        ]
        indexes = [Index(fields=["reference"], name="contracts_payment_reference", condition=~Q(reference=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return self.key


class InstallmentSurplus(OrganizationRow):
    """Money received beyond what was left to pay on an installment. It grants nothing and is to be refunded."""

    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="surpluses")
    key = models.CharField(max_length=150, help_text="Identifies the external payment, such as one at Stripe.")
    amount_micros = models.BigIntegerField()
    returned_micros = models.BigIntegerField(default=0, help_text="Amount refunded.")
    received_in = models.CharField(max_length=20, choices=MoneyAccount, help_text="How it was received.")
    reference = models.CharField(
        max_length=255, blank=True, help_text="The reference of the payer's bank or of Stripe."
    )
    transfer = models.ForeignKey("ledger.Transfer", on_delete=models.PROTECT, related_name="+")
    created_by = models.CharField(max_length=200)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "installment overpayment", "installment overpayments"
        constraints = [
            CheckConstraint(name="contracts_installmentsurplus_positive", condition=Q(amount_micros__gt=0)),
            UniqueConstraint(fields=["organization", "key"], name="contracts_installmentsurplus_key_once"),
            UniqueConstraint(fields=["organization", "transfer"], name="contracts_installmentsurplus_transfer_once"),
            CheckConstraint(
                name="contracts_installmentsurplus_returned_within_amount",
                condition=Q(returned_micros__gte=0, returned_micros__lte=F("amount_micros")),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                "organization",
                "installment",
                "key",
                "amount_micros",
                "received_in",
                "reference",
                "transfer",
                "created_by",
                "received_at",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def left_micros(self) -> int:
        """The amount not yet refunded."""
        return self.amount_micros - self.returned_micros


class InstallmentDiscount(OrganizationRow):
    """A reduction of an installment by a voucher or by staff; posted to promotions when the installment is settled."""

    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="discounts")
    key = models.CharField(max_length=150, help_text="Identifies the redemption or staff action that granted it.")
    asked_micros = models.BigIntegerField(help_text="Amount requested.")
    amount_micros = models.BigIntegerField(help_text="Amount applied: at most what was left to pay.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    description = models.CharField(max_length=500, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "installment discount", "installment discounts"
        constraints = [
            UniqueConstraint(fields=["organization", "key"], name="contracts_installmentdiscount_key_once"),
            CheckConstraint(
                name="contracts_installmentdiscount_within_what_was_asked",
                condition=Q(amount_micros__gte=0, amount_micros__lte=F("asked_micros"), asked_micros__gt=0),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields("organization", "key", "asked_micros", "description", "created_by", "created_at"),
            FixedFields(
                "installment",
                "amount_micros",
                "withdrawn_at",
                name="withdrawn_once",
                where="OLD.withdrawn_at IS NOT NULL",
            ),
        ]

    def __str__(self) -> str:
        return self.key
