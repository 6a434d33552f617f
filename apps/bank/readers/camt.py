"""A strict reader of CAMT.053 statements, of any version (ISO 20022, BankToCustomerStatement).

A transaction's amount is the one in the account's currency, `TxAmt`; the instructed amount, which comes first in the
file, may be in another. Only booked entries count. A batch is one line for each transaction if these add up to it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar

from lxml import etree

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

Element = Any  # lxml has no types
T = TypeVar("T")
NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d{2}", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T[0-9:.]+)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def read_camt(raw: bytes) -> list[Statement]:
    """Return the statements of a file.

    Raises: WrongFormat: it is not CAMT.053, or a part is missing or unreadable; the error says where.
    """
    root = _root(raw)
    name = etree.QName(root)
    if name.localname != "Document" or not NAMESPACE.fullmatch(name.namespace or ""):
        raise WrongFormat.at(1, name.localname, "this is not a CAMT.053 statement")
    found = [_statement(each) for each in _all(_needed(root, "BkToCstmrStmt"), "Stmt")]
    if not found:
        raise WrongFormat.at(1, "BkToCstmrStmt", "there is no statement in it")
    return found


def _root(raw: bytes) -> Element:
    """Parse a file without entities, without a document type, and without a network."""
    refuse_size(raw)
    # Encodings with zero bytes are covered, too; any other way to hide one is found after parsing.
    if b"<!DOCTYPE" in raw.replace(b"\0", b""):
        raise WrongFormat.at(1, "DOCTYPE", "a statement has no document type")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise WrongFormat.at(line, column, str(error.msg).partition(", line ")[0]) from error
    except ValueError as error:
        raise WrongFormat.at(1, 1, str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise WrongFormat.at(1, "DOCTYPE", "a statement has no document type")
    return root


def _statement(stmt: Element) -> Statement:
    account = _needed(stmt, "Acct")
    number = _text(account, "Id", "IBAN") or _text(account, "Id", "Othr", "Id")
    if not number:
        raise _missing(account, "Id")
    balances = _balances(stmt)
    opening, closing = _balance(stmt, balances, OPENING), _balance(stmt, balances, CLOSING)
    currency = _text(account, "Ccy") or closing[1]
    if {opening[1], closing[1]} != {currency}:
        raise WrongFormat.at(stmt.sourceline, "Bal", f"a balance is not in {currency}")
    return Statement(
        account=compact(number) or plain(number, NAME_LENGTH),
        currency=currency,
        reference=reference(_text(stmt, "LglSeqNb") or _text(stmt, "ElctrncSeqNb") or _text(stmt, "Id")),
        opening_micros=opening[0],
        closing_micros=closing[0],
        first_day=opening[2],
        last_day=closing[2],
        lines=tuple(
            line
            for entry in _all(stmt, "Ntry")
            if _is_booked(entry)
            for line in _lines(entry, currency, compact(number))
        ),
    )


def _balances(stmt: Element) -> dict[str, tuple[int, str, date]]:
    """Return amount, currency and day of the first balance of each kind."""
    found: dict[str, tuple[int, str, date]] = {}
    for each in _all(stmt, "Bal"):
        kind = _text(each, "Tp", "CdOrPrtry", "Cd")
        amount = _needed(each, "Amt")
        currency = _currency(amount)
        found.setdefault(kind, (_signed(each, _amount(amount, currency)), currency, _day(_needed(each, "Dt"))))
    return found


def _balance(
    stmt: Element, balances: dict[str, tuple[int, str, date]], kinds: tuple[str, ...]
) -> tuple[int, str, date]:
    for kind in kinds:
        if kind in balances:
            return balances[kind]
    raise WrongFormat.at(stmt.sourceline, "Bal", f"there is no balance {' or '.join(kinds)}")


def _is_booked(entry: Element) -> bool:
    status = _needed(entry, "Sts")
    return (_text(status, "Cd") or (status.text or "").strip()) == "BOOK"


def _lines(entry: Element, currency: str, own: str) -> Iterator[StatementLine]:
    """Yield the lines of an entry: one for each transaction of a batch whose amounts add up, else one."""
    amount = _needed(entry, "Amt")
    if _currency(amount) != currency:
        raise WrongFormat.at(amount.sourceline, "Amt", f"an entry is not in {currency}")
    whole = _signed(entry, _amount(amount, currency))
    details = [each for part in _all(entry, "NtryDtls") for each in _all(part, "TxDtls")]
    parts = [_part(each, entry, currency) for each in details]
    known = [part for part in parts if part is not None]
    if len(details) > 1 and len(known) == len(details) and sum(known) == whole:
        for each, part in zip(details, known, strict=True):
            yield _line(entry, each, part, own)
    else:
        yield _line(entry, details[0] if len(details) == 1 else None, whole, own)


def _part(details: Element, entry: Element, currency: str) -> int | None:
    """Return the amount of a transaction in the account's currency, None if the file does not give it."""
    amount = _at(details, "AmtDtls", "TxAmt", "Amt")
    if amount is None:
        amount = _at(details, "Amt")
    if amount is None or _currency(amount) != currency:
        return None
    marked = details if _at(details, "CdtDbtInd") is not None else entry
    return _signed(marked, _amount(amount, currency))


def _line(entry: Element, details: Element | None, amount: int, own: str) -> StatementLine:
    booked, valued = _at(entry, "BookgDt"), _at(entry, "ValDt")
    first = booked if booked is not None else valued
    if first is None:
        raise _missing(entry, "BookgDt")
    is_reversal = _text(entry, "RvslInd") in ("true", "1")
    name, iban = _party(details, amount > 0, own)
    return StatementLine(
        amount_micros=amount,
        booking_date=_day(first),
        value_date=_day(valued if valued is not None else first),
        is_reversal=is_reversal,
        bank_reference=reference(
            _text(details, "Refs", "AcctSvcrRef") or _text(entry, "AcctSvcrRef") or _text(details, "Refs", "TxId")
        ),
        end_to_end_id=reference(_text(details, "Refs", "EndToEndId")),
        text=_said(entry, details),
        party_name=name,
        party_iban=iban,
        return_code=plain(_text(details, "RtrInf", "Rsn", "Cd") or _text(details, "RtrInf", "Rsn", "Prtry"), 35),
    )


def _party(details: Element | None, came: bool, own: str) -> tuple[str, str]:
    """Return name and IBAN of the other party; a transfer that goes back to its payer still names it as the payer."""
    parties = _at(details, "RltdPties")
    sides = ("Dbtr", "Cdtr") if came else ("Cdtr", "Dbtr")
    for side in sides:
        iban = compact(_text(parties, f"{side}Acct", "Id", "IBAN"))
        name = _text(parties, side, "Nm") or _text(parties, side, "Pty", "Nm") or _text(parties, f"Ultmt{side}", "Nm")
        if (name or iban) and iban != own:
            return plain(name, NAME_LENGTH), iban
    return "", ""


def _said(entry: Element, details: Element | None) -> str:
    information = _all(details, "RmtInf")
    texts = [each.text or "" for part in information for each in _all(part, "Ustrd")]
    texts += [_text(structured, "CdtrRefInf", "Ref") for part in information for structured in _all(part, "Strd")]
    line_text = " ".join(each for each in texts if each.strip())
    return plain(line_text or _text(details, "AddtlTxInf") or _text(entry, "AddtlNtryInf"), TEXT_LENGTH)


def _signed(element: Element, amount: int) -> int:
    mark = _needed(element, "CdtDbtInd")
    sign = {"CRDT": 1, "DBIT": -1}.get((mark.text or "").strip())
    if sign is None:
        raise WrongFormat.at(mark.sourceline, "CdtDbtInd", "it is neither CRDT nor DBIT")
    return sign * amount


def _amount(element: Element, currency: str) -> int:
    return _read(element, lambda text: amount_of(text, currency))


def _currency(amount: Element) -> str:
    currency = str(amount.get("Ccy") or "")
    if not _CURRENCY.fullmatch(currency):
        raise WrongFormat.at(amount.sourceline, "Amt", "it has no currency")
    return currency


def _day(element: Element) -> date:
    inner = _at(element, "Dt")
    if inner is None:
        inner = _at(element, "DtTm")
    if inner is None:
        raise _missing(element, "Dt")
    return _read(inner, _as_day)


def _as_day(text: str) -> date:
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a date")
    return date.fromisoformat(match[1])


def _read(element: Element, reader: Callable[[str], T]) -> T:
    try:
        return reader((element.text or "").strip())
    except ValueError as error:
        raise WrongFormat.at(element.sourceline, etree.QName(element).localname, str(error)) from error


def _all(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [each for each in element if _is_named(each, name)]


def _at(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next(iter(_all(element, name)), None)
    return element


def _is_named(element: Element, name: str) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name


def _text(element: Element | None, *path: str) -> str:
    found = _at(element, *path)
    return "" if found is None else (found.text or "").strip()


def _needed(element: Element, name: str) -> Element:
    found = _at(element, name)
    if found is None:
        raise _missing(element, name)
    return found


def _missing(element: Element, name: str) -> WrongFormat:
    return WrongFormat.at(element.sourceline or 1, name, f"it is missing in {etree.QName(element).localname}")
