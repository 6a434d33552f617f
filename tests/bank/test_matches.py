"""Scored proposals: each signal, the worked examples, and what must not match."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.bank.matches import (
    Claim,
    Grade,
    InvoiceIndex,
    Payer,
    Receipt,
    first_sum,
    grade_of,
    letters,
    normalized,
    occurs_in,
    propose,
    short_numbers,
    similarity,
    words_of,
)
from apps.invoices.references import creditor_reference

ACME, OTHER = UUID(int=1), UUID(int=2)
IBAN = "DE02120300000000202051"


def claim(number: str, amount: str, place: int = 1, owner: UUID = ACME, **fields: object) -> Claim:
    values: dict[str, object] = {
        "id": UUID(int=100 + place),
        "organization_id": owner,
        "number": number,
        "left_micros": round(float(amount) * 100) * 10_000,
        "issue_date": date(2026, 11, 1),
        "due_date": date(2026, 12, 1),
    }
    return Claim(**{**values, **fields})  # type: ignore[arg-type]


def payers(*ibans: str) -> dict[UUID, Payer]:
    return {
        ACME: Payer(organization_id=ACME, names=("ACME GmbH",), ibans=frozenset(ibans), references=("CRM-4711",)),
        OTHER: Payer(organization_id=OTHER, names=("Beta Industries Ltd",)),
    }


def receipt(amount: str, text: str = "", **fields: object) -> Receipt:
    values: dict[str, object] = {
        "amount_micros": round(float(amount) * 100) * 10_000,
        "value_date": date(2026, 11, 20),
        "text": text,
        "party_name": "ACME GMBH",
        "party_iban": IBAN,
    }
    return Receipt(**{**values, **fields})  # type: ignore[arg-type]


SEVENTEEN = claim("EX-2026-00017", "1190", 17)
EIGHTEEN = claim("EX-2026-00018", "595", 18)


def best(received: Receipt, *claims: Claim, ibans: tuple[str, ...] = ()) -> tuple[int, Grade, list[str]]:
    found = propose(received, InvoiceIndex(claims, payers(*ibans)))
    return (
        (found[0].score, grade_of(found), [each.number for each in found[0].claims]) if found else (0, Grade.NONE, [])
    )


def test_number_amount_and_name_are_sure_even_from_an_unknown_iban() -> None:
    found = best(receipt("1190", "Rechnung EX 2026 00017 danke"), SEVENTEEN, EIGHTEEN)
    assert found == (110, Grade.SURE, ["EX-2026-00017"])


def test_a_known_iban_with_name_and_sum_is_likely_without_a_number() -> None:
    assert best(receipt("1190"), SEVENTEEN, EIGHTEEN, ibans=(IBAN,)) == (75, Grade.LIKELY, ["EX-2026-00017"])


def test_two_invoices_that_make_the_sum_are_likely() -> None:
    found = best(receipt("1785"), SEVENTEEN, EIGHTEEN, ibans=(IBAN,))
    assert found == (70, Grade.LIKELY, ["EX-2026-00017", "EX-2026-00018"])


def test_two_named_invoices_take_the_sum_together() -> None:
    found = best(receipt("1785", "EX-2026-00017, EX-2026-00018"), SEVENTEEN, EIGHTEEN)
    assert found == (110, Grade.SURE, ["EX-2026-00017", "EX-2026-00018"])


def test_a_creditor_reference_counts_as_the_number_and_a_mistyped_one_does_not() -> None:
    valid = creditor_reference("EX-2026-00017")
    assert best(receipt("1190", valid, party_name=""), SEVENTEEN)[0] == 60 + 30 + 5
    wrong = valid[:2] + f"{(int(valid[2:4]) + 1) % 100:02d}" + "XX202600017"
    assert best(receipt("1190", wrong, party_name=""), SEVENTEEN)[0] == 30 + 5 + 40  # its digits alone


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("ex/2026/00017 18.11.2026", 60),
        ("INVEX202600017", 60),
        ("EX-2026-000171", 0),
        ("1EX-2026-0001", 0),
        ("Rg. 202600017", 40),
        ("Rg. 17", 0),
        ("PO 998877 / kostenstelle", 20),
        ("Kunde CRM-4711", 20),
    ],
)
def test_a_number_gives_points_by_how_much_of_it_is_in_the_text(text: str, points: int) -> None:
    wanted = replace(SEVENTEEN, references=("PO-998877",))
    anonymous = receipt("1190", text, party_name="", party_iban="")
    assert best(anonymous, wanted)[0] == points + 30 + 5


def test_a_short_number_of_two_open_invoices_gives_no_points() -> None:
    one, other = claim("EX-2026-04711", "10", 1), claim("RE-2026-04711", "10", 2, OTHER)
    assert "4711" in short_numbers("EX-2026-04711")
    unknown = receipt("10", "Rechnung 4711", party_name="", party_iban="")
    assert best(unknown, one)[0] == 40 + 30 + 5
    assert best(unknown, one, other)[0] == 30 + 5


def test_the_iban_of_another_customer_costs_points_and_a_shared_iban_gives_none() -> None:
    theirs = claim("EX-2026-00020", "1190", 20, OTHER)
    found = propose(receipt("1190", "EX-2026-00020", party_name=""), InvoiceIndex([theirs], payers(IBAN)))
    assert (found[0].score, "IBAN of another customer" in found[0].signals) == (60 + 30 - 40 + 5, True)
    both = payers(IBAN) | {OTHER: replace(payers()[OTHER], ibans=frozenset({IBAN}))}
    assert propose(receipt("1190", "EX-2026-00020", party_name=""), InvoiceIndex([theirs], both))[0].score == 95


@pytest.mark.parametrize(
    ("amount", "points"), [("1190", 30), ("1185", 10), ("1180", 10), ("1179.99", 0), ("1190.01", 0)]
)
def test_a_sum_short_by_bank_charges_counts_less(amount: str, points: int) -> None:
    assert best(receipt(amount, "EX-2026-00017"), SEVENTEEN)[0] == 60 + points + 15 + 5


@pytest.mark.parametrize(
    ("name", "points"),
    [("Acme", 15), ("GmbH ACME", 15), ("ACMEE GMBH", 8), ("Beta Industries", 0), ("Ácme G.m.b.H.", 15)],
)
def test_names_are_compared_by_their_words_without_legal_forms(name: str, points: int) -> None:
    assert best(receipt("5", "EX-2026-00017", party_name=name), SEVENTEEN)[0] == 60 + points + 5


def test_a_receipt_before_the_invoice_or_long_after_it_gets_no_points_for_its_date() -> None:
    early, late = date(2026, 10, 30), date(2027, 1, 31)
    assert [best(receipt("1190", value_date=day), SEVENTEEN)[0] for day in (early, late)] == [45, 45]


def test_two_equal_proposals_are_not_sure() -> None:
    twin = replace(SEVENTEEN, id=UUID(int=9), number="EX-2026-00019")
    text = "EX-2026-00017"
    assert best(receipt("1190", text), SEVENTEEN, twin)[1] == Grade.SURE
    assert best(receipt("1190", "EX-2026-00017 EX-2026-00019"), SEVENTEEN, twin)[1] == Grade.LIKELY


def test_sums_of_two_to_four_are_found_with_the_fewest_invoices() -> None:
    assert first_sum([10, 20, 30, 40], 30) == (0, 1)
    assert first_sum([10, 20, 40, 80], 70) == (0, 1, 2)
    assert first_sum([1, 2, 4, 8, 16], 29) == (0, 2, 3, 4)
    assert first_sum([1, 2, 4, 8, 16], 31) == ()
    assert first_sum([5, 5], 10) == (0, 1)


def test_a_number_inside_a_longer_number_is_not_found() -> None:
    for text, stands in (("A1", True), ("A 1", True), ("A12", False), ("XA1", True)):
        assert occurs_in("A-1", letters(text), normalized(text)) is stands


SHORT_NAMES = st.text("ABCD ", min_size=1, max_size=14)


@given(SHORT_NAMES, SHORT_NAMES)
def test_a_name_counts_if_three_quarters_of_it_are_the_same(one: str, other: str) -> None:
    book = InvoiceIndex([SEVENTEEN], {ACME: Payer(organization_id=ACME, names=(one,))})
    found = propose(receipt("1190", party_name=other), book)
    alike = similarity(words_of(one), words_of(other))
    expected = {"name"} if alike >= 90 else {"similar name"} if alike >= 75 else set()
    # Short names are left out: names with the same letters, but no two adjacent ones in common, are not compared.
    if len(words_of(one)) + len(words_of(other)) > 8:
        assert {"name", "similar name"} & set(found[0].signals) == expected


def test_only_names_that_can_be_alike_are_compared() -> None:
    """This matches a file of thousands of lines with thousands of customers in seconds."""
    names = ["Kiosk Zypresse", "Yoga Quelle", "Obst und Gemüse", "Nordlicht Metallbau"]
    payers = {
        UUID(int=place): Payer(organization_id=UUID(int=place), names=(f"{names[min(place, 3)]} {place}",))
        for place in (0, 1, 2, 3, *range(10_000, 10_003))
    }
    similarity.cache_clear()
    found = propose(
        receipt("1190", party_name="NORDLICHT METALLBAU 3"), InvoiceIndex([claim("N", "1", owner=UUID(int=3))], payers)
    )
    assert (similarity.cache_info().misses, found[0].signals) == (4, ("name", "date"))
