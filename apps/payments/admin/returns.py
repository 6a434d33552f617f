"""Tables of the amounts that refunds and lost disputes took from payments, for the pages of all three."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.common.admin import day_text, money_text
from apps.payments.models import Dispute, PaymentReturn, Refund, StripePayment
from apps.payments.selectors import ReturnedShare, returned_shares


def split_of(row: Refund | Dispute) -> str:
    """Return the table of the amounts that a refund or lost dispute took from each payment, with totals."""
    returns = row.returns.select_related("payment__invoice", "payment__checkout").order_by("pk")
    rows = [
        (
            _link(paid, f"{money_text(paid.amount_micros, paid.currency)} received {day_text(paid.created_at)}"),
            _asked_by(paid),
            _paid_for(share),
            share.amount_micros,
        )
        for share, paid in ((each, each.payment) for each in returned_shares(returns))
    ]
    if not rows and not row.lost_micros:
        return "Nothing has been taken from a payment yet."
    totals = [("Total", row.taken_micros + row.lost_micros)]
    if row.lost_micros:
        taken, lost = ("Taken from the customer", row.taken_micros), ("Our loss: refunded before", row.lost_micros)
        totals = [taken, lost, *totals]
    undone = getattr(row, "undone_at", None)
    note = f"All of this was put back on {day_text(undone)} because the refund failed." if undone else ""
    headings = ("Payment", "Invoice or checkout", "Paid for", "Amount")
    return _table(headings, rows, totals, row.payment.currency, note)


def returns_of(payment: StripePayment) -> str:
    """Return the table of the amounts that refunds and lost disputes took from a payment, with the total still in
    force.
    """
    returns = payment.returns.select_related("refund", "dispute", "payment__invoice", "payment__checkout").order_by(
        "pk"
    )
    rows = [
        (
            _link(_cause(share.row), f"{'Refund' if share.row.refund else 'Dispute'} {_cause(share.row)}"),
            _state(share.row),
            _paid_for(share),
            share.amount_micros,
        )
        for share in returned_shares(returns)
    ]
    if not rows:
        return "Nothing"
    total = sum(each.amount_micros for each in returns if each.undone_at is None)
    headings = ("Refund or dispute", "State", "Paid for", "Amount")
    return _table(headings, rows, [("Returned from this payment", total)], payment.currency)


def _table(
    headings: Sequence[str],
    rows: Iterable[tuple[str, str, str, int]],
    totals: Iterable[tuple[str, int]],
    currency: str,
    note: str = "",
) -> SafeString:
    names = format_html_join("", "<th>{}</th>", ((text,) for text in headings[:-1]))
    head = format_html("<tr>{}<th class='money'>{}</th></tr>", names, headings[-1])
    body = format_html_join("", "<tr>{}</tr>", ((_cells(headings, each, currency),) for each in rows))
    foot = format_html_join(
        "",
        "<tr><td colspan='3'>{}</td><td class='money'>{}</td></tr>",
        ((label, money_text(amount, currency)) for label, amount in totals if amount),
    )
    table = format_html(
        '<div class="overflow-x-auto"><table class="plain-rows stacked"><thead>{}</thead><tbody>{}</tbody>'
        "<tfoot>{}</tfoot></table></div>",
        head,
        body,
        foot,
    )
    return format_html("{}<p>{}</p>", table, note) if note else table


def _cells(headings: Sequence[str], row: tuple[str, str, str, int], currency: str) -> SafeString:
    """Return the cells of a row; on a phone, each stands below the one before with its heading."""
    *texts, amount = row
    kinds = ["", "", "", SafeString(' class="money"')]
    shown = zip(headings, kinds, [*texts, money_text(amount, currency)], strict=True)
    return format_html_join("", '<td data-label="{}"{}>{}</td>', shown)


def _link(row: Model, text: str) -> SafeString:
    page = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
    return format_html('<a class="text-link" href="{}">{}</a>', page, text)


def _asked_by(payment: StripePayment) -> str:
    row: Any = payment.invoice or payment.checkout
    return _link(row, str(row)) if row is not None else ""


def _paid_for(share: ReturnedShare) -> str:
    return _link(share.installment, share.label) if share.installment is not None else share.label


def _cause(row: PaymentReturn) -> Refund | Dispute:
    cause = row.refund or row.dispute
    assert cause is not None, "the database refuses a row without either"
    return cause


def _state(row: PaymentReturn) -> str:
    if row.undone_at is not None:
        return f"Put back {day_text(row.undone_at)}"
    return row.refund.get_state_display() if row.refund else "Lost"
