"""Read a book's running figures in one snapshot and compare them with the sums of its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from apps.proofs.findings import Finding, Rule, record_finding
from apps.proofs.models import ProofMark
from apps.proofs.transfer_replay import END, Sums
from apps.wallets.burn_order import burn_key

FIRST_DAY = "0001-01-01"
TERMS = ("source", "priority", "is paid", "amount", "paid", "granted", "end", "key", "description", "start")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Per grant: number, its row in the shape of chained terms, remaining, lapsed, held, sum of its slices, chained terms,
# burn key.
_FIGURES = """
WITH b AS MATERIALIZED (SELECT * FROM ledger_book WHERE id = %(book)s)
SELECT b.number, b.head,
  (SELECT json_agg(json_build_array(a.code, a.balance_micros, a.version, a.held_micros, COALESCE(h.held, 0),
     a.pending_holds, COALESCE(h.pending, 0)))
   FROM ledger_account a LEFT JOIN (
     SELECT h.account_id, SUM(h.amount_micros) AS held, COUNT(*) AS pending FROM ledger_hold h
     WHERE h.book_id = %(book)s AND h.status = 'pending' GROUP BY h.account_id) h ON h.account_id = a.id
   WHERE a.book_id = b.id),
  (SELECT json_agg(json_build_array(t.number, json_build_array(
     g.source, g.priority, g.is_paid, g.amount_micros, g.paid_micros,
     (EXTRACT(EPOCH FROM g.granted_at) * 1000000)::bigint, (EXTRACT(EPOCH FROM g.expires_at) * 1000000)::bigint,
     g.key, g.description, (EXTRACT(EPOCH FROM g.starts_at) * 1000000)::bigint),
     g.remaining_micros, g.lapsed_micros, g.held_micros, COALESCE(l.held, 0), t.grant_terms -> 'grant',
     g.burn_key)
     ORDER BY t.number)
   FROM wallets_grant g JOIN ledger_transfer t ON t.id = g.transfer_id LEFT JOIN (
     SELECT l.grant_id, SUM(l.amount_micros) AS held FROM wallets_holdslice l JOIN ledger_hold h ON h.id = l.hold_id
     WHERE h.book_id = %(book)s AND h.status = 'pending' GROUP BY l.grant_id) l ON l.grant_id = g.id
   WHERE g.organization_id = b.id AND (g.is_open OR %(all)s)),
  (SELECT json_agg(json_build_array(t.number, f.remaining_micros))
   FROM wallets_shortfall f JOIN ledger_transfer t ON t.id = f.transfer_id
   WHERE f.organization_id = b.id AND f.remaining_micros > 0),
  (SELECT json_agg(json_build_array(a.code, k.through_version, k.entries_micros, e.balance_after_micros))
   FROM ledger_checkpoint k JOIN ledger_account a ON a.id = k.account_id LEFT JOIN ledger_entry e
     ON e.book_id = b.id AND e.account_id = k.account_id AND e.account_version = k.through_version
   WHERE k.book_id = b.id),
  (SELECT json_agg(json_build_array(d.number, encode(d.hash, 'hex')) ORDER BY d.number)
   FROM proofs_dayhead d WHERE d.chain = b.id::text AND (%(all)s OR d.number >= %(after)s)),
  (SELECT json_agg(json_build_array(y.day, y.kind, y.amount_micros, y.entry_count))
   FROM wallets_daytotal y WHERE y.organization_id = b.id AND (%(all)s OR y.day >= %(day)s)),
  LEAST(
    (SELECT MIN(t.number) FROM ledger_transfer t WHERE t.book_id = b.id AND t.number > b.number),
    (SELECT MIN(n.number) FROM ledger_booknote n WHERE n.book_id = b.id AND n.number > b.number))
FROM b
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """A book's running figures at one moment; `beyond` is the number of a record after its head, if there is one."""

    number: int
    head: bytes
    accounts: Sequence[tuple[str, int, int, int, int, int, int]]
    grants: Sequence[Sequence[Any]]
    shortfalls: Mapping[int, int]
    checkpoints: Sequence[tuple[str, int, int, int | None]]
    day_heads: Mapping[int, str]
    days: Mapping[tuple[str, str], list[int]]
    beyond: int | None


def book_figures(book_id: UUID, *, mark: ProofMark | None) -> Figures:
    """Read a book's figures: with a mark, the open ones and those added since; without one, the whole book."""
    after, first_day = (mark.number, mark.sums.get("first_day") or FIRST_DAY) if mark else (0, FIRST_DAY)
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"book": book_id, "after": after, "all": mark is None, "day": first_day})
        number, head, accounts, grants, shortfalls, checkpoints, heads, days, beyond = cursor.fetchone()
    return Figures(
        number=number,
        head=bytes(head),
        accounts=[tuple(each) for each in accounts or ()],
        grants=grants or (),
        shortfalls=dict(shortfalls or ()),
        checkpoints=[tuple(each) for each in checkpoints or ()],
        day_heads=dict(heads or ()),
        days={(day, kind): [amount, count] for day, kind, amount, count in days or ()},
        beyond=beyond,
    )


def differences(chain: str, figures: Figures, sums: Sums) -> list[Finding]:
    """Return where a book's figures differ from the sums of its records up to the same number."""
    return [
        *_of_grant_terms(chain, figures, sums),
        *_of_accounts(chain, figures, sums),
        *_of_grants(chain, figures, sums),
        *_of_shortfalls(chain, figures, sums),
        *_of_days(chain, figures, sums),
        *_of_checkpoints(chain, figures),
    ]


def _sum(chain: str, where: str, what: str, expected: object, found: object) -> list[Finding]:
    if expected == found:
        return []
    return [Finding(chain, Rule.R6, where, f"{what}: expected {expected}, found {found}")]


def _of_accounts(chain: str, figures: Figures, sums: Sums) -> list[Finding]:
    found: list[Finding] = []
    for code, balance, version, held, sum_of_holds, pending, count_of_holds in figures.accounts:
        expected = sums.accounts.get(code, [0, 0])
        found += _sum(chain, code, "balance", expected[0], balance)
        found += _sum(chain, code, "version", expected[1], version)
        found += _sum(chain, code, "held", sum_of_holds, held)
        found += _sum(chain, code, "pending holds", count_of_holds, pending)
    missing = sums.accounts.keys() - {code for code, *_ in figures.accounts}
    return [*found, *(Finding(chain, Rule.R6, code, "no such account") for code in sorted(missing))]


def _of_grant_terms(chain: str, figures: Figures, sums: Sums) -> list[Finding]:
    """Compare each grant's row with its chained terms and the latest chained end."""
    found: list[Finding] = []
    for number, row, _, _, _, _, terms, key in figures.grants:
        if terms is None:
            found.append(record_finding(chain, Rule.R5, number, row[7], "the record grants nothing"))
            continue
        start = terms[9] if len(terms) == len(TERMS) else None
        said = [*terms[:END], sums.ends.get(number, terms[END]), *terms[END + 1 : 9], start]
        changed = [name for name, was, there in zip(TERMS, said, row, strict=True) if was != there]
        if key != _burn_key(number, said):
            changed.append("burn key")
        if changed:
            found.append(record_finding(chain, Rule.R5, number, row[7], ", ".join(changed)))
    return found


def _burn_key(number: int, terms: Sequence[Any]) -> str:
    end = terms[END]
    return burn_key(
        priority=terms[1],
        expires_at=None if end is None else EPOCH + timedelta(microseconds=end),
        is_paid=terms[2],
        granted_at=EPOCH + timedelta(microseconds=terms[5]),
        number=number,
    )


def _of_grants(chain: str, figures: Figures, sums: Sums) -> list[Finding]:
    found: list[Finding] = []
    open_numbers = set()
    for number, row, rest, lapsed, held, sliced, *_ in figures.grants:
        open_numbers.add(number)
        known = sums.grants.get(number)
        found += _sum(chain, f"grant {number} ({row[7]})", "rest", known.rest if known else 0, rest)
        found += _sum(chain, f"grant {number} ({row[7]})", "held", sliced, held)
        if known is not None and known.lapsed is not None:
            found += _sum(chain, f"grant {number} ({row[7]})", "lapsed", known.lapsed, lapsed)
    for number, grant in sums.grants.items():
        if number not in open_numbers:
            found += _sum(chain, f"grant {number}", "rest", grant.rest, 0)
    return found


def _of_shortfalls(chain: str, figures: Figures, sums: Sums) -> list[Finding]:
    found: list[Finding] = []
    for number in sorted(figures.shortfalls.keys() | sums.shortfalls.keys()):
        expected, there = sums.shortfalls.get(number, 0), figures.shortfalls.get(number, 0)
        found += _sum(chain, f"record {number}", "uncovered", expected, there)
    return found


def _of_days(chain: str, figures: Figures, sums: Sums) -> list[Finding]:
    found: list[Finding] = []
    expected = {(day, kind): total for day, totals in sums.days.items() for kind, total in totals.items()}
    for day, kind in sorted(expected.keys() | figures.days.keys()):
        there = figures.days.get((day, kind), [0, 0])
        found += _sum(chain, f"{day} {kind}", "micros and entries", expected.get((day, kind), [0, 0]), there)
    return found


def _of_checkpoints(chain: str, figures: Figures) -> list[Finding]:
    return [
        Finding(chain, Rule.R7, code, f"through version {through}: expected {after}, found {entries}")
        for code, through, entries, after in figures.checkpoints
        if entries != (after if through else 0)
    ]
