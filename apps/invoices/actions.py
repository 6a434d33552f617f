"""Staff actions on invoices and on money received: those that charge a customer, give credit, or write off a debt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import person, register
from apps.billing_profiles.value_dates import counts_from_if_dated
from apps.common.admin import money_text
from apps.invoices import services
from apps.invoices.errors import ChangedMeanwhile, InvoiceNotFound, MoneyNotFound
from apps.invoices.models import Document, Money
from apps.invoices.paper_content import letters_outside
from apps.invoices.selectors import open_invoices_micros, unapplied_micros
from apps.invoices.services.locks import lock_document
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.actions import CustomerAction
from apps.wallets.errors import NothingOwed
from apps.wallets.models import BookingKind
from apps.wallets.selectors import wallet_figures


@dataclass(frozen=True, kw_only=True)
class InvoiceAction(CustomerAction):
    """An action on an invoice.

    The amount is the one named in the request, or what was left to pay at the time of the request.
    """

    permission: ClassVar[str] = "invoices.change_document"
    subject_model: ClassVar[type[Model]] = Document
    subject_field: ClassVar[str] = "document_id"

    document_id: UUID

    @classmethod
    def of(cls, row: Document, **given: object) -> Self:
        """Return the action on a document, with its customer and currency filled in."""
        owner = {"organization_id": row.organization_id, "currency": row.currency}
        return cls(document_id=row.pk, **owner, **given)  # type: ignore[arg-type]

    def document(self) -> Document:
        """Return the document.

        Raises:
            InvoiceNotFound: there is none.
        """
        return self.row_among(Document.objects.select_related("organization"), InvoiceNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        row = self.document()
        return {
            "State": row.get_state_display(),
            "Number": row.number or "none",
            "Total": money_text(row.total_micros, row.currency),
            "Left to pay": money_text(row.left_micros, row.currency),
            "Paid": money_text(row.paid_micros, row.currency),
            "Written off": money_text(row.written_off_micros, row.currency),
            "Unapplied money": money_text(unapplied_micros(row.organization_id), row.currency),
        }


@register
@dataclass(frozen=True, kw_only=True)
class FinalizeInvoice(InvoiceAction):
    """Finalize a draft: it gets its number, becomes due, and never changes again. The amount is its total."""

    kind: ClassVar[str] = "invoices.finalize"
    title: ClassVar[str] = "Finalize an invoice"

    def figures(self, now: datetime) -> Mapping[str, str]:
        row = self.document()
        outside = letters_outside(row) if row.number else ""  # a draft has no PDF
        return {**super().figures(now), "Letters that its PDF has no font for": outside or "none"}

    def perform(self, *, by: User, now: datetime) -> None:
        services.finalize_invoice(document_id=self.document_id, total=self.amount, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class AddUsageLine(InvoiceAction):
    """Add a line or a reduction to a draft for usage. A reduction gives up part of the debt."""

    kind: ClassVar[str] = "invoices.add_usage_line"
    title: ClassVar[str] = "Add a line to a draft"

    text: str
    product: str = "usage"
    is_reduction: bool = False

    def perform(self, *, by: User, now: datetime) -> None:
        line = services.LineTerms(text=self.text, amount=self.amount, product=self.product, reason=self.reason)
        services.add_line(document_id=self.document_id, line=line, is_reduction=self.is_reduction, now=now)


@dataclass(frozen=True, slots=True)
class LineCredit:
    """The amount to credit on one line of an invoice, in micros."""

    line_id: int
    amount_micros: int


@register
@dataclass(frozen=True, kw_only=True)
class CreditInvoice(InvoiceAction):
    """Credit the given `lines` of an invoice, or everything that is left of it. The amount is the note's total with
    tax.

    The part that was already paid goes to `destination`: the customer's bank account or unapplied money.
    """

    kind: ClassVar[str] = "invoices.credit"
    title: ClassVar[str] = "Make a credit note"
    danger: ClassVar[bool] = True

    lines: tuple[LineCredit, ...] = ()
    destination: Role = Role.UNAPPLIED

    def perform(self, *, by: User, now: datetime) -> None:
        lines = {each.line_id: each.amount_micros for each in self.lines}
        terms = services.CreditTerms(reason=self.reason, lines=lines, total=self.amount, destination=self.destination)
        services.credit_invoice(document_id=self.document_id, terms=terms, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class VoidInvoice(InvoiceAction):
    """Withdraw an invoice without payments by issuing a credit note for its whole amount.

    The amount is what is left.
    """

    kind: ClassVar[str] = "invoices.void"
    title: ClassVar[str] = "Void an invoice"
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        refuse_other_size(self.amount, lock_document(self.document_id, now=now).left_micros)
        services.void_invoice(document_id=self.document_id, reason=self.reason, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class MarkUncollectible(InvoiceAction):
    """Mark an invoice that we no longer expect to be paid. It posts nothing and can be undone."""

    kind: ClassVar[str] = "invoices.mark_uncollectible"
    title: ClassVar[str] = "Mark an invoice uncollectible"
    is_free_of_limit: ClassVar[bool] = True
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        services.mark_uncollectible(document_id=self.document_id, reason=self.reason, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class WriteOffInvoice(InvoiceAction):
    """Give up all that is left to pay on an invoice. The amount is what is left."""

    kind: ClassVar[str] = "invoices.write_off"
    title: ClassVar[str] = "Write off an invoice"
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        services.write_off_invoice(
            document_id=self.document_id, left=self.amount, reason=self.reason, created_by=person(by), now=now
        )


@register
@dataclass(frozen=True, kw_only=True)
class ReopenInvoice(InvoiceAction):
    """Request payment of an uncollectible or written-off invoice again. The amount is what was left or written off."""

    kind: ClassVar[str] = "invoices.take_up"
    title: ClassVar[str] = "Reopen an invoice"

    def perform(self, *, by: User, now: datetime) -> None:
        row = lock_document(self.document_id, now=now)
        refuse_other_size(self.amount, row.left_micros + row.written_off_micros)
        services.reopen_invoice(document_id=self.document_id, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class RecordMoney(CustomerAction):
    """Record a bank transfer from a customer.

    It pays the invoices in `document_ids` in that order; if that is None, it pays open invoices, oldest first. The rest
    becomes unapplied money.
    """

    kind: ClassVar[str] = "invoices.record_money"
    title: ClassVar[str] = "Record a bank transfer for invoices"
    permission: ClassVar[str] = "invoices.add_money"

    reference: str
    value_date: date
    document_ids: tuple[UUID, ...] | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        transfer = services.BankTransfer(
            organization=self.customer(),
            amount=self.amount,
            value_date=self.value_date,
            reference=self.reference,
            key=self.key,
            invoice_ids=self.document_ids,
        )
        services.record_bank_transfer(transfer, created_by=person(by), now=now)

    def figures(self, now: datetime) -> Mapping[str, str]:
        return {**invoice_texts(self), **left_texts(self.document_ids or ())}


@dataclass(frozen=True, kw_only=True)
class MoneyAction(CustomerAction):
    """An action on a sum of money received."""

    permission: ClassVar[str] = "invoices.change_money"
    subject_model: ClassVar[type[Model]] = Money
    subject_field: ClassVar[str] = "money_id"

    money_id: UUID

    @classmethod
    def of(cls, row: Money, **given: object) -> Self:
        """Return the action on a sum of money, with its customer and currency filled in."""
        owner = {"organization_id": row.organization_id, "currency": row.organization.currency}
        return cls(money_id=row.pk, **owner, **given)  # type: ignore[arg-type]

    def money(self) -> Money:
        """Return the money.

        Raises:
            MoneyNotFound: there is none.
        """
        return self.row_among(Money.objects.select_related("organization"), MoneyNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        row = self.money()
        rest = money_text(row.unapplied_micros, row.organization.currency)
        return {"Unapplied part of this money": rest, **invoice_texts(self)}


@register
@dataclass(frozen=True, kw_only=True)
class ApplyMoney(MoneyAction):
    """Pay an invoice with unapplied money. The money is the customer's own, so the limit for one person does not
    apply.
    """

    kind: ClassVar[str] = "invoices.apply_money"
    title: ClassVar[str] = "Apply money to an invoice"
    is_free_of_limit: ClassVar[bool] = True

    document_id: UUID

    def perform(self, *, by: User, now: datetime) -> None:
        services.apply_money(
            money_id=self.money_id,
            invoice_id=self.document_id,
            amount=self.amount,
            created_by=person(by),
            now=now,
        )


@register
@dataclass(frozen=True, kw_only=True)
class PayBackMoney(MoneyAction):
    """Record that unapplied money was paid back by bank transfer."""

    kind: ClassVar[str] = "invoices.pay_back_money"
    title: ClassVar[str] = "Pay unapplied money back"
    danger: ClassVar[bool] = True

    value_date: date | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        services.pay_back_money(
            money_id=self.money_id,
            amount=self.amount,
            key=self.key,
            created_by=person(by),
            now=now,
            value_date=self.value_date,
        )


@register
@dataclass(frozen=True, kw_only=True)
class ReturnMoney(MoneyAction):
    """Record that the bank took a transfer back; the invoices that it paid are due again.

    The amount is the transfer's.
    """

    kind: ClassVar[str] = "invoices.return_money"
    title: ClassVar[str] = "Record a returned transfer"
    danger: ClassVar[bool] = True

    value_date: date | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        refuse_other_size(self.amount, self.money().amount_micros)
        services.return_money(money_id=self.money_id, value_date=self.value_date, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class SettleByBankTransfer(CustomerAction):
    """Record a bank transfer for debt that is on no invoice. The part above the debt becomes credit."""

    kind: ClassVar[str] = "invoices.settle_by_bank_transfer"
    title: ClassVar[str] = "Settle by bank transfer"

    reference: str
    value_date: date | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        organization = self.customer()
        services.refuse_invoiced_debt(organization, self.amount, now=now)
        payment = wallets.PostpaidPayment(
            amount=self.amount,
            key=self.key,
            cause=self.cause,
            created_by=person(by),
            received_in=Role.MANUAL_RECEIPTS,
            description=f"Bank transfer {self.reference}: {self.reason}",
            effective_at=counts_from_if_dated(organization.pk, self.value_date, now),
        )
        wallets.receive_postpaid_payment(organization=organization, payment=payment, now=now)


@register
@dataclass(frozen=True, kw_only=True)
class WriteOffDebt(CustomerAction):
    """Write off a postpaid customer's debt that is on no invoice."""

    kind: ClassVar[str] = "invoices.write_off_debt"
    title: ClassVar[str] = "Write off debt"
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        organization = self.customer()
        services.refuse_invoiced_debt(organization, self.amount, now=now)
        if self.amount_micros > wallet_figures(organization, now).outstanding_micros:
            raise NothingOwed(field="amount")
        booking = wallets.Booking(
            source=Role.WRITE_OFFS,
            destination=Role.RECEIVABLE,
            amount=self.amount,
            kind=BookingKind.WRITE_OFF,
            key=self.key,
            cause=self.cause,
            created_by=person(by),
            description=self.reason,
        )
        wallets.post_transfer(organization=organization, booking=booking, now=now)


def refuse_other_size(asked: int, real: int) -> None:
    """Refuse an action if the amount that was compared with the limit for one person is not the real amount.

    Raises:
        ChangedMeanwhile: the amounts differ.
    """
    if asked != real:
        raise ChangedMeanwhile


def invoice_texts(action: CustomerAction) -> dict[str, str]:
    """Return what is left to pay on a customer's invoices, and its unapplied money, as texts."""
    organization = action.customer()
    return {
        "Left on open invoices": money_text(open_invoices_micros(organization.pk), organization.currency),
        "Unapplied money": money_text(unapplied_micros(organization.pk), organization.currency),
    }


def left_texts(document_ids: Iterable[UUID]) -> dict[str, str]:
    """Return the customer, number and what is left of each invoice, as texts."""
    rows = Document.objects.filter(pk__in=list(document_ids)).select_related("organization")
    return {
        f"{each}, {each.organization}": f"{money_text(each.left_micros, each.currency)} left, "
        f"{each.get_state_display().lower()}"
        for each in rows.order_by("organization__name", "number")
    }
