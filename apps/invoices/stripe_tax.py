"""The request to Stripe Tax about a document, and the tax in its answer. Pure.

Stripe is asked for the net of each product (usage, service, credit), since it knows no reductions; the answer is booked
as it is. https://docs.stripe.com/tax/custom
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from apps.billing_profiles.tax_amounts import TaxGroup, half_up
from apps.billing_profiles.tax_choice import EXEMPT, OUTSIDE, REVERSE_CHARGE, STANDARD, Buyer, TaxChoice
from apps.common.languages import say
from apps.common.money import from_minor_units, payable_step, to_minor_units
from apps.common.strict_json import Json
from apps.invoices.errors import CalculationMismatch

ZERO = "Z"
# How far the tax date may lie from the day of the request; Stripe accepts 31 days.
FARTHEST = timedelta(days=30)
# The type of a VAT number at Stripe, by the customer's country; numbers of other countries are not sent.
VAT_TYPES = {
    **dict.fromkeys(["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"], "eu_vat"),
    **dict.fromkeys(["IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"], "eu_vat"),
    **{"GB": "gb_vat", "CH": "ch_vat", "LI": "li_vat", "NO": "no_vat", "IS": "is_vat"},
    **{"AU": "au_abn", "NZ": "nz_gst", "IN": "in_gst", "SG": "sg_gst", "ZA": "za_vat"},
}
RATED = {
    *("standard_rated", "reduced_rated", "portion_standard_rated", "portion_reduced_rated"),
    *("proportionally_rated", "taxable_basis_reduced"),
}
EXEMPTIONS = {"customer_exempt", "product_exempt", "product_exempt_holiday", "portion_product_exempt"}
# What papers print where no tax is due.
REVERSED = _("Reverse charge: the customer accounts for the tax")
EXEMPTED = _("Exempt from tax")
NOT_TAXED = _("Outside the scope of tax")
AWAITED = TaxChoice("", 0, "Stripe has not calculated the tax yet")
NOTHING_SOLD = TaxChoice(ZERO, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxableSale:
    """What is to be taxed: micros of `currency` by product, all positive, with the tax inside or on top.

    `reference` names the document, so that each document has its own calculation. `codes` are Stripe's tax codes by
    product; without one, Stripe uses the default of its settings.
    """

    reference: str
    currency: str
    amounts: Mapping[str, int]
    is_tax_inside: bool = False
    tax_date: date
    buyer: Buyer
    address: Mapping[str, str]
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlaceTax:
    """The tax of one place, such as a state or a city: its rate in percent, the taxed base and the tax in micros."""

    name: str
    rate: Decimal
    base_micros: int
    tax_micros: int


@dataclass(frozen=True, slots=True)
class ProductTax:
    """The tax of a product from Stripe's answer, in total and by place; amounts are micros."""

    choice: TaxChoice
    base_micros: int
    tax_micros: int
    places: tuple[PlaceTax, ...] = ()


def question_of(sale: TaxableSale, noon: datetime, now: datetime) -> Json:
    """Return the parameters of Stripe's calculation; `noon` is noon on the tax date.

    A tax date that is too far away is left out; Stripe then uses the day of the request.
    """
    behavior = "inclusive" if sale.is_tax_inside else "exclusive"
    dated = {"tax_date": int(noon.timestamp())} if abs(noon - now) <= FARTHEST else {}
    return {
        "currency": sale.currency.lower(),
        "line_items": [
            {
                "amount": to_minor_units(sale.amounts[product], sale.currency),
                "reference": product,
                "tax_behavior": behavior,
                **({"tax_code": sale.codes[product]} if sale.codes.get(product) else {}),
            }
            for product in sorted(sale.amounts)
        ],
        "customer_details": _customer(sale),
        "expand": ["line_items.data.tax_breakdown"],
        **dated,
    }


def digest_of(question: Json, reference: str) -> str:
    """Return the digest by which a document's question is found again."""
    text = json.dumps([reference, question], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _customer(sale: TaxableSale) -> Json:
    buyer = sale.buyer
    kind = VAT_TYPES.get(buyer.country)
    details: Json = {"address": dict(sale.address), "address_source": "billing"}
    if buyer.vat_number and kind:
        details["tax_ids"] = [{"type": kind, "value": buyer.vat_number}]
    if buyer.exemption is not None and buyer.exemption.covers(sale.tax_date):
        details["taxability_override"] = "customer_exempt"
    return details


def read_answer(question: Json, answer: Json, *, language: str, exempt_text: str) -> dict[str, ProductTax]:
    """Return the tax of each product that was asked about. `exempt_text` is printed for a customer that is exempt.

    Raises:
        CalculationMismatch: the answer is about something else, or its tax cannot be paid.
    """
    currency = str(question["currency"]).upper()
    asked = {item["reference"]: item for item in question["line_items"]}
    lines = {line["reference"]: line for line in answer["lines"]}
    if answer["currency"] != currency or {name: item["amount"] for name, item in asked.items()} != {
        name: line["amount"] for name, line in lines.items()
    }:
        raise CalculationMismatch("Stripe's calculation has other amounts than the request.")
    found = {}
    for product, item in asked.items():
        line = lines[product]
        is_inside = item["tax_behavior"] == "inclusive"
        base = line["amount"] - line["amount_tax"] if is_inside else line["amount"]
        tax = from_minor_units(line["amount_tax"], currency)
        if tax < 0 or base < 0 or tax % payable_step(currency):
            raise CalculationMismatch(f"Stripe's tax on {product} is not a payable amount.")
        choice = _choice(line["taxes"], base, bool(tax), language, exempt_text)
        found[product] = ProductTax(choice, from_minor_units(base, currency), tax, _places(line["taxes"], currency))
    return found


def _places(taxes: Sequence[Json], currency: str) -> tuple[PlaceTax, ...]:
    return tuple(
        PlaceTax(
            each["place"],
            Decimal(each["rate"]),
            from_minor_units(each["taxable"], currency),
            from_minor_units(each["tax"], currency),
        )
        for each in taxes
        if each["rate"] and each["reason"] in RATED
    )


def _choice(taxes: Sequence[Json], base: int, is_taxed: bool, language: str, exempt_text: str) -> TaxChoice:
    """Return the category and the rate of a line; the rate is the tax of all places in relation to the whole amount."""
    weighed = sum(
        Decimal(each["rate"]) * 1000 * each["taxable"] for each in taxes if each["rate"] and each["reason"] in RATED
    )
    rate = half_up(int(weighed * 1000), base * 1000) if base else 0
    if rate:
        return TaxChoice(STANDARD, rate)
    if is_taxed:
        raise CalculationMismatch("Stripe's tax has no rate.")
    reasons = {each["reason"] for each in taxes}
    if "reverse_charge" in reasons:
        return TaxChoice(REVERSE_CHARGE, 0, say(language, REVERSED), "VATEX-EU-AE")
    if reasons & EXEMPTIONS:
        is_buyer = "customer_exempt" in reasons and exempt_text
        return TaxChoice(EXEMPT, 0, exempt_text if is_buyer else say(language, EXEMPTED))
    if "zero_rated" in reasons:
        return TaxChoice(ZERO, 0)
    return TaxChoice(OUTSIDE, 0, say(language, NOT_TAXED), "VATEX-EU-O")


def groups_of(answered: Sequence[ProductTax]) -> list[TaxGroup]:
    """Return the products' tax by category and rate, in their order."""
    groups: dict[tuple[str, int], TaxGroup] = {}
    for each in answered:
        before = groups.get(each.choice.group, TaxGroup(each.choice, 0, 0))
        groups[each.choice.group] = TaxGroup(
            before.tax, before.base_micros + each.base_micros, before.tax_micros + each.tax_micros
        )
    return list(groups.values())
