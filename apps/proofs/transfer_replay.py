"""Replay a book's records in order: each must follow from the one before, in hash and in sums.

The sums are stored with the mark, so that the next proof continues where this one ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import Any

from apps.ledger.records import COVER, GRANT_END, linked
from apps.proofs.book_rows import NoteRow, Row, TransferRow
from apps.proofs.findings import Rule
from apps.wallets.accounts import Role, code_of

EXPIRY = "expiry"
CHARGES = ("usage", "character", "service")
# A mark keeps the day totals of this many days before the newest; older ones are compared only by a whole proof.
DAYS_CARRIED = 40
# The index of a grant's end in its terms.
END = 6


class BrokenRecord(Exception):
    """A record breaks a rule."""

    def __init__(self, rule: Rule, detail: str = "") -> None:
        self.rule, self.detail = rule, detail
        super().__init__(f"{rule.name} {detail}")


@dataclass(slots=True)
class GrantSums:
    """A grant's remaining and lapsed amounts by its records, in micros.

    `lapsed` is None for a grant that was spent at the mark, because its earlier records are not read.
    """

    rest: int
    lapsed: int | None = 0


@dataclass(slots=True)
class Sums:
    """The sums of the records up to `number`: accounts by code, unspent grants and open shortfalls by number.

    A grant that becomes spent during this proof is kept, so that it is compared too. `ends` has the changed ends of
    grants in microseconds since 1970. `days` has the wallet's totals (micros, number of entries) by day, from
    `first_day` on, and kind.
    """

    number: int = 0
    head: bytes = b""
    accounts: dict[str, list[int]] = field(default_factory=dict)
    grants: dict[int, GrantSums] = field(default_factory=dict)
    shortfalls: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int | None] = field(default_factory=dict)
    days: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    first_day: str = ""

    def carried(self) -> dict[str, Any]:
        """Return what the mark stores: accounts, open grants and shortfalls, changed ends and the newest days."""
        newest = date.fromisoformat(max(self.days)) if self.days else None
        first = max(self.first_day, str(newest - timedelta(days=DAYS_CARRIED))) if newest else self.first_day
        return {
            "first_day": first,
            "days": {day: totals for day, totals in self.days.items() if day >= first},
            "accounts": self.accounts,
            "grants": {n: [g.rest, g.lapsed] for n, g in self.grants.items() if g.rest},
            "shortfalls": {n: left for n, left in self.shortfalls.items() if left},
            "ends": self.ends,
        }

    @classmethod
    def from_mark(cls, number: int, head: bytes, carried: Mapping[str, Any]) -> "Sums":
        """Restore the sums from what a mark stored."""
        return cls(
            number=number,
            head=head,
            accounts={code: list(each) for code, each in carried.get("accounts", {}).items()},
            grants={int(n): GrantSums(*each) for n, each in carried.get("grants", {}).items()},
            shortfalls={int(n): left for n, left in carried.get("shortfalls", {}).items()},
            days=carried.get("days", {}),
            first_day=carried.get("first_day", ""),
            ends={int(n): end for n, end in carried.get("ends", {}).items()},
        )

    def add(self, row: Row) -> None:
        """Add the next record.

        Raises:
            BrokenRecord: it does not follow in number, hash or sums; `number` and `head` stay at the record before.
        """
        if row.number != self.number + 1:
            raise BrokenRecord(Rule.R2)
        if not _follows(self.head, row):
            raise BrokenRecord(Rule.R1)
        if isinstance(row, TransferRow):
            self._add_transfer(row)
        else:
            self._add_note(row)
        self.number, self.head = row.number, row.hash

    def _add_transfer(self, row: TransferRow) -> None:
        assert row.record is not None
        if row.record.source.amount_micros != -row.record.amount_micros or (
            row.record.destination.amount_micros != row.record.amount_micros
        ):
            raise BrokenRecord(Rule.R6, "its entries do not move its amount from one account to the other")
        for side in (row.record.source, row.record.destination):
            balance, version = self.accounts.get(side.code, (0, 0))
            if (balance + side.amount_micros, version + 1) != (side.balance_after_micros, side.version):
                raise BrokenRecord(Rule.R6, f"{side.code} does not continue from its last balance and version")
        for side in (row.record.source, row.record.destination):
            self.accounts[side.code] = [side.balance_after_micros, side.version]
        self._add_grant(row)
        self._add_effects(row)
        self._add_to_day(row)
        if row.kind in CHARGES and row.record.source.code == _wallet_of(row) and row.net != row.record.amount_micros:
            raise BrokenRecord(Rule.R6, "its net has another amount")

    def _add_grant(self, row: TransferRow) -> None:
        if row.terms is None:
            if row.grant is not None:
                raise BrokenRecord(Rule.R5, "the record grants nothing")
            return
        if row.grant is None or _without_end(row.grant) != _without_end(row.terms):
            raise BrokenRecord(Rule.R5)
        rest = row.terms[3] - sum(amount for _, amount in row.covers)
        self.grants[row.number] = GrantSums(rest)

    def _add_effects(self, row: TransferRow) -> None:
        for number, amount in row.parts:
            grant = self._grant(number)
            grant.rest -= amount
            if row.kind == EXPIRY and grant.lapsed is not None:
                grant.lapsed += amount
        for number, amount in row.covers:
            self._cover(number, amount)
        for number, amount in self._undone(row):
            self.shortfalls[number] = max(0, self.shortfalls.get(number, 0) - amount)
        if row.short:
            self.shortfalls[row.number] = row.short
        if row.ends is not None:
            self.ends[row.ends[0]] = row.ends[1]

    def _add_to_day(self, row: TransferRow) -> None:
        """Add the wallet's entry to its day; the reversal of a charge counts as the charge's kind, one entry less."""
        assert row.record is not None
        day = row.record.effective_at.astimezone(UTC).date().isoformat()
        kind = row.reverses_kind if row.reverses_kind in CHARGES else row.kind
        for side in (row.record.source, row.record.destination):
            if side.code == _wallet_of(row) and day >= self.first_day:
                total = self.days.setdefault(day, {}).setdefault(str(kind), [0, 0])
                total[0] += side.amount_micros
                total[1] += 1 if kind == row.kind else -1

    def _undone(self, row: TransferRow) -> list[tuple[int, int]]:
        """Return what the transfer undid of earlier ones; the part that no grant had covered is undone first."""
        assert row.record is not None
        if row.undoes:
            return list(row.undoes)
        if row.reverses in self.shortfalls:
            return [(row.reverses, row.record.amount_micros)]
        return []

    def _add_note(self, row: NoteRow) -> None:
        body = row.record.body
        if row.record.what == GRANT_END:
            self.ends[body["grant"]] = body["to"]
        elif row.record.what == COVER:
            if [list(part) for part in row.consumed] != [list(part) for part in body["parts"]]:
                raise BrokenRecord(Rule.R1, "the consumptions differ from the note")
            for grant, shortfall, amount in body["parts"]:
                self._grant(grant).rest -= amount
                self._cover(shortfall, amount)

    def _grant(self, number: int) -> GrantSums:
        return self.grants.setdefault(number, GrantSums(0, None))

    def _cover(self, number: int, amount: int) -> None:
        self.shortfalls[number] = self.shortfalls.get(number, 0) - amount


def _follows(head: bytes, row: Row) -> bool:
    try:
        content = row.content()
    except TypeError:  # the row was given a value that no record can contain
        return False
    return content is not None and linked(head, content) == row.hash


def _without_end(terms: Any) -> list[Any]:
    return [value for place, value in enumerate(terms) if place != END]


def _wallet_of(row: TransferRow) -> str:
    assert row.record is not None
    return code_of(row.record.book_id, Role.WALLET)
