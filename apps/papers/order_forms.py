"""The order form of a contract: its terms, its schedule with tax, and lines for both sides to sign."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from apps.billing_profiles.selectors import tax_table
from apps.billing_profiles.tax_amounts import TaxedLine, TaxGroup, tax_groups
from apps.billing_profiles.tax_choice import TaxTable
from apps.common.errors import BillingError
from apps.common.papers.content import Letter, Section, Sum
from apps.common.papers.formats import number_in, rate_in
from apps.contracts import selectors as contracts
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.models import Contract, ContractVersion, Installment
from apps.papers.letter_writer import LetterWriter
from apps.pricing.models import Meter
from apps.pricing.price_text import one_text
from apps.pricing.rating import Scheme

TITLE = _("Order form")
Frequency = ContractVersion.PaymentFrequency
FREQUENCIES = {
    Frequency.ONE_TIME: _("Once"),
    Frequency.MONTHLY: _("Monthly"),
    Frequency.QUARTERLY: _("Quarterly"),
    Frequency.SEMIANNUAL: _("Every six months"),
    Frequency.ANNUAL: _("Yearly"),
}
RENEWS = _("Renews for the same term")
ENDS = _("Ends")
COLUMNS = (
    (_("Due date"), 14, False),
    (_("Period"), 28, False),
    (_("Prepaid credit"), 19, True),
    (_("Service"), 19, True),
)
PRICE_COLUMNS = ((_("Service"), 34, False), (_("Model"), 26, False), (_("Price"), 40, True))
LOWERED = (_("Discount"), 17, True)
AMOUNT = (_("Amount"), 20, True)


def order_form_letter(contract: Contract) -> Letter:
    """Return the content of the order form for a contract's current term.

    Raises:
        ProfileIncomplete: the customer or its seller lacks what papers need.
    """
    writer = LetterWriter.of(contract.organization)
    rows = contracts.current_schedule(contract)
    version = contracts.recurring_version(contract)
    names = (writer.profile.seller.legal_name, writer.profile.legal_name)
    frequency = writer.say(FREQUENCIES[Frequency(version.payment_frequency)])
    return writer.letter(
        TITLE,
        (
            (_("Contract term"), writer.period(contract.start_date, contract.end_date)),
            (_("At the end of the term"), writer.say(RENEWS if contract.auto_renew else ENDS)),
            (_("Payments"), writer.say(_("By the dates below")) if version.custom_lines else frequency),
            (_("Payment terms"), _terms_of(writer, version)),
            (_("Purchase order"), writer.profile.purchase_order),
            (_("Your reference"), writer.profile.buyer_reference),
            (_("Your VAT number"), writer.profile.vat_number),
        ),
        (
            _schedule(writer, rows),
            *_prices(writer, contract),
            *_texts(writer, contract),
            Section(
                signatures=tuple(writer.say(_("Place, date, signature for %(name)s"), name=name) for name in names)
            ),
        ),
    )


def _terms_of(writer: LetterWriter, version: ContractVersion) -> str:
    days = version.payment_terms_days
    return writer.say(_("Due %(days)s days after the start of each period"), days=days) if days else ""


def _texts(writer: LetterWriter, contract: Contract) -> Iterator[Section]:
    bonus = contract.bonus_credits_micros
    if bonus:
        text = _("With the first payment, %(amount)s of bonus credit is added free of charge.")
        yield Section(text=writer.say(text, amount=writer.money(bonus)))
    for text in (contract.notes, writer.profile.seller.terms_text):
        if text:
            yield Section(text=text)


def _schedule(writer: LetterWriter, rows: Sequence[Installment]) -> Section:
    has_discount = any(row.discount_micros for row in rows)
    return Section(
        columns=writer.columns(*COLUMNS, *([LOWERED] if has_discount else []), AMOUNT),
        rows=tuple(tuple(_cells(writer, row, has_discount=has_discount)) for row in rows),
        sums=tuple(_sums(writer, rows)),
    )


def _prices(writer: LetterWriter, contract: Contract) -> Iterator[Section]:
    """Yield the customer's own prices of usage, which the contract agrees on."""
    prices = contracts.agreed_prices(contract)
    if not prices:
        return
    meters = {row.slug: row for row in Meter.objects.filter(slug__in=[price.meter for price in prices])}
    yield Section(text=writer.say(_("During the term of the contract, usage costs:")))
    yield Section(
        columns=writer.columns(*PRICE_COLUMNS),
        rows=tuple(
            (meter.name, price.model or writer.say(_("any model")), each)
            for price in prices
            if (meter := meters.get(price.meter))
            for each in _price_words(writer, price, meter)
        ),
    )


def _price_words(writer: LetterWriter, price: AgreedPrice, meter: Meter) -> Iterator[str]:
    """Yield the price of one unit, or those of a million tokens."""
    if price.scheme is Scheme.PER_UNIT:
        amount = number_in(writer.language, one_text(price.micros_per_million or 0))
        one = f"{amount} {writer.organization.currency}"
        yield writer.say(_("%(amount)s per %(unit)s"), amount=one, unit=meter.unit)
        return
    for text, micros in (
        (_("%(amount)s per million tokens"), price.micros_per_million),
        (_("%(amount)s per million input tokens"), price.input_micros_per_million),
        (_("%(amount)s per million output tokens"), price.output_micros_per_million),
    ):
        if micros is not None:
            yield writer.say(text, amount=writer.money(micros))


def _cells(writer: LetterWriter, row: Installment, *, has_discount: bool) -> Iterator[str]:
    yield writer.day(row.due_date)
    yield (
        writer.say(FREQUENCIES[Frequency.ONE_TIME])
        if row.is_one_time
        else writer.period(row.period_start, row.period_end)
    )
    yield writer.money(row.credit_micros)
    yield writer.money(row.service_micros)
    if has_discount:
        yield writer.money(-row.discount_micros)
    yield writer.money(row.payable_micros)


def _sums(writer: LetterWriter, rows: Sequence[Installment]) -> Iterator[Sum]:
    """Yield the sum without tax, the tax (rounded per installment, as on its invoice), and the total."""
    net = sum(row.payable_micros for row in rows)
    yield Sum(writer.say(_("Net")), writer.money(net))
    try:
        table = tax_table(writer.profile)
        groups = [group for row in rows for group in _taxed(table, row, writer.step)]
    except BillingError:
        yield Sum(writer.say(_("Tax")), writer.say(_("as on the invoice")))
        return
    taxes: Counter[int] = Counter()
    for group in groups:
        taxes[group.tax.rate] += group.tax_micros
    for rate, micros in sorted(taxes.items()):
        if micros:
            yield Sum(f"{writer.say(_('Tax'))} {rate_in(writer.language, rate)}", writer.money(micros))
    yield Sum(writer.say(_("Total")), writer.money(net + taxes.total()), is_bold=True)
    for reason in dict.fromkeys(group.tax.reason for group in groups if group.tax.reason):
        yield Sum(reason, "")


def _taxed(table: TaxTable, row: Installment, step: int) -> list[TaxGroup]:
    """Return the tax of an installment by the rates of its due date; a discount lowers credit and service alike."""
    payable, whole = row.payable_micros, row.amount_micros
    if not whole:
        return []
    credit = row.credit_micros * payable // whole // step * step
    parts = (("credit", credit), ("service", payable - credit))
    lines = [TaxedLine(micros, table.choose(product, row.due_date)) for product, micros in parts if micros]
    return tax_groups(lines, step=step, prices_include_tax=False)
