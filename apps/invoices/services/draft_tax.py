"""The tax of a draft: by the seller's tax table, or by Stripe Tax, which is asked by the outbox and answers later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.billing_profiles.models import BillingProfile, Seller
from apps.billing_profiles.selectors import buyer_of, complete_profile, tax_table
from apps.billing_profiles.tax_amounts import TaxedLine, TaxGroup, tax_groups
from apps.billing_profiles.tax_choice import LATE_FEE, TAXED_WHEN_USED, TaxChoice, TaxOnTop, exemption_text
from apps.billing_profiles.value_dates import day_of
from apps.common.money import MAX_MICROS, Micros
from apps.common.transactions import serialized
from apps.invoices.balances import NetAndTax
from apps.invoices.errors import NegativeTotal, NotPayable, TaxAwaited, TaxRefused
from apps.invoices.models import Document, DocumentLine, DocumentTax, TaxCalculation
from apps.invoices.services.exchange import convert_tax
from apps.invoices.stripe_tax import AWAITED, NOTHING_SOLD, TaxableSale, digest_of, groups_of, question_of, read_answer
from apps.outbox.services import add_messages, enqueue, message
from apps.tenants.models import Organization

CALCULATE = "payments.calculate_tax"
REPORT = "payments.report_tax"
CREDIT = "credit"
State = TaxCalculation.State


@dataclass(frozen=True, slots=True)
class Taxes:
    """The tax of each line, and that of the document by category and rate."""

    choices: Sequence[TaxChoice]
    groups: Sequence[TaxGroup]


def tax_lines(
    document: Document, lines: Sequence[DocumentLine], profile: BillingProfile, now: datetime
) -> list[DocumentTax]:
    """Set the tax of a draft's lines and its sums, by the rates of its tax date; return its tax rows.

    Writes nothing to the database except a calculation for Stripe Tax, if the seller's tax comes from there.

    Raises:
        NoTaxRule, VatNumberMissing, SettingsContradict: the tax of the lines cannot be determined.
        NegativeTotal: reductions exceed the lines with the same tax rate.
    """
    last_day = None if document.kind == Document.Kind.INSTALLMENT else document.last_day
    document.tax_date = last_day or day_of(profile.seller, now)
    taxes = _taxes(document, lines, profile, now)
    for line, choice in zip(lines, taxes.choices, strict=True):
        line.tax_category, line.tax_rate, line.tax_rule_id = choice.category, choice.rate, choice.rule_id
    _set_sums(document, taxes.groups)
    return [_row(document, place, group) for place, group in enumerate(taxes.groups)]


def is_taxed(document: Document, now: datetime) -> bool:
    """Return whether the tax of a draft is known: always, unless Stripe has not calculated it yet."""
    return document.tax_calculation is None or document.tax_calculation.counts_at(now)


def report_after_commit(document: Document, *, now: datetime) -> None:
    """Queue the `report_messages` of a document whose written-off amount changes."""
    if messages := report_messages(document, now=now):
        add_messages(messages)


def report_messages(document: Document, *, now: datetime) -> list[dict[str, Any]]:
    """Return the outbox message of the report of a document to Stripe Tax; none unless Stripe calculated its tax."""
    if document.tax_calculation_id is None:
        return []
    key = f"report-tax:{document.pk}:{document.version}"
    return [message(REPORT, now=now, key=key, arguments={"document_id": str(document.pk)})]


def require_tax(document: Document, now: datetime) -> None:
    """Refuse to finalize a document whose tax Stripe has not calculated.

    Raises:
        TaxAwaited: it has not answered yet. TaxRefused: it has refused.
    """
    asked = document.tax_calculation
    if asked is not None and not asked.counts_at(now):
        raise TaxRefused(asked.error) if asked.state == State.REFUSED else TaxAwaited


def _taxes(document: Document, lines: Sequence[DocumentLine], profile: BillingProfile, now: datetime) -> Taxes:
    document.tax_calculation = None
    if document.is_on_account and profile.seller.prices_include_tax:
        return _alike(document, lines, TAXED_WHEN_USED)
    if profile.seller.tax_engine == Seller.TaxEngine.STRIPE:
        is_fee = document.kind == Document.Kind.FEE
        return _alike(document, lines, LATE_FEE) if is_fee else _by_stripe(document, lines, profile, now)
    table, tax_date = tax_table(profile), document.tax_date
    assert tax_date is not None, "it was set before"
    taxed = [TaxedLine(line.signed_micros, table.choose(line.product, tax_date)) for line in lines]
    groups = tax_groups(taxed, step=document.step, prices_include_tax=document.prices_include_tax)
    return Taxes([each.tax for each in taxed], groups)


def _by_stripe(document: Document, lines: Sequence[DocumentLine], profile: BillingProfile, now: datetime) -> Taxes:
    amounts: dict[str, int] = {}
    for line in lines:
        amounts[line.product] = amounts.get(line.product, 0) + line.signed_micros
    if min(amounts.values(), default=0) < 0:
        raise NegativeTotal
    sold = {product: micros for product, micros in amounts.items() if micros}
    if not sold:
        return _alike(document, lines, NOTHING_SOLD)
    asked = document.tax_calculation = _ask(document, sold, profile, now)
    if not asked.counts_at(now):
        return _alike(document, lines, AWAITED)
    exemption = buyer_of(profile).exemption
    found = read_answer(
        asked.question,
        asked.answer or {},
        language=document.language,
        exempt_text=exemption_text(exemption) if exemption else "",
    )
    first = next(iter(found.values())).choice
    choices = [found[line.product].choice if line.product in found else first for line in lines]
    return Taxes(choices, groups_of(list(found.values())))


def _alike(document: Document, lines: Sequence[DocumentLine], choice: TaxChoice) -> Taxes:
    """Return the taxes of lines that share one choice without tax."""
    taxed = [TaxedLine(line.signed_micros, choice) for line in lines]
    groups = tax_groups(taxed, step=document.step, prices_include_tax=document.prices_include_tax)
    return Taxes([choice] * len(lines), groups)


def _ask(document: Document, sold: dict[str, int], profile: BillingProfile, now: datetime) -> TaxCalculation:
    """Return the calculation for a document as it is now; a new or expired one is queued for Stripe."""
    assert document.tax_date is not None, "it was set before"
    sale = _sale(profile, reference_of(document.pk), document.currency, sold, document.tax_date)
    row, is_new = _kept(replace(sale, is_tax_inside=document.prices_include_tax), profile, now)
    if is_new:
        enqueue_question(row, now=now)
    return row


@serialized
def ask_about_credit(*, organization: Organization, amount: Micros, reference: str, now: datetime) -> TaxCalculation:
    """Return the calculation of the tax on top of credit that is about to be bought; the caller asks Stripe.

    Raises:
        ProfileIncomplete: the customer has no address.
    """
    profile = complete_profile(organization.pk)
    sale = _sale(profile, reference, organization.currency, {CREDIT: amount}, day_of(profile.seller, now))
    return _kept(sale, profile, now)[0]


def calculation_anew(document: Document, paid: NetAndTax, profile: BillingProfile, now: datetime) -> TaxCalculation:
    """Return a calculation for an invoice of bought credit for whose payment Stripe has no usable calculation.

    Stripe is asked when the invoice is reported, since it reports each calculation only once.
    """
    amounts = {CREDIT: int(paid.net)}
    sale = _sale(profile, reference_of(document.pk), document.currency, amounts, day_of(profile.seller, now))
    return _kept(sale, profile, now)[0]


def calculation_of_credit(organization: Organization, reference: str, paid: NetAndTax) -> TaxCalculation | None:
    """Return Stripe's calculation for a payment of credit; None if there is none, or its amounts are not those paid."""
    rows = TaxCalculation.objects.filter(organization=organization, reference=reference, state=State.ANSWERED)
    row = rows.order_by("-answered_at").first()
    if row is None:
        return None
    found = read_answer(row.question, row.answer or {}, language="en", exempt_text="")[CREDIT]
    return row if (found.base_micros, found.tax_micros) == (paid.net, paid.tax) else None


def tax_on_asked_credit(row: TaxCalculation, language: str) -> TaxOnTop:
    """Return the tax on top of credit from Stripe's answer."""
    found = read_answer(row.question, row.answer or {}, language=language, exempt_text="")[CREDIT]
    return TaxOnTop(found.tax_micros, found.choice)


def _sale(
    profile: BillingProfile, reference: str, currency: str, amounts: dict[str, int], tax_date: date
) -> TaxableSale:
    return TaxableSale(
        reference=reference,
        currency=currency,
        amounts=amounts,
        tax_date=tax_date,
        buyer=buyer_of(profile),
        address=_address(profile),
        codes=profile.seller.tax_codes,
    )


def _kept(sale: TaxableSale, profile: BillingProfile, now: datetime) -> tuple[TaxCalculation, bool]:
    """Return the calculation of a sale, and whether Stripe must be asked, for the first time or again."""
    question = question_of(sale, profile.seller.start_of(sale.tax_date) + timedelta(hours=12), now)
    row, is_new = TaxCalculation.objects.get_or_create(
        organization_id=profile.organization_id,
        digest=digest_of(question, sale.reference),
        defaults={"reference": sale.reference, "question": question, "asked_at": now},
    )
    has_expired = row.state == State.ANSWERED and not row.counts_at(now)
    if has_expired:
        reopen(row, now=now)
    return row, is_new or has_expired


def reference_of(document_id: UUID) -> str:
    """Return the reference that all calculations for a document have."""
    return f"invoice:{document_id}"


def reopen(row: TaxCalculation, *, now: datetime) -> None:
    """Mark a refused or expired calculation to be requested from Stripe again."""
    row.state, row.attempt, row.asked_at, row.error = State.ASKED, row.attempt + 1, now, ""
    row.save(update_fields=["state", "attempt", "asked_at", "error"])


@serialized
def report_again(*, document_id: UUID, now: datetime, transaction: str = "") -> None:
    """Queue the report of a numbered document that Stripe Tax refused; a document that it has is not changed there.

    `transaction` is Stripe's id of the sale, if its answer was lost.
    """
    key = f"report-tax:{document_id}:{now.isoformat()}"
    enqueue(REPORT, now=now, key=key, arguments={"document_id": str(document_id), "transaction": transaction})


def enqueue_question(row: TaxCalculation, *, now: datetime, about: str = "") -> None:
    """Queue a calculation for Stripe; if its draft is gone, the task only closes the issue of the refusal."""
    enqueue(
        CALCULATE,
        now=now,
        key=f"calculate-tax:{row.pk}:{about or row.attempt}",
        arguments={"calculation_id": row.pk},
    )


def _address(profile: BillingProfile) -> dict[str, str]:
    """Return a customer's address in Stripe's form, without empty parts."""
    address = {
        "line1": profile.street,
        "line2": profile.street_extra,
        "city": profile.city,
        "postal_code": profile.postal_code,
        "state": profile.region,
        "country": profile.country,
    }
    return {name: value for name, value in address.items() if value}


def _set_sums(document: Document, groups: Sequence[TaxGroup]) -> None:
    if any(group.base_micros < 0 for group in groups):
        raise NegativeTotal
    document.net_micros = sum(group.base_micros for group in groups)
    document.tax_micros = sum(group.tax_micros for group in groups)
    document.total_micros = document.net_micros + document.tax_micros
    if document.total_micros > MAX_MICROS:
        raise NotPayable("The lines add up to more than can be stored.")
    convert_tax(document)


def _row(document: Document, place: int, group: TaxGroup) -> DocumentTax:
    return DocumentTax(
        organization_id=document.organization_id,
        document=document,
        position=place,
        category=group.tax.category,
        rate=group.tax.rate,
        base_micros=group.base_micros,
        tax_micros=group.tax_micros,
        reason=group.tax.reason,
        vatex_code=group.tax.vatex_code,
    )
