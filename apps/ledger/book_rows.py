"""Parse the JSON that `ledger_open` returns, and serialize the JSON that `ledger_write` takes. No database access."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from apps.ledger.state import AccountState, HoldState, LedgerChanges, LedgerState, TransferState

# For ids that come with every movement.
known_uuid = lru_cache(maxsize=8_192)(UUID)


def ledger_state(book_id: UUID, read: Mapping[str, Any]) -> LedgerState:
    """Parse the JSON that `ledger_open` returned."""
    transfers = map(_transfer, read["transfers"] or ())
    holds = map(_hold, read["holds"] or ())
    return LedgerState(
        book_id=book_id,
        version=read["version"],
        number=read["number"],
        head=bytes.fromhex(read["head"]),
        unit=read["unit"],
        accounts={row[1]: AccountState(*row) for row in read["accounts"] or ()},
        transfers={each.key: each for each in transfers},
        holds={each.id: each for each in holds},
    )


def moment(text: str | None) -> datetime | None:
    """Parse a timestamp from the database's JSON; None stays None."""
    return None if text is None else datetime.fromisoformat(text)


def _transfer(row: Sequence[Any]) -> TransferState:
    return TransferState(
        *[*row[:16], bytes.fromhex(row[16]), row[17], datetime.fromisoformat(row[18]), datetime.fromisoformat(row[19])]
    )


def _hold(row: Sequence[Any]) -> HoldState:
    made, ends, closed, metadata, dimensions, buckets = row[9:]
    moments = (datetime.fromisoformat(made), moment(ends), moment(closed))
    return HoldState(*[UUID(row[0]), *row[1:9], *moments, metadata, dimensions, tuple(map(UUID, buckets))])


def filled(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts that are not empty."""
    return {name: rows for name, rows in parts.items() if rows}


def ledger_written(after: LedgerState, changed: LedgerChanges) -> dict[str, Any]:
    """Serialize the pending changes of a book to the JSON that `ledger_write` takes; empty parts are omitted."""
    held = changed.changed_holds - changed.new_holds
    parts = {
        "transfers": [
            {
                "id": each.drawn_id,
                "number": each.number,
                "key": each.key,
                "fingerprint": each.fingerprint,
                "source_id": each.source_id,
                "destination_id": each.destination_id,
                "amount_micros": each.amount_micros,
                "kind": each.kind,
                "description": each.description,
                "created_by": each.created_by,
                "cause_type": each.cause_type,
                "cause_id": each.cause_id,
                "metadata": each.metadata,
                "grant_terms": each.grant_terms,
                "hash": f"\\x{each.hash.hex()}",
                "reverses_id": each.reverses_id,
                "effective_at": each.effective_at.isoformat(),
                "recorded_at": each.recorded_at.isoformat(),
                "source_balance": source.balance_after_micros,
                "source_version": source.account_version,
                "destination_balance": destination.balance_after_micros,
                "destination_version": destination.account_version,
            }
            for each, source, destination in zip(
                changed.transfers, changed.entries[::2], changed.entries[1::2], strict=True
            )
        ],
        "notes": [
            {
                "number": each.number,
                "what": each.what,
                "body": each.body,
                "hash": f"\\x{each.hash.hex()}",
                "recorded_at": each.recorded_at.isoformat(),
            }
            for each in changed.notes
        ],
        "new_holds": [_hold_row(after.holds[pk]) for pk in changed.new_holds],
        "changed_holds": [_hold_row(after.holds[pk]) for pk in held],
        "totals": [
            {"account_id": account, "status": status, "hold_count": count, "amount_micros": amount}
            for (account, status), (count, amount) in changed.totals.items()
        ],
        "accounts": [
            {
                "id": each.id,
                "balance_micros": each.balance_micros,
                "held_micros": each.held_micros,
                "pending_holds": each.pending_holds,
                "version": each.version,
            }
            for each in (after.accounts[code] for code in sorted(changed.accounts))
        ],
    }
    return {"number": after.number, "head": f"\\x{after.head.hex()}", **filled(parts)}


def _hold_row(hold: HoldState) -> dict[str, Any]:
    return {
        "id": str(hold.id),
        "account_id": hold.account_id,
        "key": hold.key,
        "fingerprint": hold.fingerprint,
        "amount_micros": hold.amount_micros,
        "captured_micros": hold.captured_micros,
        "status": hold.status,
        "description": hold.description,
        "created_by": hold.created_by,
        "created_at": hold.created_at.isoformat(),
        "expires_at": hold.expires_at and hold.expires_at.isoformat(),
        "closed_at": hold.closed_at and hold.closed_at.isoformat(),
        "metadata": hold.metadata,
        "dimensions": hold.dimensions,
        "bucket_ids": [str(pk) for pk in hold.bucket_ids],
    }
