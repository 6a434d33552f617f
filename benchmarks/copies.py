"""Multiplies an organization's charges and usage events in bulk, because writing a million by the services takes
long."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

COLUMNS = """
SELECT array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s
"""
# By table: which of its rows are copied, and the columns that differ between copies. `copy.number` counts the copies;
# each `span` is larger than the values that it is added to, so that no two copies collide. Other ids come from
# sequences.
COPIED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "ledger_transfer": (
        "book_id = %(book)s AND kind = 'usage'",
        {
            "id": "row.id + copy.number * span.transfer",
            "number": "row.number + copy.number * span.record",
            "key": "row.key || ':' || copy.number",
        },
    ),
    "ledger_entry": (
        "book_id = %(book)s AND transfer_id IN (SELECT id FROM copied)",
        {
            "transfer_id": "row.transfer_id + copy.number * span.transfer",
            "account_version": "row.account_version + copy.number * span.version",
        },
    ),
    "wallets_chargenet": (
        "organization_id = %(book)s AND transfer_id IN (SELECT id FROM copied)",
        {"transfer_id": "row.transfer_id + copy.number * span.transfer"},
    ),
    "wallets_consumption": (
        "organization_id = %(book)s AND transfer_id IN (SELECT id FROM copied)",
        {
            "transfer_id": "row.transfer_id + copy.number * span.transfer",
            "number": "row.number + copy.number * span.record",
        },
    ),
    "usage_usageevent": (
        "organization_id = %(book)s",
        {"id": "row.id + copy.number * span.event", "event_id": "row.event_id || ':' || copy.number"},
    ),
    "usage_eventid": (
        "organization_id = %(book)s",
        {"digest": "md5(row.digest || ':' || copy.number)::uuid", "event": "row.event + copy.number * span.event"},
    ),
    "usage_distinctid": ("organization_id = %(book)s", {"value": "row.value || ':' || copy.number"}),
}
SPANS = """
CREATE TEMP TABLE copied ON COMMIT DROP AS
SELECT id, amount_micros FROM ledger_transfer WHERE book_id = %(book)s AND kind = 'usage';
CREATE TEMP TABLE span ON COMMIT DROP AS
SELECT (SELECT max(id) FROM ledger_transfer) AS transfer, (SELECT max(id) FROM usage_usageevent) AS event,
    (SELECT number FROM ledger_book WHERE id = %(book)s) AS record,
    (SELECT max(version) FROM ledger_account WHERE book_id = %(book)s) AS version;
ANALYZE copied
"""
# Set balances, stored sums and counters as if the copies had been written one after the other.
FIGURES = """
UPDATE ledger_account AS account
SET version = span.version * (1 + %(copies)s), balance_micros = account.balance_micros + %(copies)s * moved.micros
FROM span, (
    SELECT account_id, sum(amount_micros) AS micros FROM ledger_entry
    WHERE book_id = %(book)s AND transfer_id IN (SELECT id FROM copied) GROUP BY account_id
) AS moved WHERE account.id = moved.account_id;
UPDATE ledger_book AS book SET number = span.record * (1 + %(copies)s), version = book.version + 1
FROM span WHERE book.id = %(book)s;
UPDATE wallets_grant AS credit SET remaining_micros = remaining_micros - %(copies)s * used.micros
FROM (
    SELECT grant_id, sum(amount_micros) AS micros FROM wallets_consumption
    WHERE organization_id = %(book)s AND transfer_id IN (SELECT id FROM copied) GROUP BY grant_id
) AS used WHERE credit.id = used.grant_id;
UPDATE wallets_daytotal
SET amount_micros = amount_micros * (1 + %(copies)s), entry_count = entry_count * (1 + %(copies)s)
WHERE organization_id = %(book)s AND kind = 'usage';
UPDATE usage_usageday
SET event_count = event_count * (1 + %(copies)s), quantity_micros = quantity_micros * (1 + %(copies)s),
    input_tokens = input_tokens * (1 + %(copies)s), output_tokens = output_tokens * (1 + %(copies)s),
    charge_micros = charge_micros * (1 + %(copies)s)
WHERE organization_id = %(book)s;
UPDATE usage_breakdowntotal
SET event_count = event_count * (1 + %(copies)s), quantity_micros = quantity_micros * (1 + %(copies)s),
    input_tokens = input_tokens * (1 + %(copies)s), output_tokens = output_tokens * (1 + %(copies)s),
    charge_micros = charge_micros * (1 + %(copies)s)
WHERE organization_id = %(book)s;
SELECT setval(pg_get_serial_sequence('ledger_transfer', 'id'), transfer * (1 + %(copies)s)),
    setval(pg_get_serial_sequence('usage_usageevent', 'id'), event * (1 + %(copies)s)) FROM span
"""


def copy_year(book: UUID, copies: int) -> None:
    """Add this many copies of an organization's charges and events, each at the times of the originals. Their hashes
    are those of the originals, so a proof of the book fails.
    """
    given: dict[str, str | int] = {"book": str(book), "copies": copies}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # triggers and foreign keys check row by row
        cursor.execute(SPANS, given)
        cursor.execute(FIGURES, given)
        for table in COPIED:
            cursor.execute(_insertion(cursor, table), given)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _insertion(cursor: CursorWrapper, table: str) -> str:
    wanted, changed = COPIED[table]
    cursor.execute(COLUMNS, [table])
    names = [name for name in cursor.fetchone()[0] if name != "id" or name in changed]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'row."{name}"') for name in names)
    # Copy in the order of the pages, so that rows written together share pages in each copy, too.
    rows = f"(SELECT *, ctid AS place FROM {table} WHERE {wanted}) AS row"
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {rows}, span, "
        "generate_series(1, %(copies)s) AS copy (number) ORDER BY copy.number, row.place"
    )
