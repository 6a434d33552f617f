"""Drafts of invoices for usage: made from the debt that a window of the customer's book added.

The invoice of a month covers everything that counts before the month's end, up to the book's last record, less what is
on earlier invoices. So no charge is invoiced twice, and late charges are on the next invoice. Voiding an invoice
releases its usage for a new one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Max, Sum

from apps.billing_profiles.models import BillingProfile
from apps.billing_profiles.selectors import complete_profile
from apps.billing_profiles.value_dates import day_of
from apps.common.errors import Rejected
from apps.common.money import money_text
from apps.common.periods import add_months, midnight
from apps.common.transactions import serialized
from apps.invoices.causes import PREFIX
from apps.invoices.errors import InvoiceNotFound, NothingToInvoice
from apps.invoices.models import Document, DocumentLine, InvoicedMonth
from apps.invoices.printed_lines import PrintedLines, print_lines
from apps.invoices.selectors import usage_amount, usage_invoices_in_force
from apps.invoices.services.drafts import LineTerms, lock_draft, refuse_unpayable, write_draft
from apps.invoices.usage_lines import UsageLine, WindowCharges, complete_lines
from apps.tenants.models import Organization
from apps.wallets.selectors import OwedByMonth, charges_in, owed_before
from apps.wallets.services.locks import lock_wallet

Metered = Callable[[Sequence[date], str], Sequence[UsageLine]]


@serialized
def draft_usage(
    *, organization: Organization, month: date, metered: Metered, hold_reason: str = "", created_by: str, now: datetime
) -> Document:
    """Draft the invoice for a postpaid customer's usage through a month, given by its first day.

    `metered` returns the lines of metered usage of some months, with texts in a language. The draft is finalized after
    the seller's review days, unless it is held for a `hold_reason`.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing: what an invoice needs is missing.
        NothingToInvoice: nothing is owed beyond earlier invoices, or less than the smallest payable amount.
    """
    profile = complete_profile(organization.pk)
    lock_wallet(organization, now=now)
    standing = usage_invoices_in_force(organization.pk)
    sums = standing.aggregate(
        exact=Sum("exact_micros", default=0),
        carried=Sum(F("carried_out_micros") - F("carried_in_micros"), default=0),
        end=Max("period_end"),
    )
    end = max(add_months(month, 1), sums["end"] or date.min)
    owed = owed_before(organization, midnight(end), without_causes=PREFIX)
    exact, carried = owed.total_micros - sums["exact"], sums["carried"]
    if not usage_amount(exact + carried, organization.currency):
        text = money_text(exact + carried, organization.currency)
        raise NothingToInvoice(f"{text} is owed beyond earlier invoices.")
    months = _free_months(organization, owed)
    last_month = add_months(end, -1)
    window = Window(
        kind=Document.Kind.USAGE,
        period_start=min([*months, last_month]),
        period_end=end,
        exact_micros=exact,
        carried_micros=carried,
        book_number=owed.number,
    )
    document = window_draft(profile, window, hold_reason, created_by, now)
    charged = WindowCharges(
        metered=metered(months, document.language),
        charges=charges_in(organization, months) if months else {},
        settled={day: micros for day, micros in owed.settled_by_month.items() if day in months},
        sum_micros=exact,
        last_month=last_month,
    )
    write_window(document, complete_lines(charged, document.language), profile, now)
    InvoicedMonth.objects.bulk_create(
        InvoicedMonth(organization=organization, document=document, month=each) for each in months
    )
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of a customer's book that a document is for, up to the record `book_number`; amounts are exact micros."""

    kind: Document.Kind
    period_start: date
    period_end: date
    exact_micros: int
    carried_micros: int
    book_number: int

    def write(self, document: Document) -> None:
        """Set the window of an unsaved document."""
        document.period_start, document.period_end = self.period_start, self.period_end
        document.exact_micros, document.carried_in_micros = self.exact_micros, self.carried_micros
        document.book_number = self.book_number


def window_draft(profile: BillingProfile, window: Window, hold_reason: str, created_by: str, now: datetime) -> Document:
    """Return an unsaved draft over a window, which is finalized after the seller's review days."""
    document = Document(
        organization=profile.organization,
        kind=window.kind,
        seller=profile.seller,
        currency=profile.organization.currency,
        language=profile.language or profile.seller.language,
        finalize_on=day_of(profile.seller, now) + timedelta(days=profile.seller.review_days),
        is_held=bool(hold_reason),
        hold_reason=hold_reason,
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    window.write(document)
    return document


def write_window(document: Document, lines: Sequence[UsageLine], profile: BillingProfile, now: datetime) -> None:
    """Write a draft over a window with its lines in payable amounts; the remainder is carried to the next one.

    Raises:
        NoTaxRule, VatNumberMissing, NegativeTotal: the lines have no tax or no total.
    """
    printed = print_lines(
        [each.exact_micros for each in lines if not each.is_reduction],
        [each.exact_micros for each in lines if each.is_reduction],
        carried_in=document.carried_in_micros,
        step=document.step,
    )
    document.carried_out_micros = printed.carried_out
    write_draft(document, _rows(document, lines, printed), profile, now)


@serialized
def hold_draft(*, document_id: UUID, reason: str, now: datetime) -> Document:
    """Keep a draft for usage from being finalized automatically.

    Raises:
        InvoiceNotFound: there is no such draft. NotADraft: it has a number. Rejected: the reason is empty.
    """
    if not reason.strip():
        raise Rejected("Enter a reason.", field="reason")
    return _set_hold(document_id, reason.strip(), now)


@serialized
def release_draft(*, document_id: UUID, now: datetime) -> Document:
    """Let a held draft for usage be finalized once its review days are over.

    Raises:
        InvoiceNotFound: there is no such draft. NotADraft: it has a number.
    """
    return _set_hold(document_id, "", now)


@serialized
def add_line(*, document_id: UUID, line: LineTerms, is_reduction: bool, now: datetime) -> DocumentLine:
    """Add a line or a reduction to a draft for usage; its reason is not printed.

    Raises:
        InvoiceNotFound: there is no such draft. NotADraft: it has a number. Rejected: the reason is empty.
        NotPayable: its amount is not payable. NegativeTotal: the reduction exceeds the lines that it reduces.
    """
    document = lock_draft(document_id, Document.Kind.USAGE)
    if not line.reason.strip():
        raise Rejected("Enter a reason.", field="reason")
    refuse_unpayable(line, document, "amount")
    rows = list(document.lines.order_by("position"))
    added = DocumentLine(
        organization_id=document.organization_id,
        document=document,
        position=max((row.position for row in rows), default=-1) + 1,
        product=line.product,
        text=line.text,
        quantity=line.quantity,
        amount_micros=line.amount,
        is_reduction=is_reduction,
        reason=line.reason.strip(),
    )
    _rewrite(document, [*rows, added], now)
    return added


@serialized
def drop_line(*, document_id: UUID, line_id: int, now: datetime) -> Document:
    """Remove a line that staff added to a draft for usage.

    Raises:
        InvoiceNotFound: there is no such draft, or no such line on it. NotADraft: it has a number.
    """
    document = lock_draft(document_id, Document.Kind.USAGE)
    rows = list(document.lines.order_by("position"))
    kept = [row for row in rows if row.pk != line_id or not row.is_given]
    if len(kept) == len(rows):
        raise InvoiceNotFound
    _rewrite(document, kept, now)
    return document


def _set_hold(document_id: UUID, reason: str, now: datetime) -> Document:
    document = lock_draft(document_id)
    if not document.is_of_month:
        raise InvoiceNotFound
    document.is_held, document.hold_reason, document.updated_at = bool(reason), reason, now
    document.save(update_fields=["is_held", "hold_reason", "updated_at"])
    return document


def _rewrite(document: Document, lines: Sequence[DocumentLine], now: datetime) -> None:
    profile: BillingProfile = complete_profile(document.organization_id)
    document.given_micros = sum(line.signed_micros for line in lines if line.is_given)
    document.updated_at = now
    write_draft(document, lines, profile, now)


def _free_months(organization: Organization, owed: OwedByMonth) -> list[date]:
    """Return the months with debt that no invoice covers."""
    taken = set(InvoicedMonth.objects.filter(organization=organization, freed_at=None).values_list("month", flat=True))
    return [month for month in owed.by_month if month not in taken]


def _rows(document: Document, lines: Sequence[UsageLine], printed: PrintedLines) -> list[DocumentLine]:
    added, lowering = iter(printed.lines), iter(printed.reductions)
    return [
        DocumentLine(
            organization_id=document.organization_id,
            document=document,
            position=place,
            product=line.product,
            text=line.text,
            quantity=line.quantity,
            amount_micros=next(lowering if line.is_reduction else added),
            is_reduction=line.is_reduction,
            is_given=False,
            exact_micros=line.exact_micros,
            period_start=line.period[0],
            period_end=line.period[1],
            meter=line.meter,
            model=line.model,
        )
        for place, line in enumerate(lines)
    ]
