"""Exports of a hundred thousand ledger rows are streamed with constant memory and statements."""

import csv
import io
import resource
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.ledger.models import Account, Entry, Transfer
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer

pytestmark = [pytest.mark.long, pytest.mark.tampers, pytest.mark.django_db]

TRANSFERS, CHUNK = 50_000, 1_000
ENTRIES = "/admin/export/ledger/entry/{}/"
FORMULA = '=HYPERLINK("https://evil.example","Balance")'
MOST_KILOBYTES = 48 * 1024


def charge_often(number: int) -> None:
    """Write this many transfers from wallet to revenue with their entries, without the services, for speed."""
    purse = Account.objects.get(code__endswith=":wallet")
    revenue = Account.objects.get(code__endswith=":revenue")
    for start in range(1, number + 1, CHUNK):
        _charge(purse, revenue, range(start, start + CHUNK))


def _charge(purse: Account, revenue: Account, numbers: range) -> None:
    when = {"effective_at": NOW, "recorded_at": NOW, "book": purse.book}
    cause = Transfer.objects.filter(book=purse.book).values("cause_type", "cause_id")[0]
    facts = {"fingerprint": "0" * 64, "kind": "usage", "description": FORMULA, "created_by": "key:long"}
    made = Transfer.objects.bulk_create(
        [
            Transfer(
                number=1000 + number,
                key=f"long:{number}",
                source=purse,
                destination=revenue,
                amount_micros=number,
                **facts,
                **cause,
                **when,
            )
            for number in numbers
        ]
    )
    Entry.objects.bulk_create(
        [
            Entry(
                account=account,
                transfer=transfer,
                amount_micros=sign * transfer.amount_micros,
                balance_after_micros=sign * transfer.amount_micros,
                account_version=1000 + transfer.amount_micros,
                **when,
            )
            for transfer in made
            for account, sign in ((purse, -1), (revenue, 1))
        ]
    )


@pytest.fixture
def client():
    create_customer()
    return client_of(create_staff("ada", "Support"))


def taken(client, kind: str, file: io.BufferedRandom) -> tuple[int, int]:
    """Write an export to a file; return its number of statements, and how many KiB the process's peak memory rose."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(ENTRIES.format(kind))
        assert answer.streaming
        for chunk in answer.streaming_content:
            file.write(chunk)
    file.seek(0)
    return len(queries), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def rows_of(kind: str, file: io.BufferedRandom) -> Iterator[dict[str, object]]:
    """Yield the rows of a file by their headings."""
    if kind == "csv":
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8-sig"))
        return
    rows = load_workbook(file, read_only=True).active.values
    heading = next(rows)
    yield from (dict(zip(heading, row, strict=True)) for row in rows)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_hundred_thousand_rows_take_the_memory_and_the_statements_of_a_few(client, kind, tmp_path):
    for name in ("first", "few"):  # the first one fills caches
        with (tmp_path / name).open("w+b") as file:
            statements, _ = taken(client, kind, file)
    charge_often(TRANSFERS)
    with (tmp_path / "many").open("w+b") as file:
        asked, grown = taken(client, kind, file)
        assert asked == statements
        assert grown < MOST_KILOBYTES
        rows, descriptions, total = 0, set(), Decimal(0)
        for row in rows_of(kind, file):
            if str(row["Description"]).endswith(FORMULA):
                rows, total = rows + 1, total + Decimal(str(row["Amount"]))
                descriptions.add(row["Description"])
    assert rows == 2 * TRANSFERS
    assert descriptions == {f"'{FORMULA}"}
    assert total == 0
