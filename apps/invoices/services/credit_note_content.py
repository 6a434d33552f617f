"""The content of a credit note: the amount that it takes off each line of its invoice, and its tax."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Sum

from apps.billing_profiles.tax_amounts import TaxedAmount, credited_tax, net_of
from apps.billing_profiles.value_dates import day_of
from apps.common.money import Micros, money_text
from apps.invoices.balances import NetAndTax
from apps.invoices.credit_division import credit_by_amount, credit_by_line
from apps.invoices.errors import LineExceeded, StateForbids
from apps.invoices.models import Document, DocumentLine, DocumentParty, DocumentTax
from apps.invoices.services.exchange import copy_rate
from apps.invoices.services.usage_drafts import Window
from apps.wallets.accounts import Role

# A category and a rate of tax.
Group = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms:
    """What to credit: `lines` (amounts in micros by line id), an `amount` over all lines, or else everything left.

    Like the lines, amounts are without tax, or with tax if the invoice's prices include it. The paid part goes to
    `destination`: bank, unapplied money, or the account from which Stripe took it. `total` is the note's total with tax
    as the page showed it, or None. `exact` is the net and the tax of a note for a given sum with tax. `window` is what
    corrections took off the usage on the invoice, and when.
    """

    reason: str
    lines: Mapping[int, int] = field(default_factory=dict)
    amount: Micros | None = None
    destination: Role = Role.UNAPPLIED
    total: Micros | None = None
    exact: NetAndTax | None = None
    window: Window | None = None


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


def left_of_products(invoice: Document) -> dict[str, tuple[int, int]]:
    """Return the line of each product of an installment's invoice, and what is left of it after its reduction.

    Lines are given by id, amounts in micros.
    """
    left, found = _left(invoice), dict[str, tuple[int, int]]()
    for line in invoice.lines.order_by("is_reduction", "position"):
        if line.is_reduction:
            pk, micros = found[line.product]
            found[line.product] = pk, micros - left[line.pk]
        else:
            found[line.product] = line.pk, left[line.pk]
    return found


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
    if not terms.lines:
        return _by_amount(invoice, lines, amount or 0, left)
    amounts = _by_line(invoice, lines, terms.lines, {pk: each for pk, each in left.items() if signs[pk] > 0})
    _refuse_above_groups(invoice, lines, amounts, left)
    return amounts


def _by_amount(
    invoice: Document, lines: Sequence[DocumentLine], amount: int, left: Mapping[int, int]
) -> dict[int, int]:
    """Divide an amount over the groups of lines with one tax rate, then each part over the lines of its group.

    Both divisions are in proportion to what can still be credited; the reductions of a group lower its share.
    """
    groups: dict[Group, dict[int, int]] = {}
    for line in lines:
        group = groups.setdefault((line.tax_category, line.tax_rate), {})
        group[line.pk] = -left[line.pk] if line.is_reduction else left[line.pk]
    most = [sum(group.values()) for group in groups.values()]
    try:
        parts = credit_by_amount(amount, most, invoice.step)
    except ValueError as error:
        text = money_text(sum(most), invoice.currency)
        raise LineExceeded(f"The amount must be payable and at most {text}.", field="amount") from error
    amounts: dict[int, int] = {}
    for part, group in zip(parts, groups.values(), strict=True):
        sold = {pk: micros for pk, micros in group.items() if micros > 0}
        if part:
            amounts |= zip(sold, credit_by_amount(part, list(sold.values()), invoice.step), strict=True)
    return amounts


def _refuse_above_groups(
    invoice: Document, lines: Sequence[DocumentLine], amounts: Mapping[int, int], left: Mapping[int, int]
) -> None:
    """Refuse to credit more than the reductions leave of the lines with one tax rate.

    Raises:
        LineExceeded: the amounts of a tax rate add up to more.
    """
    most: dict[Group, int] = {}
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


def draft_note(
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
    if terms.window is not None:
        terms.window.write(note)
        note.carried_out_micros = note.carried_in_micros + note.total_micros - note.exact_micros
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
