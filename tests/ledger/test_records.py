"""Bytes and hashes of a chain's records, with fixed expected values."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ledger.records import (
    GRANT_END,
    Effects,
    GrantTerms,
    NoteRecord,
    Side,
    TransferRecord,
    canonical,
    grant_end,
    linked,
    micros_since_1970,
    opening_head,
)

BOOK = UUID("9b2f6c1e-0d1a-4c55-8a2e-5f1f0a7b3c10")
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
HEADS = [
    "14429bed7cbbe145715f42797d0bc94eaef18d09bc8be6fd25f26d1605430969",
    "7be44045ad074e0493e56c43f696653b892f3491a403c65470193a2c300b70f9",
    "4428562b17d9c009c54f0dda4765f462ee038d38af99e9e2428366bcfa84215f",
    "82134b2f70954f061f7a564d82818cc6ebed8431bfddac3e04aef1edaa3e2043",
]


def side(role: str, amount: int, after: int, version: int) -> Side:
    return Side(f"org:{BOOK}:{role}", amount, after, version)


SIGNUP = TransferRecord(
    book_id=BOOK,
    number=1,
    key=f"signup:{BOOK}",
    fingerprint="f" * 64,
    kind="grant",
    unit="USD",
    amount_micros=25_000_000,
    description="Signup credit",
    created_by="system:provisioning",
    cause_type="tenants.organization",
    cause_id=str(BOOK),
    reverses=None,
    metadata={},
    effective_at=NOON,
    recorded_at=NOON,
    source=side("promotions", -25_000_000, -25_000_000, 1),
    destination=side("wallet", 25_000_000, 25_000_000, 1),
    effects=Effects(
        grant=GrantTerms("signup", 20, False, 25_000_000, 0, NOON, None, f"signup:{BOOK}", "Signup credit")
    ).members(),
)
USAGE = TransferRecord(
    book_id=BOOK,
    number=2,
    key="usage:3f1c",
    fingerprint="e" * 64,
    kind="usage",
    unit="USD",
    amount_micros=4_000_000,
    description="Usage",
    created_by="key:bk_live_ab",
    cause_type="usage.posting",
    cause_id="3f1c",
    reverses=None,
    metadata={"tokens": 8000},
    effective_at=NOON + timedelta(minutes=5),
    recorded_at=NOON + timedelta(minutes=5, milliseconds=250),
    source=side("wallet", -4_000_000, 21_000_000, 2),
    destination=side("revenue", 4_000_000, 4_000_000, 1),
    effects=Effects(parts=[(1, 4_000_000)]).members(),
)
REVOKED = NoteRecord(
    BOOK,
    3,
    GRANT_END,
    grant_end(grant=1, before=None, after=NOON + timedelta(minutes=10), by="staff:7", why="Revoked"),
    NOON + timedelta(minutes=10),
)


class TestTheExamples:
    def test_a_book_begins_with_the_hash_of_its_opening(self) -> None:
        assert canonical(["b1", str(BOOK), "USD"]) == b'["b1","9b2f6c1e-0d1a-4c55-8a2e-5f1f0a7b3c10","USD"]'
        assert opening_head(BOOK, "USD").hex() == HEADS[0]

    def test_a_grant(self) -> None:
        assert micros_since_1970(NOON) == 1795003200000000
        assert len(SIGNUP.content()) == 708
        assert linked(bytes.fromhex(HEADS[0]), SIGNUP.content()).hex() == HEADS[1]

    def test_a_charge(self) -> None:
        assert len(USAGE.content()) == 524
        assert linked(bytes.fromhex(HEADS[1]), USAGE.content()).hex() == HEADS[2]

    def test_a_note(self) -> None:
        assert REVOKED.content() == (
            b'["n1","9b2f6c1e-0d1a-4c55-8a2e-5f1f0a7b3c10",3,"grant_end",{"by":"staff:7","from":null,"grant":1,'
            b'"to":1795003800000000,"why":"Revoked"},1795003800000000]'
        )
        assert linked(bytes.fromhex(HEADS[2]), REVOKED.content()).hex() == HEADS[3]

    def test_an_amount_that_was_changed_in_every_row_has_another_hash(self) -> None:
        changed = replace(
            USAGE,
            amount_micros=3_500_000,
            source=side("wallet", -3_500_000, 21_500_000, 2),
            destination=side("revenue", 3_500_000, 3_500_000, 1),
            effects=Effects(parts=[(1, 3_500_000)]).members(),
        )
        assert (
            linked(bytes.fromhex(HEADS[1]), changed.content()).hex()
            == "074cfbca488a25cf40785200450a754fb12666f0b99e41d113019c8137c5fdd1"
        )


class TestEverythingIsHashed:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("book_id", UUID(int=1)),
            ("number", 3),
            ("key", "usage:3f1d"),
            ("fingerprint", "d" * 64),
            ("kind", "service"),
            ("unit", "EUR"),
            ("amount_micros", 4_000_001),
            ("description", "usage"),
            ("created_by", "staff:1"),
            ("cause_type", "ledger.hold"),
            ("cause_id", "3f1d"),
            ("reverses", 1),
            ("metadata", {"tokens": 8001}),
            ("effective_at", NOON),
            ("recorded_at", NOON),
            ("source", side("wallet", -4_000_000, 21_000_001, 2)),
            ("destination", side("revenue", 4_000_000, 4_000_000, 2)),
            ("effects", Effects(parts=[(1, 3_999_999)], short=1).members()),
        ],
    )
    def test_another_value_has_another_hash(self, name: str, value: Any) -> None:
        assert replace(USAGE, **{name: value}).content() != USAGE.content()

    def test_the_start_of_a_grant_that_begins_later_is_one_of_its_terms(self) -> None:
        terms = GrantTerms("bonus", 20, False, 1, 0, NOON, None, "b", "Bonus")
        later = replace(terms, starts_at=NOON + timedelta(days=1))
        assert later.members() == [*terms.members(), 1795089600000000]

    def test_what_a_transfer_did_is_there_as_far_as_there_is_any(self) -> None:
        assert Effects().members() == {}
        effects = Effects(parts=[(1, -5)], covers=[(2, 3)], short=4, undoes=[(7, 9)], ends=(1, NOON))
        assert effects.members() == {
            "parts": [(1, -5)],
            "covers": [(2, 3)],
            "short": 4,
            "undoes": [(7, 9)],
            "ends": [1, 1795003200000000],
        }


texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


@given(values)
def test_it_is_written_as_pythons_own_json_writes_it(value: object) -> None:
    own = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical(value) == own.encode()
