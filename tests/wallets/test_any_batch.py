"""Property test: calls that share a turn have the same results and rows as calls one after the other."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.ledger.models import Entry, Hold, Transfer
from apps.tenants.models import Organization
from apps.wallets.decisions.holds import HoldResult
from apps.wallets.models import ChargeNet, ChargeReversal, Consumption, DayTotal, Grant, HoldSlice, Shortfall
from apps.wallets.services.books import BookCall, Outcome, take_turn
from tests.factories import charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.tuples(st.sampled_from(["reserve", "charge", "back", "grant", "again"]), st.integers(1, 9), st.integers(0, 30)),
    min_size=1,
    max_size=8,
)
Step = tuple[str, int, int]


class CollectedError(Exception):
    """A service has made its call for a book."""


def call_of(work: Any) -> BookCall[Any]:
    """Return the call for a book that a service would make, without making it."""
    found: list[BookCall[Any]] = []

    def collect(organization_id: Any, query: Any, decision: Any, now: datetime) -> None:
        found.append(BookCall(organization_id, query, decision))
        raise CollectedError

    with ExitStack() as patches:
        for module in ("reservations", "charges", "grants"):
            patches.enter_context(patch(f"apps.wallets.services.{module}.decide", collect))
        with pytest.raises(CollectedError):
            work()
    return found[0]


def ask(organization: Organization, step: Step, key: str, now: datetime) -> BookCall[Any]:
    """Return the call for a book that one step makes at its own time."""
    kind, amount, minutes = step
    value = str(amount)
    if kind == "reserve":
        end = now + timedelta(minutes=minutes)
        return call_of(lambda: reserve(organization, value, now, key=key, expires_at=end))
    if kind == "grant":
        end = now + timedelta(minutes=minutes) if minutes > 20 else None
        return call_of(lambda: create_grant(organization, value, now, key=key, expires_at=end))
    if kind == "again":
        return call_of(lambda: charge(organization, "2", now, key="always the same"))
    return call_of(lambda: charge(organization, value if kind == "charge" else f"-{value}", now, key=key))


def outcome_text(outcome: Outcome) -> str:
    """Return a call's outcome as text that does not depend on row ids: the keys, or the error's name."""
    if isinstance(outcome, Exception):
        return type(outcome).__name__
    result = outcome.result
    result = result.hold if isinstance(result, HoldResult) else result
    keys = sorted(result) if isinstance(result, dict) else [result.key]
    return ",".join(keys)


def rows(organization: Organization) -> Iterator[Any]:
    """Yield the rows of the books, in the order in which they were written, without ids."""
    of, book = {"organization": organization}, {"book": organization.pk}
    yield list(
        Entry.objects.filter(**book)
        .order_by("account__code", "account_version")
        .values_list("amount_micros", "balance_after_micros", "account_version", "transfer__number", "transfer__key")
    )
    yield list(Transfer.objects.filter(**book).order_by("number").values_list("number", "key", "kind", "metadata"))
    figures = ("key", "remaining_micros", "held_micros", "lapsed_micros", "burn_key")
    yield list(Grant.objects.filter(**of).order_by("transfer__number").values_list(*figures))
    parts = ("grant__key", "transfer__key", "amount_micros", "recorded_at")
    yield list(Consumption.objects.filter(**of).order_by("pk").values_list(*parts))
    short = ("transfer__key", "amount_micros", "remaining_micros")
    yield list(Shortfall.objects.filter(**of).order_by("transfer__number").values_list(*short))
    net = ("transfer__key", "amount_micros", "undone_micros")
    yield list(ChargeNet.objects.filter(**of).order_by("transfer__number").values_list(*net))
    undone = ("charge__transfer__key", "transfer__key", "amount_micros")
    yield sorted(ChargeReversal.objects.filter(**of).values_list(*undone))
    yield sorted(Hold.objects.filter(**book).values_list("key", "amount_micros", "status", "expires_at"))
    yield sorted(HoldSlice.objects.filter(**of).values_list("hold__key", "grant__key", "amount_micros"))
    yield sorted(DayTotal.objects.filter(**of).values_list("day", "kind", "amount_micros", "entry_count"))


def play(slug: str, terms: dict[str, Any], steps: Sequence[Step], turns: Sequence[int], now: datetime) -> Any:
    """Run the steps in turns of these sizes, return the outcomes and the rows written, and roll back."""
    with transaction.atomic():
        organization = create_organization(now, slug=slug, **terms)
        create_grant(organization, "6", now)
        asked = [
            (ask(organization, step, f"k{number}", now + timedelta(minutes=10 * number)), number)
            for number, step in enumerate(steps)
        ]
        came: list[str] = []
        sizes = iter(turns)
        while asked:
            size = next(sizes, len(asked))
            turn, asked = asked[:size], asked[size:]
            at = now + timedelta(minutes=10 * turn[-1][1])
            came += [outcome_text(each) for each in take_turn([call for call, _ in turn], now=at)]
        found = (came, list(rows(organization)))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("terms", [{}, {"billing_mode": "postpaid", "postpaid_limit_micros": 5_000_000}])
def test_turns_of_any_size_come_to_what_single_calls_come_to(terms, now):
    @settings(max_examples=12)
    @given(STEPS, st.lists(st.integers(1, 8), max_size=8))
    def check(steps: list[Step], turns: list[int]) -> None:
        assert play("acme", terms, steps, turns, now) == play("acme", terms, steps, [1] * len(steps), now)

    check()
