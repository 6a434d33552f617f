"""Invoices for usage that was paid with credit bought without tax: they state the included tax, and post only it.

If a seller's prices include tax, credit is bought without tax and taxed when it is spent. The invoice of a month covers
everything that such credit paid by the month's end, up to the book's last record, less what is on earlier invoices. So
charges that are given back lower the next one; if they are more than what was spent, credit notes on earlier invoices
take the rest of their tax back.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BigIntegerField, Case, F, Max, Sum, When

from apps.billing_profiles.selectors import complete_profile
from apps.common.languages import say
from apps.common.money import Micros, money_text
from apps.common.periods import add_months, midnight
from apps.common.transactions import serialized
from apps.invoices.errors import NothingToInvoice
from apps.invoices.models import Document
from apps.invoices.paper_words import USAGE_GIVEN_BACK
from apps.invoices.services.credit_note_content import CreditTerms
from apps.invoices.services.credit_notes import credit_locked
from apps.invoices.services.locks import lock_document
from apps.invoices.services.usage_drafts import Metered, Window, window_draft, write_window
from apps.invoices.spent_credit import spent_before
from apps.invoices.usage_lines import PAID_WITH_CREDIT, WindowCharges, complete_lines
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import charges_in
from apps.wallets.services.locks import lock_wallet


class Uninvoiced(NamedTuple):
    """What credit paid beyond earlier documents, and the months that no document covers yet.

    The amount is negative if more was given back than paid.
    """

    window: Window
    months: list[date]

    @property
    def micros(self) -> int:
        """The exact amount, including what earlier documents carried forward."""
        return self.window.exact_micros + self.window.carried_micros


@serialized
def draft_credit_usage(
    *, organization: Organization, month: date, metered: Metered, hold_reason: str = "", created_by: str, now: datetime
) -> Document:
    """Draft the invoice for what untaxed credit paid through a month, given by its first day.

    `metered` is that of `draft_usage`.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing: what an invoice needs is missing.
        NothingToInvoice: credit paid nothing beyond earlier invoices, or less than a payable amount.
    """
    profile = complete_profile(organization.pk)
    lock_wallet(organization, now=now)
    found = _uninvoiced(organization, month)
    window, months = found
    document = window_draft(profile, window, hold_reason, created_by, now)
    if found.micros < document.step:
        text = money_text(found.micros, organization.currency)
        raise NothingToInvoice(f"Credit paid {text} beyond earlier invoices.")
    charged = WindowCharges(
        metered=metered(months, document.language),
        charges=charges_in(organization, months) if months else {},
        settled={},
        sum_micros=window.exact_micros,
        last_month=add_months(window.period_end, -1),
    )
    write_window(document, complete_lines(charged, document.language, PAID_WITH_CREDIT), profile, now)
    return document


@serialized
def credit_given_back(*, organization: Organization, month: date, created_by: str, now: datetime) -> list[Document]:
    """Issue credit notes over what was given back through a month beyond what credit paid; return them.

    They are on the newest invoices that credit paid, and post only the tax back: the credit itself has returned to the
    customer.
    """
    lock_wallet(organization, now=now)
    window = _uninvoiced(organization, month).window
    notes: list[Document] = []
    for invoice, most in _creditable(organization):
        exact = -window.exact_micros
        back = exact - window.carried_micros
        if back < invoice.step:
            break
        amount = min(most, -(-back // invoice.step) * invoice.step)
        shown = replace(window, exact_micros=exact if amount >= back else amount)
        terms = CreditTerms(
            reason=say(invoice.language, USAGE_GIVEN_BACK),
            amount=Micros(amount),
            destination=Role.WALLET,
            window=shown,
        )
        notes.append(credit_locked(lock_document(invoice.pk, now=now), terms, created_by, now))
        window = replace(
            window,
            exact_micros=window.exact_micros + shown.exact_micros,
            carried_micros=notes[-1].carried_out_micros,
        )
    return notes


def _uninvoiced(organization: Organization, month: date) -> Uninvoiced:
    """Return what credit paid through a month that no invoice shows yet."""
    earlier = Document.objects.filter(organization=organization, kind=Document.Kind.CREDIT_USED)
    signed = Case(
        When(type=Document.Type.CREDIT_NOTE, then=-F("exact_micros")),
        default=F("exact_micros"),
        output_field=BigIntegerField(),
    )
    sums = earlier.aggregate(
        exact=Sum(signed, default=0),
        carried=Sum(F("carried_out_micros") - F("carried_in_micros"), default=0),
        end=Max("period_end"),
    )
    end = max(add_months(month, 1), sums["end"] or date.min)
    spent = spent_before(organization, midnight(end))
    months = [each for each in spent.by_month if each >= (sums["end"] or date.min)]
    window = Window(
        kind=Document.Kind.CREDIT_USED,
        period_start=min([*months, add_months(end, -1)]),
        period_end=end,
        exact_micros=spent.total_micros - sums["exact"],
        carried_micros=sums["carried"],
        book_number=spent.number,
    )
    return Uninvoiced(window, months)


def _creditable(organization: Organization) -> Iterable[tuple[Document, int]]:
    """Yield the numbered invoices paid with credit, newest first, each with the micros that no note has credited."""
    rows = Document.objects.filter(organization=organization, kind=Document.Kind.CREDIT_USED).exclude(number="")
    invoices = rows.filter(type=Document.Type.INVOICE).annotate(noted=Sum("credit_notes__total_micros", default=0))
    for invoice in invoices.order_by("-period_end", "-sequence"):
        if invoice.total_micros > invoice.noted:
            yield invoice, invoice.total_micros - invoice.noted
