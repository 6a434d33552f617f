"""The tax of a sale, and its rounding."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.billing_profiles.errors import NoTaxRule, SettingsContradict, VatNumberMissing
from apps.billing_profiles.tax_amounts import TaxedAmount, TaxedLine, credited_tax, tax_groups, tax_on
from apps.billing_profiles.tax_choice import Buyer, Exemption, TaxChoice, TaxRule, TaxTable, choose_tax
from apps.common.money import payable_step, to_micros

CENT = payable_step("EUR")
DAY = date(2026, 11, 30)
GERMAN = Buyer("DE", "", "business", "DE136695976")
FULL, REDUCED, FOUR = TaxChoice("S", 19_000), TaxChoice("S", 7_000), TaxChoice("S", 4_000)


def rule(**fields):
    plain = TaxRule(1, "any", "DE", "", "", False, "S", 19_000, "", "", date(2026, 1, 1), None)
    return replace(plain, **fields)


def choose(*rules, product="service", buyer=GERMAN, seller_vat_number="DE115235681", day=DAY):
    return choose_tax(rules, product=product, buyer=buyer, seller_vat_number=seller_vat_number, day=day)


def lines(*pairs):
    return [TaxedLine(to_micros(amount), tax) for amount, tax in pairs]


def sums(groups):
    return [(group.base_micros, group.tax_micros) for group in groups]


def micros(*pairs):
    return [(to_micros(base), to_micros(tax)) for base, tax in pairs]


def test_a_reduction_is_split_over_the_rates_and_each_rate_is_rounded_once():
    groups = tax_groups(lines(("99.99", FULL), ("49.99", REDUCED)), [to_micros("10")], step=CENT)
    assert sums(groups) == micros(("93.32", "17.73"), ("46.66", "3.27"))
    assert [group.reductions for group in groups] == [(to_micros("6.67"),), (to_micros("3.33"),)]
    assert sum(map(sum, sums(groups))) == to_micros("160.98")


def test_three_lines_of_one_rate_are_rounded_together():
    assert sums(tax_groups(lines(*[("0.33", FULL)] * 3), step=CENT)) == micros(("0.99", "0.19"))


def test_prices_that_include_tax():
    for gross, tax, base, inside in (("50", FULL, "42.02", "7.98"), ("2.99", FOUR, "2.88", "0.11")):
        groups = tax_groups(lines((gross, tax)), step=CENT, prices_include_tax=True)
        assert sums(groups) == micros((base, inside))


def test_notes_in_thirds_credit_the_whole_tax():
    credited, taxes = 0, []
    for base in ("3.34", "3.34", "3.33"):
        note = to_micros(base)
        taxes.append(
            credited_tax(
                invoiced=TaxedAmount(to_micros("10.01"), to_micros("1.90")),
                credited=TaxedAmount(credited, sum(taxes)),
                note_base=note,
                rate=19_000,
                step=CENT,
            )
        )
        credited += note
    assert taxes == [to_micros("0.63"), to_micros("0.64"), to_micros("0.63")]


def test_tax_is_a_multiple_of_the_smallest_payable_amount():
    assert tax_on(to_micros("1005"), 10_000, payable_step("JPY")) == to_micros("101")
    assert tax_on(to_micros("12.340"), 5_000, payable_step("KWD")) == to_micros("0.620")


amounts = st.integers(1, 10**9).map(lambda cents: cents * CENT)


@given(
    st.lists(st.tuples(amounts, st.sampled_from([FULL, REDUCED, FOUR])), min_size=1, max_size=6),
    st.integers(0, 100),
    st.booleans(),
)
def test_lines_less_reductions_are_the_bases(pairs, percent, included):
    given_lines = [TaxedLine(amount, tax) for amount, tax in pairs]
    gross = sum(amount for amount, _ in pairs)
    reduction = gross * percent // 100 // CENT * CENT
    groups = tax_groups(given_lines, [reduction], step=CENT, prices_include_tax=included)
    assert all(part % CENT == 0 for group in groups for part in (group.base_micros, group.tax_micros))
    whole = sum(group.base_micros + (group.tax_micros if included else 0) for group in groups)
    assert whole == gross - reduction


@given(amounts, st.integers(1, 30_000), st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_notes_never_credit_more_tax_than_there_is(base, rate, percents):
    tax = tax_on(base, rate, CENT)
    credited_base = credited = 0
    for percent in [*percents, 100]:
        note = (base - credited_base) * percent // 100 // CENT * CENT
        part = credited_tax(
            invoiced=TaxedAmount(base, tax),
            credited=TaxedAmount(credited_base, credited),
            note_base=note,
            rate=rate,
            step=CENT,
        )
        assert part >= 0
        credited_base, credited = credited_base + note, credited + part
        assert credited <= tax
    assert credited == tax


def test_the_most_specific_row_wins():
    ladder = [
        rule(id=1, country="", category="O", rate=0),
        rule(id=2),
        rule(id=3, needs_vat_number=True),
        rule(id=4, customer_kind="business"),
        rule(id=5, product="service"),
        rule(id=6, product="service", needs_vat_number=True),
    ]
    for count in range(1, len(ladder) + 1):
        assert choose(*reversed(ladder[:count])).rule_id == count
    texan = Buyer("US", "TX", "business", "")
    in_region = rule(id=8, country="US", region="TX")
    assert choose(rule(id=7, country="US", customer_kind="business"), in_region, buyer=texan).rule_id == 8


def test_a_row_counts_from_its_first_to_its_last_day():
    old = rule(id=1, rate=16_000, valid_from=date(2026, 7, 1), valid_to=date(2026, 12, 31))
    new = rule(id=2, valid_from=date(2027, 1, 1))
    assert choose(old, new, day=date(2026, 12, 31)).rate == 16_000
    assert choose(old, new, day=date(2027, 1, 1)).rate == 19_000
    with pytest.raises(NoTaxRule):
        choose(old, new, day=date(2026, 6, 30))


@pytest.mark.parametrize(
    "other", [{"country": "FR"}, {"region": "BY"}, {"customer_kind": "consumer"}, {"product": "usage"}]
)
def test_a_row_for_somebody_else_does_not_count(other):
    with pytest.raises(NoTaxRule):
        choose(rule(**other))


def test_reverse_charge_needs_both_vat_numbers():
    reverse = rule(country="FR", category="AE", rate=0, reason="Reverse charge")
    french = Buyer("FR", "", "business", "FR40303265045")
    assert choose(reverse, buyer=french) == TaxChoice("AE", 0, "Reverse charge", "", 1)
    with pytest.raises(VatNumberMissing, match="customer"):
        choose(reverse, buyer=replace(french, vat_number=""))
    with pytest.raises(VatNumberMissing, match="seller"):
        choose(reverse, buyer=french, seller_vat_number="")


def test_an_exemption_in_force_comes_first():
    exempt = replace(GERMAN, exemption=Exemption("Charity", "A-7", date(2026, 11, 1), DAY))
    assert choose(rule(), buyer=exempt) == TaxChoice("E", 0, "Charity (A-7)")
    assert choose(rule(), buyer=exempt, day=date(2026, 12, 1)).category == "S"


def test_a_late_fee_is_outside_the_scope_unless_a_row_names_it():
    assert choose(rule(), product="fee").category == "O"
    assert choose(rule(), rule(id=2, product="fee"), product="fee").rule_id == 2


def test_nothing_outside_the_scope_stands_beside_other_lines():
    with pytest.raises(SettingsContradict):
        tax_groups(lines(("1", FULL), ("1", TaxChoice("O", 0))), step=CENT)


def test_a_seller_that_charges_no_tax_reads_no_table():
    untaxed = TaxChoice("O", 0, "Not subject to VAT")
    assert TaxTable((), GERMAN, "", untaxed).choose("usage", DAY) == untaxed
