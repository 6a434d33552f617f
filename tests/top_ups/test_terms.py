"""The terms of automatic top-up: staff may lower the agreed amounts, and the consent text matches them."""

from dataclasses import replace

import pytest

from apps.top_ups.errors import TermsRejected
from apps.top_ups.terms import MEMBERS, TopUpTerms

AGREED = TopUpTerms(
    threshold_micros=20_000_000,
    amount_micros=50_000_000,
    up_to_micros=None,
    most_per_charge_micros=60_000_000,
    most_per_day_micros=150_000_000,
    most_per_month_micros=1_000_000_000,
)


@pytest.mark.parametrize("member", [name for name in MEMBERS if name != "upTo"])
def test_no_amount_rises_above_what_was_agreed_to(member: str) -> None:
    name = MEMBERS[member]
    AGREED.refuse_above(AGREED, "USD")
    replace(AGREED, **{name: 1}).refuse_above(AGREED, "USD")
    with pytest.raises(TermsRejected) as refused:
        replace(AGREED, **{name: getattr(AGREED, name) + 1}).refuse_above(AGREED, "USD")
    assert refused.value.field == f"body.{member}"


def test_consent_to_an_amount_does_not_cover_a_top_up_to_a_balance() -> None:
    with pytest.raises(TermsRejected) as refused:
        replace(AGREED, amount_micros=None, up_to_micros=1).refuse_above(AGREED, "USD")
    assert (refused.value.field, refused.value.detail) == ("body.upTo", "The customer did not agree.")


def test_the_words_name_every_amount_and_that_tax_is_charged_on_top() -> None:
    assert AGREED.consent_text("USD") == (
        "I agree that the saved card is charged automatically to buy 50.00 USD of credit whenever the available amount "
        "is no more than 20.00 USD: at most 60.00 USD per charge, 150.00 USD per day and 1,000.00 USD per calendar "
        "month in UTC. These are amounts of credit; tax that applies is charged on top. "
        "I can switch this off at any time."
    )
