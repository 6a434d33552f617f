"""Invoices for usage that was paid with credit bought without tax: they state the tax inside, and post only that.

If a seller's prices include tax, credit is bought without tax and taxed when it is spent. The invoice of a month covers
everything that such credit paid by the month's end, up to the book's last record, less what is on earlier invoices. So
charges that are given back lower the next one.
"""

from datetime import date, datetime

from django.db.models import F, Max, Sum

from apps.billing_profiles.selectors import complete_profile
from apps.common.money import money_text, payable_step
from apps.common.periods import add_months, midnight
from apps.common.transactions import serialized
from apps.invoices.errors import NothingToInvoice
from apps.invoices.models import Document
from apps.invoices.services.usage_drafts import Metered, Window, window_draft, write_window
from apps.invoices.spent_credit import spent_before
from apps.invoices.usage_lines import PAID_WITH_CREDIT, WindowCharges, complete_lines
from apps.tenants.models import Organization
from apps.wallets.selectors import charges_in
from apps.wallets.services.locks import lock_wallet


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
    earlier = Document.objects.filter(organization=organization, kind=Document.Kind.CREDIT_USED)
    sums = earlier.aggregate(
        exact=Sum("exact_micros", default=0),
        carried=Sum(F("carried_out_micros") - F("carried_in_micros"), default=0),
        end=Max("period_end"),
    )
    end = max(add_months(month, 1), sums["end"] or date.min)
    spent = spent_before(organization, midnight(end))
    exact = spent.total_micros - sums["exact"]
    if exact + sums["carried"] < payable_step(organization.currency):
        text = money_text(exact + sums["carried"], organization.currency)
        raise NothingToInvoice(f"Credit paid {text} beyond earlier invoices.")
    months = [each for each in spent.by_month if each >= (sums["end"] or date.min)]
    window = Window(
        kind=Document.Kind.CREDIT_USED,
        period_start=min([*months, add_months(end, -1)]),
        period_end=end,
        exact_micros=exact,
        carried_micros=sums["carried"],
        book_number=spent.number,
    )
    document = window_draft(profile, window, hold_reason, created_by, now)
    charged = WindowCharges(
        metered=metered(months, document.language),
        charges=charges_in(organization, months) if months else {},
        settled={},
        sum_micros=exact,
        last_month=add_months(end, -1),
    )
    write_window(document, complete_lines(charged, document.language, PAID_WITH_CREDIT), profile, now)
    return document
