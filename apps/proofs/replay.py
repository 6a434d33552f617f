"""Going through a book's records, one after the other: each must follow from the one before, in hash and in sums.

What the records add up to is carried along, so that a proof can go on where the last one ended.
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
RETURNS = ("refund", "dispute")
CHARGES = ("usage", "character", "service")
# A mark carries the day totals of so many days before the newest one; older ones are compared from the first record.
DAYS_CARRIED = 40
# Where a grant's end stands among its terms.
END = 6


class Broken(Exception):
    """A record breaks a rule."""

    def __init__(self, rule: Rule, detail: str = "") -> None:
        self.rule, self.detail = rule, detail
        super().__init__(f"{rule.name} {detail}")


@dataclass(slots=True)
class GrantSums:
    """What the records say of a grant now, in micros.

    What lapsed is None where the records before are not known, of a grant that had nothing left at the mark.
    """

    rest: int
    lapsed: int | None = 0


@dataclass(slots=True)
class Sums:
    """What the records through `number` add up to: accounts by code, grants with a rest and open shortfalls by number.

    A grant that this proof has met stays here with nothing left, so that it is compared too. `ends` has the ends of
    grants that were moved since they were given, in microseconds since 1970; `days` the wallet's totals, as micros and
    number of entries, by day from `first_day` on and kind.
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
        """Return what the mark keeps: open grants and shortfalls, and the newest days, alone."""
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
        """Return what a mark kept."""
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
        """Add the record that follows.

        Raises:
            Broken: it does not follow, in number, hash or sums; what is here stays as it was before it.
        """
        if row.number != self.number + 1:
            raise Broken(Rule.R2)
        if not _follows(self.head, row):
            raise Broken(Rule.R1)
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
            raise Broken(Rule.R6, "its entries are not its amount out of one account and into the other")
        for side in (row.record.source, row.record.destination):
            balance, version = self.accounts.get(side.code, (0, 0))
            if (balance + side.amount_micros, version + 1) != (side.balance_after_micros, side.version):
                raise Broken(Rule.R6, f"{side.code} goes on from another balance or version")
        for side in (row.record.source, row.record.destination):
            self.accounts[side.code] = [side.balance_after_micros, side.version]
        self._add_grant(row)
        self._add_effects(row)
        self._add_to_day(row)
        if row.kind in CHARGES and row.record.source.code == _wallet_of(row) and row.net != row.record.amount_micros:
            raise Broken(Rule.R6, "its net is of another amount")

    def _add_grant(self, row: TransferRow) -> None:
        if row.terms is None:
            if row.grant is not None:
                raise Broken(Rule.R5, "it granted nothing")
            return
        if row.grant is None or _without_end(row.grant) != _without_end(row.terms):
            raise Broken(Rule.R5)
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
        """Count what moved the wallet on its day: the reversal of a charge as that charge's kind, one entry less."""
        assert row.record is not None
        day = row.record.effective_at.astimezone(UTC).date().isoformat()
        kind = row.reverses_kind if row.reverses_kind in CHARGES else row.kind
        for side in (row.record.source, row.record.destination):
            if side.code == _wallet_of(row) and day >= self.first_day:
                total = self.days.setdefault(day, {}).setdefault(str(kind), [0, 0])
                total[0] += side.amount_micros
                total[1] += 1 if kind == row.kind else -1

    def _undone(self, row: TransferRow) -> list[tuple[int, int]]:
        """What of earlier transfers this one undid: first comes back what no grant had covered."""
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
                raise Broken(Rule.R1, "the consumptions are not those of the note")
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
    except TypeError:  # what no record can hold was put there
        return False
    return content is not None and linked(head, content) == row.hash


def _without_end(terms: Any) -> list[Any]:
    return [value for place, value in enumerate(terms) if place != END]


def _wallet_of(row: TransferRow) -> str:
    assert row.record is not None
    return code_of(row.record.book_id, Role.WALLET)
