"""Checks of the journal: each rule is a query that returns the rows that break it.

The database computes each sum in one pass, so checking ten million entries takes no memory here.
"""

from uuid import UUID

from django.apps import apps
from django.db import connection

from apps.common.causes import REGISTRY, CauseType
from apps.common.transactions import set_based_plans
from apps.common.values import value_class


@value_class(frozen=True, slots=True)
class BookMismatch:
    """A row that breaks a rule of the books: the place, and the expected and found figures."""

    rule: str
    where: str
    expected: int
    found: int

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: expected {self.expected}, found {self.found}"


# The column of each table that holds the book's id.
OF_BOOK = {
    "ledger_account": "book_id",
    "ledger_transfer": "book_id",
    "ledger_entry": "book_id",
    "ledger_hold": "book_id",
    "ledger_holdtotal": "book_id",
    "ledger_booknote": "book_id",
    "wallets_wallet": "organization_id",
    "wallets_grant": "organization_id",
    "wallets_consumption": "organization_id",
    "wallets_shortfall": "organization_id",
    "wallets_holdslice": "organization_id",
    "wallets_chargenet": "organization_id",
    "wallets_chargereversal": "organization_id",
    "wallets_daytotal": "organization_id",
}


def mismatches_of(rules: dict[str, str], book_id: UUID | None = None) -> list[BookMismatch]:
    """Run the rules' queries as one statement; every row (where, expected, found) that it returns is a mismatch.

    With a book, a CTE of the same name replaces each table and selects that book's rows only.
    """
    names = list(rules)
    parts = [
        f"SELECT {number}, r.place::text, r.expected, r.found FROM ({rules[name]}) AS r (place, expected, found)"  # noqa: S608
        for number, name in enumerate(names)
    ]
    hidden = [
        f"{table} AS (SELECT * FROM {table} WHERE {column} = '{book_id}')"  # noqa: S608
        for table, column in OF_BOOK.items()
    ]
    narrowed = f"WITH {', '.join(hidden)} " if book_id else ""
    with set_based_plans(), connection.cursor() as cursor:
        cursor.execute(narrowed + " UNION ALL ".join(parts))
        rows = cursor.fetchall()
    return [BookMismatch(names[number], place, int(expected), int(found)) for number, place, expected, found in rows]


def journal_rules() -> dict[str, str]:
    """Return the journal's own rules, plus those that are built from the registry of causes and from the models."""
    return JOURNAL_RULES | {
        "a transfer's cause exists": _causes(),
        "a row refers to rows of its own book": _references_across_books(),
    }


def _causes() -> str:
    """Return the query for transfers whose cause has no registered type or names a row that does not exist."""
    names = ", ".join(f"'{name}'" for name in sorted(REGISTRY))
    parts = [f"SELECT t.key, 1, 0 FROM ledger_transfer t WHERE t.cause_type NOT IN ({names})"]  # noqa: S608
    for kind in REGISTRY.values():
        rows = " UNION ALL ".join(_keys(label, kind) for label in kind.models)
        within = " AND c.book_id = t.book_id" if kind.in_book else ""
        parts.append(
            f"SELECT t.key, 1, 0 FROM ledger_transfer t WHERE t.cause_type = '{kind.name}' "  # noqa: S608
            f"AND NOT EXISTS (SELECT 1 FROM ({rows}) AS c WHERE c.id = t.cause_id{within})"
        )
    return " UNION ALL ".join(parts)


def _references_across_books() -> str:
    """Return the query for rows of a book that refer to a row of another book."""
    parts = []
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields if table in OF_BOOK else ():
            to = field.related_model and field.related_model._meta.db_table
            if to in OF_BOOK:
                parts.append(
                    f"SELECT '{table} ' || r.id, 1, 0 FROM {table} r "  # noqa: S608
                    f"LEFT JOIN {to} o ON o.id = r.{field.column} AND o.{OF_BOOK[to]} = r.{OF_BOOK[table]} "
                    f"WHERE r.{field.column} IS NOT NULL AND o.id IS NULL"
                )
    return " UNION ALL ".join(parts)


def _keys(label: str, kind: CauseType) -> str:
    meta = apps.get_model(label)._meta
    name = meta.pk.column if kind.column == "pk" else kind.column
    book = ", book_id" if kind.in_book else ""
    return f"SELECT CAST({name} AS text) AS id{book} FROM {meta.db_table}"  # noqa: S608


JOURNAL_RULES = {
    "balances of a unit add up to zero": """
        SELECT unit, 0, SUM(balance_micros) FROM ledger_account GROUP BY unit HAVING SUM(balance_micros) <> 0
    """,
    "entries of a unit add up to zero": """
        SELECT a.unit, 0, SUM(e.amount_micros) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
        GROUP BY a.unit HAVING SUM(e.amount_micros) <> 0
    """,
    "an account's balance is the sum of its entries": """
        SELECT a.code, COALESCE(e.total, 0), a.balance_micros FROM ledger_account a
        LEFT JOIN (SELECT account_id, SUM(amount_micros) AS total FROM ledger_entry GROUP BY account_id) e
          ON e.account_id = a.id
        WHERE a.balance_micros <> COALESCE(e.total, 0)
    """,
    "an account's version is the number of its entries": """
        SELECT a.code, COALESCE(e.entries, 0), a.version FROM ledger_account a
        LEFT JOIN (SELECT account_id, COUNT(*) AS entries FROM ledger_entry GROUP BY account_id) e
          ON e.account_id = a.id
        WHERE a.version <> COALESCE(e.entries, 0)
    """,
    "versions run 1, 2, 3 without a gap": """
        SELECT a.code || ' version ' || n.account_version, n.expected, n.account_version FROM (
          SELECT account_id, account_version,
            ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY account_version) AS expected
          FROM ledger_entry) n
        JOIN ledger_account a ON a.id = n.account_id WHERE n.account_version <> n.expected
    """,
    "each running balance follows from the one before": """
        SELECT a.code || ' version ' || n.account_version, n.before + n.amount_micros, n.balance_after_micros FROM (
          SELECT account_id, account_version, amount_micros, balance_after_micros,
            LAG(balance_after_micros, 1, CAST(0 AS bigint))
              OVER (PARTITION BY account_id ORDER BY account_version) AS before
          FROM ledger_entry) n
        JOIN ledger_account a ON a.id = n.account_id WHERE n.balance_after_micros <> n.before + n.amount_micros
    """,
    "a transfer has two entries, its amount out of the source and into the destination": """
        SELECT t.key, 2, COUNT(e.id) FROM ledger_transfer t
        LEFT JOIN ledger_entry e ON e.transfer_id = t.id AND (
          (e.account_id = t.source_id AND e.amount_micros = -t.amount_micros)
          OR (e.account_id = t.destination_id AND e.amount_micros = t.amount_micros))
        GROUP BY t.id, t.key HAVING COUNT(e.id) <> 2
    """,
    "an account's held amount is the sum of its pending holds": """
        SELECT a.code, COALESCE(h.total, 0), a.held_micros FROM ledger_account a
        LEFT JOIN (
          SELECT account_id, SUM(amount_micros) AS total FROM ledger_hold WHERE status = 'pending'
          GROUP BY account_id) h
          ON h.account_id = a.id
        WHERE a.held_micros <> COALESCE(h.total, 0)
    """,
    "an account's pending holds are counted": """
        SELECT a.code, COALESCE(h.total, 0), a.pending_holds FROM ledger_account a
        LEFT JOIN (
          SELECT account_id, COUNT(*) AS total FROM ledger_hold WHERE status = 'pending'
          GROUP BY account_id) h
          ON h.account_id = a.id
        WHERE a.pending_holds <> COALESCE(h.total, 0)
    """,
    "an account's ended holds are counted by status": """
        SELECT a.code || ' ' || x.status, SUM(x.expected), SUM(x.found) FROM (
          SELECT account_id, status, COUNT(*) AS expected, 0 AS found FROM ledger_hold WHERE status <> 'pending'
          GROUP BY account_id, status
          UNION ALL SELECT account_id, status, 0, hold_count FROM ledger_holdtotal) x
        JOIN ledger_account a ON a.id = x.account_id
        GROUP BY a.code, x.status HAVING SUM(x.expected) <> SUM(x.found)
    """,
    "an account's ended holds are summed by status": """
        SELECT a.code || ' ' || x.status, SUM(x.expected), SUM(x.found) FROM (
          SELECT account_id, status, SUM(amount_micros) AS expected, 0 AS found FROM ledger_hold
          WHERE status <> 'pending' GROUP BY account_id, status
          UNION ALL SELECT account_id, status, 0, amount_micros FROM ledger_holdtotal) x
        JOIN ledger_account a ON a.id = x.account_id
        GROUP BY a.code, x.status HAVING SUM(x.expected) <> SUM(x.found)
    """,
    "a captured amount is at most the held amount": """
        SELECT key, amount_micros, captured_micros FROM ledger_hold WHERE captured_micros > amount_micros
    """,
}
