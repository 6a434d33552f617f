"""Upload a bank file, review it, and import it as a whole, once.

A line that an earlier statement had is not imported again, so files may overlap.
"""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.bank.errors import FileNotFound, KnownFile, UnknownAccount, WrongFormat
from apps.bank.models import BankFile, BankLine, BankStatement
from apps.bank.readers.csv_lines import read_csv
from apps.bank.services.proposals import match_lines
from apps.bank.statements import MOST_LINES, Statement, is_account, keyed
from apps.billing_profiles.models import SellerBankAccount
from apps.common.money import money_text

Format = BankFile.Format


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A statement of one of our accounts, with the key of each line."""

    account: SellerBankAccount
    statement: Statement
    warning: str


@transaction.atomic
def upload_bank_file(
    *, file_name: str, raw: bytes, account: SellerBankAccount | None, created_by: str, now: datetime
) -> BankFile:
    """Read a file and store it; nothing is imported yet. `account` is needed for a CSV file, which does not name it.

    Raises:
        WrongFormat: it cannot be read. DoesNotAddUp: its lines do not add up to its balances.
        UnknownAccount: no seller has its account. KnownFile: it was imported already.
    """
    kind = _format(raw)
    if kind == Format.CSV and account is None:
        raise UnknownAccount("A CSV file does not name its account: choose it.", field="account")
    sha256 = hashlib.sha256(raw).hexdigest()
    known = BankFile.objects.select_for_update().filter(sha256=sha256).first()
    if known is not None and known.imported_at is not None:
        raise KnownFile(f"It was imported on {known.imported_at:%Y-%m-%d} by {known.imported_by}.", field="file")
    file = known or BankFile(sha256=sha256, created_at=now, created_by=created_by)
    file.format, file.account = kind, account if kind == Format.CSV else None
    file.file_name, file.content = file_name[:200], gzip.compress(raw, mtime=0)
    file.line_count = sum(len(each.statement.lines) for each in read_bank_file(file))
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError as error:
        raise KnownFile("Somebody else has just uploaded it.", field="file") from error
    return file


def read_bank_file(file: BankFile) -> list[AccountStatement]:
    """Return the checked statements of a file that is not imported yet, each with its account.

    Raises:
        WrongFormat, DoesNotAddUp, UnknownAccount: see `upload_bank_file`.
    """
    statements = _statements(file)
    if sum(len(each.lines) for each in statements) > MOST_LINES:
        raise WrongFormat(f"The file has more than {MOST_LINES:,} lines: export fewer days.", field="file")
    found = []
    accounts = list(SellerBankAccount.objects.select_related("seller"))
    latest: dict[int, BankStatement | Statement] = {}
    for statement in statements:
        statement.prove()
        account = file.account or next((each for each in accounts if is_account(each.iban, statement.account)), None)
        if account is None or account.currency != statement.currency:
            raise UnknownAccount(
                f"No seller has the account {statement.account} in {statement.currency}.", field="file"
            )
        rows = BankStatement.objects.filter(account=account, closing_micros__isnull=False)
        before = latest.get(account.pk) or rows.order_by("-last_day", "-pk").first()
        found.append(AccountStatement(account, statement, _gap(before, statement)))
        latest[account.pk] = statement
    return found


@transaction.atomic
def import_bank_file(*, file_id: int, created_by: str, now: datetime) -> BankFile:
    """Import the new lines of a file, all or none, once, and propose what they pay.

    Raises:
        FileNotFound: there is none. KnownFile: it was imported already.
        WrongFormat, DoesNotAddUp, UnknownAccount: accounts or formats have changed since it was uploaded.
    """
    file = BankFile.objects.select_for_update(of=("self",)).select_related("account").filter(pk=file_id).first()
    if file is None:
        raise FileNotFound
    if file.imported_at is not None:
        raise KnownFile(f"It was imported on {file.imported_at:%Y-%m-%d} by {file.imported_by}.")
    for each in read_bank_file(file):
        _keep(file, each, now)
    file.imported_by, file.imported_at, file.content = created_by, now, b""
    file.save()
    match_lines(now=now)
    return file


def _keep(file: BankFile, read: AccountStatement, now: datetime) -> None:
    """Store a statement and its new lines. The account is locked, so that two files cannot add the same line twice."""
    SellerBankAccount.objects.select_for_update(no_key=True).get(pk=read.account.pk)
    # A line without an amount is a remark of the bank.
    lines = dict(keyed(read.account.pk, [each for each in read.statement.lines if each.amount_micros]))
    known = set(BankLine.objects.filter(account=read.account, key__in=lines).values_list("key", flat=True))
    fresh = {key: line for key, line in lines.items() if key not in known}
    statement = BankStatement.objects.create(
        file=file,
        account=read.account,
        reference=read.statement.reference,
        first_day=read.statement.first_day,
        last_day=read.statement.last_day,
        opening_micros=read.statement.opening_micros,
        closing_micros=read.statement.closing_micros,
        line_count=len(lines),
        new_count=len(fresh),
        warning=read.warning,
        imported_at=now,
    )
    BankLine.objects.bulk_create(
        BankLine(
            account=read.account,
            statement=statement,
            key=key,
            amount_micros=line.amount_micros,
            booking_date=line.booking_date,
            value_date=line.value_date,
            is_reversal=line.is_reversal,
            bank_reference=line.bank_reference,
            end_to_end_id=line.end_to_end_id,
            text=line.text,
            party_name=line.party_name,
            party_iban=line.party_iban,
            return_code=line.return_code,
            created_at=now,
        )
        for key, line in fresh.items()
    )


def _format(raw: bytes) -> BankFile.Format:
    head = raw[:4_000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"<"):
        return Format.CAMT
    return Format.MT940 if any(line.startswith(b":20:") for line in head.splitlines()) else Format.CSV


def _statements(file: BankFile) -> Sequence[Statement]:
    raw = gzip.decompress(file.content)
    if file.format == Format.CAMT:
        from apps.bank.readers.camt import read_camt  # lxml takes memory that most processes never need

        return read_camt(raw)
    if file.format == Format.MT940:
        from apps.bank.readers.mt940 import read_mt940

        return read_mt940(raw)
    assert file.account is not None
    csv_format = getattr(file.account, "csv_format", None)
    if csv_format is None:
        raise WrongFormat(f"The CSV format of {file.account} is not set yet: add it first.", field="file")
    return read_csv(raw, csv_format.columns, account=file.account.iban, currency=file.account.currency)


def _gap(before: BankStatement | Statement | None, statement: Statement) -> str:
    """Return a warning if a statement does not open with the closing balance of the one before, unless they overlap."""
    if before is None or statement.opening_micros is None or before.closing_micros is None:
        return ""
    if statement.first_day < before.last_day or statement.opening_micros == before.closing_micros:
        return ""
    closed = money_text(before.closing_micros, statement.currency)
    opened = money_text(statement.opening_micros, statement.currency)
    return f"The statement before, of {before.last_day}, closed with {closed}; this one opens with {opened}."
