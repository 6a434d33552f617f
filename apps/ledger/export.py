"""The journal as text, transfer by transfer, in constant memory: for hledger, or as CSV for spreadsheets."""

from collections.abc import Iterator

from apps.common.csv_text import csv_line
from apps.common.money import decimal_text
from apps.ledger.models import Transfer

CHUNK = 2_000
CSV_COLUMNS = ("recorded_at", "effective_at", "key", "kind", "source", "destination", "unit", "amount", "description")


def hledger_lines() -> Iterator[str]:
    """Yield an hledger journal; its commodities are the units, its accounts are ours."""
    for transfer in _transfers():
        amount = decimal_text(transfer.amount_micros)
        unit = f'"{transfer.source.unit}"'
        yield f"{transfer.effective_at:%Y-%m-%d} ({_one_line(transfer.key)}) {_one_line(transfer.kind)}\n"
        yield f"    {transfer.destination.code}  {amount} {unit}\n"
        yield f"    {transfer.source.code}  -{amount} {unit}\n\n"


def csv_lines() -> Iterator[str]:
    """Yield the header and a line per transfer; a text that a spreadsheet would run as a formula is made harmless."""
    yield csv_line(CSV_COLUMNS)
    for transfer in _transfers():
        row = (
            transfer.recorded_at.isoformat(),
            transfer.effective_at.isoformat(),
            transfer.key,
            transfer.kind,
            transfer.source.code,
            transfer.destination.code,
            transfer.source.unit,
            decimal_text(transfer.amount_micros),
            transfer.description,
        )
        yield csv_line(row)


def _transfers() -> Iterator[Transfer]:
    rows = Transfer.objects.select_related("source", "destination").order_by("recorded_at", "pk")
    return rows.iterator(chunk_size=CHUNK)


def _one_line(text: str) -> str:
    """Keep a text on its line and inside its brackets: hledger reads `;`, `(`, `)` and `|` as syntax."""
    return " ".join(text.translate(str.maketrans("();|", "    ")).split())
