"""Stripe Tax: calculations, and the transactions that report them."""

from decimal import Decimal, InvalidOperation

from apps.common.strict_json import Json
from apps.payments.errors import MalformedObject
from apps.payments.stripe_objects import fields, readers
from apps.payments.stripe_objects.fields import Facts

HIGHEST_PERCENTAGE = 100


def _percentage(body: Json) -> str:
    """Return a rate in percent as Stripe writes it, empty if there is none."""
    text = readers.text(body, "percentage_decimal", longest=20)
    try:
        is_rate = not text or 0 <= Decimal(text) <= HIGHEST_PERCENTAGE
    except InvalidOperation:
        is_rate = False
    if not is_rate:
        raise MalformedObject("percentage_decimal is not a rate")
    return text


def _tax(body: Json) -> Json:
    return {
        "rate": _percentage(readers.member(body, "tax_rate_details")),
        "reason": readers.text(body, "taxability_reason", longest=60),
        "taxable": readers.amount(body, "taxable_amount"),
        "tax": readers.signed_amount(body, "amount"),
        "place": readers.text(readers.member(body, "jurisdiction"), "display_name", longest=200),
    }


def _line(body: Json) -> Json:
    return {
        "id": readers.required_id(body),
        "reference": readers.text(body, "reference", longest=500),
        "amount": readers.signed_amount(body, "amount"),
        "amount_tax": readers.signed_amount(body, "amount_tax"),
    }


def _lines(body: Json) -> list[Json]:
    return [_line(row) for row in readers.rows(body, "line_items")]


def _taxed_lines(body: Json) -> list[Json]:
    rows = readers.rows(body, "line_items")
    return [{**_line(row), "taxes": [_tax(each) for each in readers.objects(row, "tax_breakdown")]} for row in rows]


@fields.stripe_object("tax.calculation")
class TaxCalculationFacts(Facts):
    """A calculation with its lines, each with the taxes of all places as JSON.

    A tax has the rate, why it is due or not, the taxable amount, the tax, and the name of the place.
    """

    id: str = fields.required_id()
    currency: str = fields.currency()
    expires_at: int = fields.integer()
    livemode: bool = fields.flag()
    lines: list[Json] = fields.computed(_taxed_lines)


@fields.stripe_object("tax.transaction")
class TaxTransactionFacts(Facts):
    """A sale, or a part of one taken back, as Stripe reports it; with its lines as JSON."""

    id: str = fields.required_id()
    reference: str = fields.text(500)
    livemode: bool = fields.flag()
    lines: list[Json] = fields.computed(_lines)
