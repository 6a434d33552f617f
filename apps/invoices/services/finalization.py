"""Finalize a draft: fix its content, post it, pay it with unapplied money, and take its number last."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from apps.billing_profiles.models import NumberRange
from apps.billing_profiles.selectors import complete_profile
from apps.billing_profiles.services import take_numbers, use_tax_rates
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.invoices import postings
from apps.invoices.causes import INVOICE
from apps.invoices.errors import ChangedMeanwhile, NotADraft
from apps.invoices.models import Document, DocumentLine, DocumentTax
from apps.invoices.models.documents import SUMS
from apps.invoices.selectors import unapplied_money
from apps.invoices.services.announcements import issue_after_commit
from apps.invoices.services.dates import day_of
from apps.invoices.services.drafts import tax_lines
from apps.invoices.services.locks import lock_document
from apps.invoices.services.payments import keep_payments, plan_payments
from apps.invoices.services.transfers import Event, post_events, tax_terms
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

Kind = NumberRange.Kind


@serialized
def finalize_invoice(*, document_id: UUID, total: Micros, created_by: str, now: datetime) -> Document:
    """Give a draft its number and post it. `total` is the total that was shown, in micros.

    Its total is posted to the invoiced account, and unapplied money pays it, the oldest first.

    Raises:
        InvoiceNotFound: there is none. NotADraft: it has a number.
        ChangedMeanwhile: its total differs from the one that was shown, because it was edited or a tax rate has
            changed.
        NoTaxRule, VatNumberMissing, RateNeeded: the tax of its day can no longer be determined.
    """
    document = lock_document(document_id, now=now)
    if document.state != Document.State.DRAFT:
        raise NotADraft
    profile = complete_profile(document.organization_id)
    lines = list(document.lines.order_by("position"))
    taxes = tax_lines(document, lines, profile, now)
    if document.total_micros != total:
        raise ChangedMeanwhile
    _keep_tax(document, lines, taxes)
    use_tax_rates(line.tax_rule_id for line in lines)
    document.take(document.balance)
    _post(document, created_by, now)
    terms_days = 0 if document.kind == Document.Kind.FEE else profile.days_until_due()
    take_number(document, Kind.INVOICE, terms_days=terms_days, now=now)
    return document


def _keep_tax(document: Document, lines: Sequence[DocumentLine], taxes: Sequence[DocumentTax]) -> None:
    """Write the tax of the day on which a draft is finalized, which may not be that of the draft."""
    DocumentLine.objects.bulk_update(lines, ["tax_category", "tax_rate", "tax_rule"])
    document.taxes.all().delete()
    DocumentTax.objects.bulk_create(taxes)


def _post(document: Document, created_by: str, now: datetime) -> None:
    """Post a document, and its payments from unapplied money, in one write."""
    terms = tax_terms(document)
    events = [
        Event(
            key=f"invoice:{document.pk}",
            moves=postings.finalized(document.balance.printed, terms),
            cause=INVOICE.of(document.pk),
            kind=BookingKind.INVOICE,
            text="Invoice finalized",
            created_by=created_by,
        )
    ]
    monies = unapplied_money(document.organization_id) if document.left_micros else ()
    payments = [
        payment for money in monies for payment in plan_payments(money, [document], created_by=created_by, now=now)
    ]
    events += [payment.event(Role.UNAPPLIED, None) for payment in payments]
    posted = post_events(document.organization, events, now=now)
    keep_payments(payments, posted, now=now)
    for payment in payments:
        payment.money.save(update_fields=["applied_micros"])


def take_number(document: Document, kind: Kind, *, terms_days: int, now: datetime) -> None:
    """Number a posted document and fix its content; the last two statements of its transaction.

    The issue date is today, or the range's last issue date if that is later. The due date follows its payment terms,

    and is at least a day later.
    """
    today = day_of(document.seller, now)
    document.version = 1
    issue_after_commit(document, now=now)
    taken = take_numbers(seller=document.seller, kind=kind, today=today)
    document.number, document.sequence = taken.texts()[0], taken.first
    document.number_range_id = taken.range_id
    document.issue_date = taken.issue_date
    document.due_date = taken.issue_date + timedelta(days=max(1, terms_days))
    document.finalized_at = document.updated_at = now
    if document.state == Document.State.PAID and document.paid_on is None:
        document.paid_on = taken.issue_date
    document.save(update_fields=[*SUMS, *NUMBERED])


NUMBERED = (
    *("tax_date", "net_micros", "tax_micros", "total_micros"),
    *("number", "sequence", "number_range", "issue_date", "due_date", "finalized_at"),
    *("returned_net_micros", "returned_tax_micros", "returned_to"),
)
