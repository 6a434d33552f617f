"""Reads MT940 statements by the package mt-940, into the values that all readers return."""

import io
import logging
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import mt940

from apps.bank.errors import WrongFormat
from apps.bank.statements import (
    NAME_LENGTH,
    TEXT_LENGTH,
    Statement,
    StatementLine,
    amount_of,
    compact,
    plain,
    reference,
    refuse_size,
)

Data = Mapping[str, Any]
# Value date, entry date, mark, funds code, and an amount with its comma: the package reads an amount without a comma as
# whole units.
_LINE = re.compile(r"^:61:\d{6}(?:\d{4}| {4})?R?[CD][A-Z]?\d{1,12},\d{0,3}(?![\d,])", re.ASCII)
# The package logs each line that it cannot read, with all that the bank says.
logging.getLogger("mt940").setLevel(logging.CRITICAL)


def read_mt940(raw: bytes) -> list[Statement]:
    """Return the statements of a file.

    Raises:
        WrongFormat: a statement, a line or a balance of it cannot be read.
    """
    refuse_size(raw)
    text = _decoded(raw)
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(":61:") and not _LINE.match(line):
            raise WrongFormat.at(number, ":61:", f"{line[4:44]!r} does not begin with days, mark and amount")
    try:
        # From a stream: given a text that names a file on this machine, the package would read that file.
        blocks = mt940.parse_statements(io.StringIO(text), options=mt940.Options.all())
    except Exception as error:  # the package raises many kinds
        raise WrongFormat(f"The MT940 file cannot be read: {str(error)[:200]}", field="file") from error
    if not blocks or text.count("\n:61:") != sum(map(len, blocks)):
        raise WrongFormat("The MT940 file has lines that cannot be read.", field="file")
    return [_statement(block.data, [each.data for each in block]) for block in blocks]


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    raise AssertionError("every byte is a letter of Latin-1")


def _statement(data: Data, lines: list[Data]) -> Statement:
    opening = data.get("final_opening_balance") or data.get("intermediate_opening_balance")
    closing = data.get("final_closing_balance") or data.get("intermediate_closing_balance")
    if opening is None or closing is None or not data.get("account_identification"):
        raise WrongFormat(
            "A statement has no account (:25:), opening (:60F:) or closing balance (:62F:).", field="file"
        )
    currency = str(closing.amount.currency)
    if opening.amount.currency != currency:
        raise WrongFormat("The balances of a statement are in two currencies.", field="file")
    number = "/".join(filter(None, (data.get("statement_number"), data.get("sequence_number"))))
    return Statement(
        account=plain(str(data["account_identification"]), NAME_LENGTH),
        currency=currency,
        reference=reference(number or str(data.get("transaction_reference") or "")),
        opening_micros=_micros(opening.amount.amount, currency),
        closing_micros=_micros(closing.amount.amount, currency),
        first_day=_day(opening.date),
        last_day=_day(closing.date),
        lines=tuple(_line(each, currency) for each in lines),
    )


def _line(data: Data, currency: str) -> StatementLine:
    booked = data.get("entry_date") or data["date"]
    purpose = " ".join(filter(None, (data.get("purpose"), data.get("additional_purpose"))))
    text = purpose or data.get("transaction_details") or data.get("extra_details") or data.get("posting_text") or ""
    return StatementLine(
        amount_micros=_micros(data["amount"].amount, currency),
        booking_date=_day(booked),
        value_date=_day(data["date"]),
        is_reversal=str(data.get("status") or "").upper().startswith("R"),
        bank_reference=reference(data.get("bank_reference") or ""),
        end_to_end_id=reference(data.get("end_to_end_reference") or ""),
        text=plain(text, TEXT_LENGTH),
        party_name=plain(data.get("applicant_name") or "", NAME_LENGTH),
        party_iban=compact(data.get("applicant_iban") or data.get("gvc_applicant_iban") or ""),
        return_code=plain(data.get("return_debit_notes") or "", 35),
    )


def _day(found: date) -> date:
    return date(found.year, found.month, found.day)


def _micros(amount: Decimal, currency: str) -> int:
    try:
        return amount_of(f"{abs(amount):f}", currency) * (-1 if amount < 0 else 1)
    except ValueError as error:
        raise WrongFormat(f"{error}.", field="file") from error
