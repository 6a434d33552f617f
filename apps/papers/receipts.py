"""The receipt for money received: when and how it came, and the invoices that it paid."""

from collections.abc import Iterator

from django.db.models import Sum as SumOf
from django.utils.translation import gettext_noop as _

from apps.billing_profiles.tax_choice import TAXED_WHEN_USED
from apps.common.papers.content import Letter, Section, Sum
from apps.invoices.models import Document, Money
from apps.invoices.paper_words import BOUGHT_CREDIT
from apps.papers.errors import NoReceipt
from apps.papers.letter_writer import LetterWriter
from apps.payments.models import StripePayment
from apps.payments.selectors import is_untaxed_credit

TITLE = _("Receipt")
WAYS = {Money.Source.BANK: _("Bank transfer"), Money.Source.STRIPE: _("Online payment")}
COLUMNS = (
    (_("Invoice"), 34, False),
    (_("Issue date"), 18, False),
    (_("Total"), 24, True),
    (_("Paid with this payment"), 24, True),
)


def receipt_letter(money: Money) -> Letter:
    """Return the content of the receipt for money received.

    Raises:
        NoReceipt: it came from a credit note, or the bank took it back.
        ProfileIncomplete: the customer or its seller lacks what papers need.
    """
    if money.source not in WAYS or money.returned_at is not None:
        raise NoReceipt
    writer = LetterWriter.of(money.organization)
    return writer.letter(
        TITLE,
        (
            (_("Received on"), writer.day(money.value_date)),
            (_("Paid by"), writer.say(WAYS[Money.Source(money.source)])),
            (_("Payment reference"), money.reference if money.source == Money.Source.BANK else ""),
            (_("Your reference"), writer.profile.buyer_reference),
        ),
        (
            Section(
                text=writer.say(
                    _("We have received your payment of %(amount)s."), amount=writer.money(money.amount_micros)
                )
            ),
            _invoices(writer, money),
        ),
    )


def credit_receipt_letter(payment: StripePayment) -> Letter:
    """Return the content of the receipt for credit that was bought without tax; other credit has an invoice.

    Raises:
        NoReceipt: it is not for such credit. ProfileIncomplete: the customer or its seller lacks what papers need.
    """
    if payment.settled_at is None or not is_untaxed_credit(payment):
        raise NoReceipt
    writer = LetterWriter.of(payment.organization)
    amount = writer.money(payment.amount_micros)
    return writer.letter(
        TITLE,
        (
            (_("Received on"), writer.day(writer.profile.seller.day_of(payment.settled_at))),
            (_("Paid by"), writer.say(WAYS[Money.Source.STRIPE])),
            (_("Your reference"), writer.profile.buyer_reference),
        ),
        (
            Section(text=writer.say(_("We have received your payment of %(amount)s."), amount=amount)),
            Section(
                sums=(
                    Sum(writer.say(BOUGHT_CREDIT), amount),
                    Sum(writer.say(_("Payment received")), amount, is_bold=True),
                )
            ),
            Section(text=writer.say(TAXED_WHEN_USED.reason)),
        ),
    )


def _invoices(writer: LetterWriter, money: Money) -> Section:
    """Return the invoices that the money paid, and the rest that is kept or was paid back."""
    paid = money.applications.values("document").annotate(paid=SumOf("amount_micros")).filter(paid__gt=0)
    amounts = dict(paid.values_list("document", "paid"))
    documents = Document.objects.filter(pk__in=amounts).order_by("issue_date", "number")
    rows = tuple(
        (each.number, writer.day(each.issue_date), writer.money(each.total_micros), writer.money(amounts[each.pk]))
        for each in documents
        if each.issue_date
    )
    return Section(columns=writer.columns(*COLUMNS) if rows else (), rows=rows, sums=tuple(_sums(writer, money)))


def _sums(writer: LetterWriter, money: Money) -> Iterator[Sum]:
    if money.unapplied_micros:
        yield Sum(writer.say(_("Kept for your next invoices")), writer.money(money.unapplied_micros))
    if money.paid_back_micros:
        yield Sum(writer.say(_("Paid back")), writer.money(-money.paid_back_micros))
    yield Sum(writer.say(_("Payment received")), writer.money(money.amount_micros), is_bold=True)
