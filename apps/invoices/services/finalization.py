"""Finalize a draft: fix its content, post it, apply unapplied money, and take its number last."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.billing_profiles.models import NumberRange
from apps.billing_profiles.selectors import complete_profile
from apps.billing_profiles.services import take_numbers, use_tax_rates
from apps.billing_profiles.value_dates import day_of
from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.common.row_changes import RowChanges
from apps.common.rows import copy_row
from apps.common.transactions import all_or_nothing, serialized
from apps.invoices import postings
from apps.invoices.causes import INVOICE
from apps.invoices.errors import ChangedMeanwhile, InvoiceNotFound, NotADraft, TaxAwaited
from apps.invoices.models import Document, DocumentLine, DocumentTax
from apps.invoices.models.documents import SUMS
from apps.invoices.selectors import unapplied_money
from apps.invoices.services.announcements import issue_message
from apps.invoices.services.draft_tax import report_messages, require_tax, tax_lines
from apps.invoices.services.drafts import refresh_tax
from apps.invoices.services.exchange import require_rate
from apps.invoices.services.locks import lock_document
from apps.invoices.services.payments import keep_payments, plan_payments
from apps.invoices.services.transfers import Event, collection_messages, earned_by, post_events, terms_of, write_rows
from apps.invoices.services.usage_drafts import hold_draft
from apps.invoices.services.value_days import first_day
from apps.outbox.services import add_messages
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

Kind = NumberRange.Kind
TAX_FIELDS = ("position", "category", "rate", "base_micros", "tax_micros", "reason", "vatex_code")
FINALIZER = "system:finalize_invoices"


@serialized
def finalize_invoice(*, document_id: UUID, total: Micros | None, created_by: str, now: datetime) -> Document:
    """Number and post a draft. `total` is the total that the page showed, in micros, or None.

    Its total is posted to the invoiced account; then unapplied money is applied to it, oldest first.

    Raises:
        InvoiceNotFound: there is none. NotADraft: it has a number.
        ChangedMeanwhile: its total differs from the one that was shown, because it was edited or a tax rate has
            changed.
        NoTaxRule, VatNumberMissing: the tax of its day can no longer be determined.
        TaxAwaited, TaxRefused: Stripe Tax has not calculated it for this day.
        RateNeeded, RateTooOld: the tax is declared in another currency for which there is no recent rate.
    """
    document = lock_document(document_id, now=now)
    if document.state != Document.State.DRAFT:
        raise NotADraft
    stored, profile = copy_row(document), complete_profile(document.organization_id)
    lines = list(document.lines.order_by("position"))
    drafted = [_tax_of(line) for line in lines]
    taxes = tax_lines(document, lines, profile, now)
    require_tax(document, now)
    require_rate(document)
    if total is not None and document.total_micros != total:
        raise ChangedMeanwhile
    _keep_tax(document, [line for line, tax in zip(lines, drafted, strict=True) if _tax_of(line) != tax], taxes)
    use_tax_rates(line.tax_rule_id for line in lines)
    is_paid = document.is_paid_with_credit
    document.take(document.balance.receive(Micros(document.total_micros)) if is_paid else document.balance)
    document.is_held, document.hold_reason = False, ""
    _post(document, created_by, now)
    messages = collection_messages(document, now=now)
    terms_days = 0 if document.kind == Document.Kind.FEE else profile.days_until_due()
    take_number(document, Kind.INVOICE, stored=stored, messages=messages, terms_days=terms_days, now=now)
    return document


def finalize_due(*, now: datetime) -> int:
    """Finalize the drafts whose review days are over, each in its own transaction; return how many.

    A draft that cannot be finalized is held with the reason.
    """
    tomorrow = now.date() + timedelta(days=1)  # which has begun where a seller's clock is ahead of UTC
    drafts = Document.objects.filter(state=Document.State.DRAFT, is_held=False, finalize_on__lte=tomorrow)
    rows = drafts.select_related("seller").order_by("finalize_on", "pk")
    done = 0
    for document_id in [row.pk for row in rows if row.is_reviewed(now)]:
        with suppress(InvoiceNotFound, NotADraft):  # another process has finalized it
            done += finalize_or_hold(document_id, now=now).state != Document.State.DRAFT
    return done


def finalize_or_hold(document_id: UUID, *, now: datetime) -> Document:
    """Finalize a draft, or hold it with the reason why it cannot be finalized; return the document.

    While Stripe calculates its tax, the draft stays as it is; Stripe's answer then finalizes it.

    Raises:
        InvoiceNotFound: there is none. NotADraft: it has a number.
    """
    try:
        with all_or_nothing():
            return finalize_invoice(document_id=document_id, total=None, created_by=FINALIZER, now=now)
    except TaxAwaited:
        return refresh_tax(document_id=document_id, now=now)
    except BillingError as error:
        return hold_draft(document_id=document_id, reason=f"It cannot be finalized: {error.detail}"[:500], now=now)


def _tax_of(line: DocumentLine) -> tuple[object, ...]:
    return line.tax_category, line.tax_rate, line.tax_rule_id


def _keep_tax(document: Document, lines: Sequence[DocumentLine], taxes: Sequence[DocumentTax]) -> None:
    """Write the tax of the day of finalization where it differs from the draft's: of these lines, and of the groups."""
    if lines:
        DocumentLine.objects.bulk_update(lines, ["tax_category", "tax_rate", "tax_rule"])
    drafted = document.taxes.order_by("position").values_list(*TAX_FIELDS)
    if list(drafted) != [tuple(getattr(tax, name) for name in TAX_FIELDS) for tax in taxes]:
        document.taxes.all().delete()
        DocumentTax.objects.bulk_create(taxes)


def _post(document: Document, created_by: str, now: datetime) -> None:
    """Post a document and the unapplied money applied to it in one write."""
    terms = terms_of(document)
    events = [
        Event(
            key=f"invoice:{document.pk}",
            moves=postings.finalized(earned_by(document), Micros(document.tax_micros), terms),
            cause=INVOICE.of(document.pk),
            kind=BookingKind.INVOICE,
            text="Invoice finalized",
            created_by=created_by,
        )
    ]
    monies = unapplied_money(document.organization_id) if document.left_micros else ()
    payments = [
        payment
        for money in monies
        for payment in plan_payments(money, [document], created_by=created_by, now=now, since=first_day(document, now))
    ]
    events += [payment.event(Role.UNAPPLIED, None) for payment in payments]
    posted = post_events(document.organization, events, now=now)
    keep_payments(payments, posted, now=now)
    for payment in payments:
        payment.money.save(update_fields=["applied_micros"])


def take_number(
    document: Document,
    kind: Kind,
    *,
    stored: Document,
    messages: Sequence[dict[str, Any]] = (),
    terms_days: int,
    now: datetime,
) -> None:
    """Number a posted document and fix its content, in the last two statements of the transaction.

    The issue date is today, or the number range's last issue date if that is later. The due date is the installment's
    or follows from the payment terms, and is at least a day later. `stored` is a copy of the document as it was stored;
    `messages` go to the outbox with those about its issue.
    """
    today = day_of(document.seller, now)
    agreed = document.installment.due_date if document.installment and kind == Kind.INVOICE else date.min
    document.version = 1
    add_messages([*messages, issue_message(document, now=now), *report_messages(document, now=now)])
    taken = take_numbers(seller=document.seller, kind=kind, today=today)
    document.number, document.sequence = taken.texts()[0], taken.first
    document.number_range_id = taken.range_id
    document.issue_date = taken.issue_date
    by_terms = taken.issue_date + timedelta(days=max(1, terms_days if agreed == date.min else 1))
    document.due_date = max(agreed, by_terms)
    document.finalized_at = document.updated_at = now
    if document.state == Document.State.PAID and document.paid_on is None:
        document.paid_on = taken.issue_date
    changes = RowChanges()
    changes.watch(document, stored)
    changes.save(document, *SUMS, *NUMBERED)
    write_rows(changes)


NUMBERED = (
    *("tax_date", "net_micros", "tax_micros", "total_micros", "tax_calculation"),
    *("tax_currency", "converted_tax_micros", "exchange_rate_micros", "exchange_rate_on", "exchange_rate_source"),
    *("number", "sequence", "number_range", "issue_date", "due_date", "finalized_at"),
    *("returned_net_micros", "returned_tax_micros", "returned_to"),
    *("is_held", "hold_reason"),
)
