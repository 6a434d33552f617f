"""Credit notes: for everything left of an invoice, for an amount, or for parts of lines.

A note first lowers what is left to pay. The part already paid is returned by bank transfer or becomes unapplied money.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from apps.billing_profiles.models import NumberRange
from apps.billing_profiles.tax import TaxedAmount, credited_tax, net_of
from apps.billing_profiles.value_dates import day_of
from apps.common.errors import Rejected
from apps.common.money import Micros, money_text
from apps.common.periods import add_months
from apps.common.transactions import serialized
from apps.contracts import services as contracts
from apps.invoices import postings
from apps.invoices.balances import NetAndTax
from apps.invoices.causes import CREDIT_NOTE
from apps.invoices.credit_division import credit_by_amount, credit_by_line
from apps.invoices.errors import (
    ChangedMeanwhile,
    ChargesDecide,
    HasPayments,
    InstallmentDecides,
    LineExceeded,
    PaymentDecides,
    StateForbids,
)
from apps.invoices.models import Document, DocumentLine, DocumentParty, DocumentTax, Money
from apps.invoices.models.documents import SUMS
from apps.invoices.services.announcements import notify_state
from apps.invoices.services.exchange import copy_rate
from apps.invoices.services.finalization import take_number
from apps.invoices.services.installment_rows import follow_paid
from apps.invoices.services.locks import lock_document
from apps.invoices.services.transfers import Event, earned_by, post_events, request_collection, terms_of
from apps.outbox.services import enqueue
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

State = Document.State
CREDITABLE = (State.OPEN, State.PART_PAID, State.PAID, State.UNCOLLECTIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms:
    """What to credit: `lines` (amounts in micros by line id), an `amount` over all lines, or else everything left.

    Like the lines, amounts are without tax, or with tax if the invoice's prices include it. The paid part goes to
    `destination`: bank, unapplied money, or the account from which Stripe took it. `total` is the note's total with tax
    as the page showed it, or None. `exact` is the net and the tax of a note for a given sum with tax.
    """

    reason: str
    lines: Mapping[int, int] = field(default_factory=dict)
    amount: Micros | None = None
    destination: Role = Role.UNAPPLIED
    total: Micros | None = None
    exact: NetAndTax | None = None


@serialized
def credit_invoice(*, document_id: UUID, terms: CreditTerms, created_by: str, now: datetime) -> Document:
    """Issue a credit note on an invoice, with a number of its own, and return it.

    Raises:
        InvoiceNotFound: there is none. StateForbids: it is a draft, void or written off, or nothing is left of it.
        LineExceeded: an amount exceeds what is left of its line or is not payable. Rejected: the reason is empty.
        ChangedMeanwhile: the note's total is not the one that was shown.
        InstallmentDecides: its installment is unpaid. PaymentDecides: it is for bought credit.
        ChargesDecide: credit paid it.
    """
    if not terms.reason.strip():
        raise Rejected("Enter a reason; the credit note prints it.", field="reason")
    invoice = lock_document(document_id, now=now)
    if invoice.left_micros and invoice.installment is not None and invoice.installment.remaining_micros:
        raise InstallmentDecides
    if not invoice.is_credited_by_hand:
        raise PaymentDecides if invoice.is_bought else ChargesDecide
    return credit_locked(invoice, terms, created_by, now)


def credit_locked(
    invoice: Document, terms: CreditTerms, created_by: str, now: datetime, *, frees_usage: bool = False
) -> Document:
    """Issue a credit note on a locked invoice; with `frees_usage`, the usage on it stays owed.

    Raises:
        StateForbids, LineExceeded, ChangedMeanwhile: as `credit_invoice`.
    """
    if invoice.type != Document.Type.INVOICE or invoice.state not in CREDITABLE or invoice.written_off_micros:
        raise StateForbids(f"{invoice} cannot be credited: it is {invoice.get_state_display().lower()}.")
    lines = list(invoice.lines.order_by("position"))
    note = _draft(invoice, lines, terms, created_by, now)
    if terms.total is not None and note.total_micros != terms.total:
        raise ChangedMeanwhile
    before = invoice.balance
    after, back = before.credit(NetAndTax(Micros(note.net_micros), Micros(note.tax_micros)))
    if invoice.is_bought:
        moves = []  # the refund has taken back the credit and the tax
    elif frees_usage:
        moves = postings.withdrawn(earned_by(invoice), Micros(invoice.tax_micros), terms_of(invoice))
    else:
        moves = postings.credited(before, after, back, terms.destination, terms_of(invoice))
    event = Event(
        key=f"credit-note:{note.pk}",
        moves=moves,
        cause=CREDIT_NOTE.of(note.pk),
        kind=BookingKind.CREDIT_NOTE,
        text=f"Credit note on invoice {invoice}",
        created_by=created_by,
    )
    post_events(invoice.organization, [event], now=now)
    paid = after.paid_shares.net - before.paid_shares.net - back.net
    if back.total and terms.destination == Role.UNAPPLIED:
        _keep_money(note, back, created_by, now)
    invoice.take(after)
    invoice.updated_at = now
    invoice.save(update_fields=SUMS)
    follow_paid(invoice, paid, key=event.key, created_by=created_by, now=now)
    if invoice.state == State.VOID:
        notify_state(invoice, now=now)
    request_collection(invoice, now=now)
    note.returned_net_micros, note.returned_tax_micros = back.net, back.tax
    note.returned_to = terms.destination if back.total else ""
    note.state = State.FINAL
    take_number(note, NumberRange.Kind.CREDIT_NOTE, terms_days=0, now=now)
    return note


@serialized
def void_invoice(*, document_id: UUID, reason: str, created_by: str, now: datetime) -> Document:
    """Withdraw an invoice without payments by a credit note for everything left; return the note.

    The usage on an invoice for usage stays owed and goes onto a new draft, which is held. The installment of an invoice
    becomes void with it.

    Raises:
        HasPayments: something was paid on it. StateForbids: an invoice for usage was credited in part before.
        Otherwise as `credit_invoice`.
    """
    if not reason.strip():
        raise Rejected("Enter a reason; the credit note prints it.", field="reason")
    invoice = lock_document(document_id, now=now)
    if invoice.paid_micros:
        raise HasPayments
    is_usage = invoice.kind == Document.Kind.USAGE
    if is_usage and invoice.balance.credited.total:
        raise StateForbids(f"A part of {invoice} has been credited: credit the rest instead.")
    if invoice.installment is not None and invoice.installment.is_open:
        contracts.void_installment(installment_id=invoice.installment.pk, now=now)
    note = credit_locked(invoice, CreditTerms(reason=reason), created_by, now, frees_usage=is_usage)
    if is_usage:
        _free_usage(invoice, now)
    return note


def _free_usage(invoice: Document, now: datetime) -> None:
    """Release the usage of a void invoice, and have a new draft made for it."""
    invoice.freed_at = now
    invoice.save(update_fields=["freed_at"])
    invoice.months.update(freed_at=now)
    assert invoice.period_end is not None, "an invoice for usage has a period"
    arguments = {
        "organization_id": str(invoice.organization_id),
        "month": f"{add_months(invoice.period_end, -1):%Y-%m}",
        "hold_reason": f"Invoice {invoice} was voided.",
    }
    enqueue("usage.draft_invoice", now=now, key=f"draft-usage-again:{invoice.pk}", arguments=arguments)


def credit_total(invoice: Document, wanted: Mapping[int, int]) -> Micros:
    """Return the total with tax of a note for these amounts by line id; all amounts are micros.

    Raises:
        StateForbids, LineExceeded: as `credit_invoice`.
    """
    lines = list(invoice.lines.order_by("position"))
    amounts = _amounts(invoice, lines, CreditTerms(reason="", lines=wanted))
    taxes = _taxes(invoice, [line for line in lines if amounts.get(line.pk)], amounts)
    return Micros(sum(each.base_micros + each.tax_micros for each in taxes))


def left_of_lines(invoice: Document) -> dict[int, int]:
    """Return the uncredited amount of each line of an invoice except reductions, in micros, by line id."""
    left = _left(invoice)
    return {line.pk: left[line.pk] for line in invoice.lines.order_by("position") if not line.is_reduction}


def _left(invoice: Document) -> dict[int, int]:
    credited = dict(
        DocumentLine.objects.filter(credited_line__document=invoice)
        .values_list("credited_line")
        .annotate(total=Sum("amount_micros"))
    )
    return {line.pk: line.amount_micros - credited.get(line.pk, 0) for line in invoice.lines.order_by("position")}


def _amounts(invoice: Document, lines: Sequence[DocumentLine], terms: CreditTerms) -> dict[int, int]:
    """Return the amount to credit on each line, by line id; crediting everything includes the reductions."""
    left = _left(invoice)
    signs = {line.pk: -1 if line.is_reduction else 1 for line in lines}
    whole = sum(signs[pk] * amount for pk, amount in left.items())
    if not whole:
        raise StateForbids(f"{invoice} was credited as a whole.")
    amount = terms.amount if terms.exact is None else terms.exact.net
    if not terms.lines and amount in (None, whole):
        return left
    creditable = {pk: amount for pk, amount in left.items() if signs[pk] > 0}
    if terms.lines:
        amounts = _by_line(invoice, lines, terms.lines, creditable)
    else:
        amounts = _by_amount(invoice, amount or 0, creditable, whole)
    _refuse_above_groups(invoice, lines, amounts, left)
    return amounts


def _by_amount(invoice: Document, amount: int, left: Mapping[int, int], whole: int) -> dict[int, int]:
    try:
        parts = credit_by_amount(amount, list(left.values()), invoice.step)
        if amount > whole:
            raise ValueError("more than is left after reductions")
    except ValueError as error:
        most = money_text(whole, invoice.currency)
        raise LineExceeded(f"The amount must be payable and at most {most}.", field="amount") from error
    return dict(zip(left, parts, strict=True))


def _refuse_above_groups(
    invoice: Document, lines: Sequence[DocumentLine], amounts: Mapping[int, int], left: Mapping[int, int]
) -> None:
    """Refuse to credit more than the reductions leave of the lines with one tax rate.

    Raises:
        LineExceeded: so it is.
    """
    most: dict[tuple[str, int], int] = {}
    for line in lines:
        group = line.tax_category, line.tax_rate
        sign = -1 if line.is_reduction else 1
        most[group] = most.get(group, 0) + sign * left[line.pk] - amounts.get(line.pk, 0)
    lacking = min(most.values())
    if lacking < 0:
        text = money_text(sum(amounts.values()) + lacking, invoice.currency)
        raise LineExceeded(f"After reductions, at most {text} is left of these lines.")


def _by_line(
    invoice: Document, lines: Sequence[DocumentLine], wanted: Mapping[int, int], left: Mapping[int, int]
) -> dict[int, int]:
    refused = credit_by_line(wanted, left, invoice.step)
    if refused is not None:
        texts = {line.pk: line.text for line in lines}
        most = money_text(left.get(refused, 0), invoice.currency)
        name = texts.get(refused, "a line of another document")
        raise LineExceeded(f"At most {most} of “{name}” can be credited, in payable amounts.", field=f"lines.{refused}")
    return dict(wanted)


def _draft(
    invoice: Document, lines: Sequence[DocumentLine], terms: CreditTerms, created_by: str, now: datetime
) -> Document:
    """Write a credit note with its lines and taxes, without a number yet."""
    amounts = _amounts(invoice, lines, terms)
    credited = [line for line in lines if amounts.get(line.pk)]
    taxes = _taxes(invoice, credited, amounts)
    if terms.exact is not None:
        _fit(taxes, terms.exact)
    net, tax = sum(each.base_micros for each in taxes), sum(each.tax_micros for each in taxes)
    note = Document(
        organization=invoice.organization,
        type=Document.Type.CREDIT_NOTE,
        kind=invoice.kind,
        seller=invoice.seller,
        currency=invoice.currency,
        credited=invoice,
        installment_id=invoice.installment_id,
        agreement_id=invoice.agreement_id,
        is_on_account=invoice.is_on_account,
        note=terms.reason.strip(),
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        tax_date=day_of(invoice.seller, now),
        tax_calculation_id=invoice.tax_calculation_id,
        net_micros=net,
        tax_micros=tax,
        total_micros=net + tax,
        prices_include_tax=invoice.prices_include_tax,
        tax_point=invoice.tax_point,
        bad_debt_relief=invoice.bad_debt_relief,
        language=invoice.language,
        purchase_order=invoice.purchase_order,
        buyer_reference=invoice.buyer_reference,
        footer=invoice.footer,
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    copy_rate(note, invoice)
    note.save(force_insert=True)
    DocumentLine.objects.bulk_create(_credit_line(note, place, line, amounts) for place, line in enumerate(credited))
    for place, each in enumerate(taxes):
        each.document, each.position = note, place
    DocumentTax.objects.bulk_create(taxes)
    DocumentParty.objects.bulk_create(_copy(party, note) for party in invoice.parties.all())
    return note


def _credit_line(note: Document, place: int, line: DocumentLine, amounts: Mapping[int, int]) -> DocumentLine:
    return DocumentLine(
        organization_id=note.organization_id,
        document=note,
        position=place,
        product=line.product,
        text=line.text,
        quantity=line.quantity if amounts[line.pk] == line.amount_micros else "",
        amount_micros=amounts[line.pk],
        credited_line=line,
        is_reduction=line.is_reduction,
        is_given=False,
        period_start=line.period_start,
        period_end=line.period_end,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        tax_rule_id=line.tax_rule_id,
    )


def _copy(party: DocumentParty, note: Document) -> DocumentParty:
    party.pk, party._state.adding, party.document = None, True, note
    return party


def _taxes(invoice: Document, lines: Sequence[DocumentLine], amounts: Mapping[int, int]) -> list[DocumentTax]:
    """Return the tax rows of a note: for each tax group, the total credited tax less what was credited before."""
    rows = []
    for group in invoice.taxes.order_by("position"):
        own = [line for line in lines if (line.tax_category, line.tax_rate) == (group.category, group.rate)]
        amount = sum(-amounts[line.pk] if line.is_reduction else amounts[line.pk] for line in own)
        if amount:
            rows.append(_tax(invoice, group, amount))
    return rows


def _tax(invoice: Document, group: DocumentTax, amount: int) -> DocumentTax:
    """Return the tax row of a note for an amount of one group's lines."""
    before = DocumentTax.objects.filter(document__credited=invoice, category=group.category, rate=group.rate).aggregate(
        base=Sum("base_micros", default=0), tax=Sum("tax_micros", default=0)
    )
    base = amount
    if invoice.prices_include_tax:
        whole = group.base_micros + group.tax_micros
        in_all = before["base"] + before["tax"] + amount
        base_in_all = group.base_micros if in_all == whole else net_of(in_all, group.rate, invoice.step)
        base = base_in_all - before["base"]
        tax = amount - base
    else:
        tax = credited_tax(
            invoiced=TaxedAmount(group.base_micros, group.tax_micros),
            credited=TaxedAmount(before["base"], before["tax"]),
            note_base=base,
            rate=group.rate,
            step=invoice.step,
        )
    return DocumentTax(
        organization_id=invoice.organization_id,
        category=group.category,
        rate=group.rate,
        base_micros=base,
        tax_micros=tax,
        reason=group.reason,
        vatex_code=group.vatex_code,
    )


def _fit(taxes: Sequence[DocumentTax], exact: NetAndTax) -> None:
    """Adjust the tax of a note's groups to an exact sum, which rounding may miss by a step."""
    difference = exact.tax - sum(each.tax_micros for each in taxes)
    largest = max(taxes, key=lambda each: (each.rate, each.base_micros))
    largest.tax_micros = max(0, largest.tax_micros + difference)


def _keep_money(note: Document, back: NetAndTax, created_by: str, now: datetime) -> None:
    """Keep the paid part of a note as the customer's unapplied money."""
    Money.objects.create(
        organization=note.organization,
        key=f"credit-note:{note.pk}",
        source=Money.Source.CREDIT_NOTE,
        credit_note=note,
        amount_micros=back.total,
        value_date=day_of(note.seller, now),
        created_by=created_by,
        received_at=now,
    )
