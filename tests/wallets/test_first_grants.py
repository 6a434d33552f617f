"""Property test: a movement that reads only the first grants decides what it decides on all of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.errors import BillingError
from apps.tenants.models import Organization
from apps.wallets.services import books
from apps.wallets.services.books import BookCall
from apps.wallets.services.reservations import release_reservation
from apps.wallets.state import BookState, MoreRowsNeeded
from tests.factories import capture, charge, create_grant, create_organization, reserve
from tests.wallets.test_any_batch import call_of

pytestmark = pytest.mark.django_db

SOURCES = ["bonus", "top_up", "included_quota", "signup"]
GRANTS = st.lists(
    st.tuples(st.sampled_from(SOURCES), st.integers(1, 9), st.none() | st.integers(1, 60), st.booleans()),
    min_size=3,
    max_size=9,
)
HOLDS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 60)), max_size=3)
TERMS: list[Mapping[str, Any]] = [
    {},
    {"billing_mode": "postpaid", "postpaid_limit_micros": 5_000_000},
    {"usage_billing_enabled": False},
]


def prepared(terms: Mapping[str, Any], grants: Any, holds: Any, short: int, now: datetime) -> tuple[Organization, Any]:
    """Make a customer with grants, of which some start later or end soon, holds and perhaps a shortfall."""
    organization = create_organization(now, **terms)
    made = []
    for number, (source, amount, minutes, starts) in enumerate(grants):
        when = now + timedelta(minutes=minutes) if minutes else None
        moments = {"starts_at" if starts else "expires_at": when} if when else {}
        create_grant(organization, str(amount), now, key=f"g{number}", source=source, **moments)
    for number, (amount, minutes) in enumerate(holds):
        end = now + timedelta(minutes=minutes)
        try:
            made.append(reserve(organization, str(amount), now, key=f"h{number}", expires_at=end))
        except BillingError:
            continue
    if short:
        charge(organization, str(short), now, key="much")
    return organization, made


def outcome(call: BookCall[Any], state: BookState) -> Any:
    """Return the result of a decision, or its error, without the grants that it did not read."""
    try:
        decided = call.decision(state)
    except BillingError as error:
        kept: Any = getattr(error, "kept", None)
        return type(error), str(error), error.__dict__.get("context"), kept and kept.changes
    after = decided.after
    changed = {number: after.grants[number] for number in decided.changes.grants}
    return decided.result, decided.changes, changed, after.ledger, after.short_micros, after.alarms


def opened_twice(call: BookCall[Any], first: int, now: datetime) -> tuple[BookState, BookState]:
    """Return the book with the `first` open grants only, and with all of them."""
    with patch.object(books, "FIRST_GRANTS", first):
        (some,) = books._open([call], now, lock=False)
        (every,) = books._open([replace(call, query=replace(call.query, is_bounded=False))], now, lock=False)
    return some, every


@pytest.mark.parametrize("terms", TERMS, ids=["prepaid", "postpaid", "quota only"])
def test_the_first_grants_decide_as_all_do(terms: Mapping[str, Any], now: datetime) -> None:
    came: list[str] = []

    @settings(max_examples=1)
    @given(
        GRANTS,
        HOLDS,
        st.sampled_from([0, 0, 0, 60]),
        st.integers(1, 4),
        st.integers(0, 70),
        st.integers(0, 3),
        st.integers(1, 25),
    )
    def check(grants: Any, holds: Any, short: int, first: int, minutes: int, apart: int, amount: int) -> None:
        with transaction.atomic():
            organization, made = prepared(terms, grants, holds, short, now)
            opened_at = now + timedelta(minutes=minutes)
            at = opened_at + timedelta(minutes=apart)  # a call may be later than its turn's reading
            works: list[Callable[[], Any]] = [
                lambda: reserve(organization, str(amount), at, key="new", expires_at=at + timedelta(hours=1)),
                lambda: charge(organization, str(amount), at, key="charged"),
                lambda: charge(organization, "100", at, key="more than there is"),
                *(lambda hold=hold: capture(organization, hold.pk, str(amount), at, overage="allow") for hold in made),
                *(
                    lambda hold=hold: release_reservation(organization=organization, hold_id=hold.pk, now=at)
                    for hold in made
                ),
            ]
            for call in map(call_of, works):
                some, every = opened_twice(call, first, opened_at)
                assert every.unread is None
                try:
                    found = outcome(call, some)
                except MoreRowsNeeded:
                    came.append("more")
                    continue
                came.append("first" if some.unread is not None else "all")
                assert found == outcome(call, every)
            transaction.set_rollback(True)

    check()
    assert {"more", "first"} <= set(came), "both cases occurred"
