"""Post transfers to one book without a wallet: read the book under its lock, decide, write all rows."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from apps.common.transactions import serialized
from apps.ledger.book_rows import ledger_state, ledger_written
from apps.ledger.errors import UnknownBook
from apps.ledger.journal import Journal
from apps.ledger.models import Transfer
from apps.ledger.requests import TransferRequest
from apps.ledger.services.books import log_records


@serialized
def post(requests: Sequence[TransferRequest], *, now: datetime) -> list[Transfer]:
    """Post all requests, which name one book, or none of them; return their transfers in order. Two statements.

    A request whose key was posted before with the same inputs returns the first transfer and moves nothing.

    Raises:
        UnknownBook: there is no such book. UnknownAccount: an account does not exist.
        InvalidAmount: an amount is not positive or exceeds 64 bits. InvalidKey: a key is empty or too long.
        UnitMismatch: two accounts have different units.
        IdempotencyMismatch: a key was used before, or in this call, with other inputs.
    """
    (book_id,) = {request.book_id for request in requests}
    query = {
        "codes": sorted({code for request in requests for code in (request.source, request.destination)}),
        "keys": [request.key for request in requests],
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open(%s, %s, %s::jsonb, true)::text", [book_id, now, json.dumps(query)])
        (opened,) = cursor.fetchone()
    if opened is None:
        raise UnknownBook
    state = ledger_state(book_id, json.loads(opened))
    journal = Journal(state)
    posted = [journal.post(request, now) for request in requests]
    journal.seal()
    changes = journal.changes()
    ids: dict[str, int] = {}
    if changes:
        written = json.dumps(ledger_written(journal.after(), changes))
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute("SELECT ledger_write(%s, %s, %s::jsonb)::text", [book_id, state.version, written])
            ids = json.loads(cursor.fetchone()[0])["transfers"]
        log_records((book_id, each.number, each.hash) for each in changes.transfers)
    rows = Transfer.objects.in_bulk({each.id or ids[str(each.number)] for each in posted})
    return [rows[each.id or ids[str(each.number)]] for each in posted]
