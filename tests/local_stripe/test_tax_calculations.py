"""Stripe Tax as it is called by Stripe's own library: calculations, transactions, reversals, and what is refused."""

from typing import Any

import pytest
import stripe

BERLIN = {"line1": "Ring 5", "city": "Berlin", "postal_code": "10115", "country": "DE"}


def sale(*amounts: int, **details: Any) -> dict[str, Any]:
    """A sale with a line per amount, to a customer in Berlin unless told otherwise."""
    lines = [{"amount": amount, "reference": f"line {place}"} for place, amount in enumerate(amounts, 1)]
    address = {"address": BERLIN, "address_source": "billing"}
    return {
        "currency": "eur",
        "line_items": lines,
        "customer_details": address | details,
        "expand": ["line_items.data.tax_breakdown"],
    }


def taxes(calculation: Any) -> list[tuple[int, list[tuple[str, str]]]]:
    return [
        (
            line.amount_tax,
            [
                (each.tax_rate_details.percentage_decimal if each.tax_rate_details else "", each.taxability_reason)
                for each in line.tax_breakdown
            ],
        )
        for line in calculation.line_items.data
    ]


@pytest.mark.parametrize(
    ("details", "tax"),
    [
        ({}, (190, [("19.0", "standard_rated")])),
        ({"taxability_override": "customer_exempt"}, (0, [("", "customer_exempt")])),
        (
            {"address": {"country": "FR"}, "tax_ids": [{"type": "eu_vat", "value": "FR40303265045"}]},
            (0, [("", "reverse_charge")]),
        ),
        ({"address": {"country": "BR"}}, (0, [("", "not_collecting")])),
        (
            {"address": {"country": "US", "state": "NY", "postal_code": "10001"}},
            (89, [("4.0", "standard_rated"), ("4.5", "standard_rated"), ("0.375", "standard_rated")]),
        ),
    ],
)
def test_tax_follows_the_customer_s_place(v1: Any, details: Any, tax: Any) -> None:
    made = v1.tax.calculations.create(sale(1_000, **details))
    assert taxes(made) == [tax]
    assert (made.amount_total, made.tax_amount_exclusive) == (1_000 + tax[0], tax[0])


def test_lines_are_shown_only_if_they_are_asked_for(v1: Any) -> None:
    assert "line_items" not in v1.tax.calculations.create({**sale(100), "expand": []})
    lines = v1.tax.calculations.create({**sale(100), "expand": ["line_items"]}).line_items.data
    assert lines[0].tax_breakdown is None


def test_tax_can_be_inside_and_gift_cards_are_exempt(v1: Any) -> None:
    params = sale(1_190, 500)
    params["line_items"][0]["tax_behavior"] = "inclusive"
    params["line_items"][1]["tax_code"] = "txcd_10502000"
    made = v1.tax.calculations.create(params)
    assert taxes(made) == [(190, [("19.0", "standard_rated")]), (0, [("", "product_exempt")])]
    assert (made.amount_total, made.tax_amount_inclusive, made.tax_amount_exclusive) == (1_690, 190, 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer_details": {"address": {"country": "US", "state": "NY"}}}, "customer_tax_location_invalid"),
        ({"customer_details": {"address": {**BERLIN, "postal_code": "00000"}}}, "customer_tax_location_invalid"),
        ({"line_items": [{"amount": -1}]}, None),
        ({"line_items": [{"amount": 1, "reference": "a"}, {"amount": 1, "reference": "a"}]}, None),
        ({"tax_date": 1}, None),
        ({"customer_details": {"taxability_override": "sometimes"}}, None),
    ],
)
def test_what_stripe_refuses(v1: Any, change: Any, code: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.tax.calculations.create(sale(100) | change)
    assert refused.value.code == code


def test_a_sale_is_reported_once_per_reference_and_reversed_at_most_whole(v1: Any) -> None:
    made = v1.tax.calculations.create(sale(1_000, 2_000))
    expand = {"expand": ["line_items"]}
    reported = v1.tax.transactions.create_from_calculation({"calculation": made.id, "reference": "A-1", **expand})
    first, second = reported.line_items.data
    assert (first.amount, first.amount_tax, reported.type) == (1_000, 190, "transaction")
    with pytest.raises(stripe.InvalidRequestError, match="exists already"):
        v1.tax.transactions.create_from_calculation({"calculation": made.id, "reference": "A-1"})

    def reverse(reference: str, amount: int, tax: int) -> Any:
        line = {"original_line_item": second.id, "amount": amount, "amount_tax": tax, "reference": "L"}
        part = {"original_transaction": reported.id, "mode": "partial", "line_items": [line], "reference": reference}
        return v1.tax.transactions.create_reversal(part)

    back = reverse("A-1-C1", -1_500, -285)
    assert (back.type, back.reversal.original_transaction) == ("reversal", reported.id)
    for amount, tax in ((-501, -95), (-500, -96), (1, 0)):
        with pytest.raises(stripe.InvalidRequestError, match="can be reversed"):
            reverse("A-1-C2", amount, tax)
    reverse("A-1-C2", -500, -95)
    whole = {"original_transaction": reported.id, "mode": "full", "reference": "A-1-C3"}
    with pytest.raises(stripe.InvalidRequestError, match="in part before"):
        v1.tax.transactions.create_reversal(whole)
    with pytest.raises(stripe.InvalidRequestError, match="Another transaction"):
        v1.tax.transactions.create_from_calculation({"calculation": made.id, "reference": "A-2"})
    other = v1.tax.calculations.create(sale(1_000, 2_000))
    again = v1.tax.transactions.create_from_calculation({"calculation": other.id, "reference": "A-2"})
    gone = v1.tax.transactions.create_reversal({**whole, "original_transaction": again.id, **expand})
    assert [line.amount for line in gone.line_items.data] == [-1_000, -2_000]
