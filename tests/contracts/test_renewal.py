"""A renewal is as long as the previous term, with the recurring amounts at its end."""

from datetime import UTC, date, datetime

import pytest

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.renewal import next_term
from apps.contracts.schedule import build_schedule
from apps.contracts.selectors import current_schedule
from apps.contracts.services.versions import terms_from
from tests.contracts.factories import active, agreed, pay

START = date(2026, 1, 31)


def renewed(first_month: int, **fields):
    """The renewal of a contract whose newest terms begin `first_month` months after the anchor."""
    terms = terms_from(
        agreed(**fields), currency="USD", anchor_date=START, first_month=first_month, effective_date=date(2026, 2, 1)
    )
    return next_term(terms, term_start=START)


def amounts(terms) -> list[int]:
    return [row.amount_micros // 10_000 for row in build_schedule(terms)]


def test_a_year_amended_for_its_last_months_renews_for_a_year(acme, now):
    contract = active(acme, now, credit="1200", auto_renew=True)
    services.amend_contract(
        contract_id=contract.pk,
        seen_revision=contract.revision,
        amendment=services.Amendment(
            effective_date=date(2027, 6, 18), agreed=agreed(credit="750", months=5), reason="More"
        ),
        created_by="staff:ann",
        now=now,
    )
    for row in current_schedule(contract)[1:]:
        pay(row, now)
    after = services.end_term(contract_id=contract.pk, now=datetime(2027, 11, 18, tzinfo=UTC))
    assert (after.start_date, after.end_date) == (date(2027, 11, 18), date(2028, 11, 18))
    assert [row.amount_micros for row in current_schedule(after)] == [to_micros("150")] * 12


@pytest.mark.parametrize(
    ("first_month", "fields", "expected"),
    [
        (0, {"months": 12, "credit": "1200"}, [10_000] * 12),
        (3, {"months": 9, "credit": "1200", "frequency": "quarterly"}, [40_000] * 4),
        # After an extension by a month: thirteen months are not a whole number of quarters, so twelve are renewed.
        (1, {"months": 12, "credit": "1200", "frequency": "quarterly"}, [30_000] * 4),
        # Paid at once: the payment covers its own months only.
        (12, {"months": 12, "credit": "1100", "frequency": "one_time"}, [110_000]),
        # An amount over the first two periods is over the first two of the renewal again.
        (7, {"months": 5, "credit": "300", "credit_limit": 2}, [15_000, 15_000] + [0] * 10),
        # 100.00 over 3 is 33.33 each and a cent; twelve of them are 400.00.
        (9, {"months": 3, "credit": "100"}, [3334] * 4 + [3333] * 8),
        (9, {"months": 3, "credit": "100", "onetime_credit": "40"}, [2000] * 12),
        # 250 months would exceed the longest term, so only the last 20 are renewed.
        (230, {"months": 20, "credit": "200"}, [1000] * 20),
    ],
)
def test_repeats_what_recurs_per_period(first_month, fields, expected):
    assert amounts(renewed(first_month, **fields)) == expected


def test_goes_on_where_the_term_ends():
    after = renewed(7, months=5, credit="750")
    assert (after.start_date, after.end_date) == (date(2027, 1, 31), date(2028, 1, 31))
