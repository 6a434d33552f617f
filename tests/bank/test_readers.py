"""Bank files are read exactly or refused: versions, batches, returns, balances, and hostile files."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.bank.errors import DoesNotAddUp, WrongFormat
from apps.bank.readers.camt import read_camt
from apps.bank.readers.csv_lines import CsvColumns, read_csv
from apps.bank.readers.mt940 import read_mt940
from apps.bank.statements import Statement, StatementLine, is_account, keyed
from apps.common.errors import BillingError
from tests.bank.files import IBAN, PAYER, SPACE, camt, entry

MT940 = f""":20:STARTUMSE
:25:{IBAN}
:28C:00045/001
:60F:C261103EUR1000,00
:61:2611041104C1190,00N062NONREF//B4K4TX0001
:86:166?00GUTSCHRIFT?109310?20EREF+E2E-1?21SVWZ+Rechnung EX 2026 0001?227 dan
ke?30COBADEFFXXX?31{PAYER}?32ACME GMBH
:61:2611041104RC10,00NRTINONREF//B4K4TX0002
:86:109?00RUECKLASTSCHRIFT?20EREF+E2E-9?34901
:61:2611051104RD5,00NRTINONREF
:86:free text without structure
:62F:C261104EUR2185,00
-
:20:SECOND
:25:37040044/0532013000
:28C:00046/001
:60F:C261104EUR2185,00
:62F:C261104EUR2185,00
-
"""
CSV = CsvColumns(
    booking_date="Buchungstag", value_date="Valuta", amount="Betrag", text="Verwendungszweck", party_name="Name"
)


def only(raw: bytes) -> StatementLine:
    (statement,) = read_camt(raw)
    statement.prove()
    (line,) = statement.lines
    return line


def wrong(raw: bytes) -> str:
    with pytest.raises(WrongFormat) as refused:
        read_camt(raw)
    return refused.value.detail


@pytest.mark.parametrize("version", ["02", "08", "13"])
def test_a_camt_line_has_every_field_of_the_file(version: str) -> None:
    raw = camt(
        [entry("1190.00", text="Rechnung EX 2026 00017 danke", ref="B4K4TX0001", e2e="E2E-1", booked="2026-11-05")],
        closing="2190.00",
        version=version,
    )
    if version == "02":  # names stood beside the party, and the status was a text
        raw = (
            raw.replace(b"<Pty>", b"").replace(b"</Pty>", b"").replace(b"<Sts><Cd>BOOK</Cd></Sts>", b"<Sts>BOOK</Sts>")
        )
    (statement,) = read_camt(raw)
    assert (statement.account, statement.currency, statement.reference) == (IBAN, "EUR", "45")
    assert (statement.opening_micros, statement.closing_micros) == (1_000_000_000, 2_190_000_000)
    assert statement.lines == (
        StatementLine(
            amount_micros=1_190_000_000,
            booking_date=date(2026, 11, 5),
            value_date=date(2026, 11, 4),
            bank_reference="B4K4TX0001",
            end_to_end_id="E2E-1",
            text="Rechnung EX 2026 00017 danke",
            party_name="ACME GMBH",
            party_iban=PAYER,
        ),
    )


def test_an_amount_instructed_in_another_currency_is_not_the_amount() -> None:
    details = """<TxDtls><AmtDtls><InstdAmt><Amt Ccy="USD">100.00</Amt></InstdAmt>
      <TxAmt><Amt Ccy="EUR">92.50</Amt></TxAmt></AmtDtls></TxDtls>"""
    assert only(camt([entry("92.50", details=details)], closing="1092.50")).amount_micros == 92_500_000


def batch(*amounts: str) -> str:
    return "".join(
        f'<TxDtls><Refs><EndToEndId>E{place}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt></TxDtls>'
        for place, amount in enumerate(amounts, 1)
    )


def test_a_batch_is_split_into_its_transactions_only_if_they_add_up() -> None:
    (split,) = read_camt(camt([entry("30.00", details=batch("10.00", "20.00"))], closing="1030.00"))
    assert [(each.amount_micros, each.end_to_end_id) for each in split.lines] == [
        (10_000_000, "E1"),
        (20_000_000, "E2"),
    ]
    assert only(camt([entry("30.00", details=batch("10.00", "19.99"))], closing="1030.00")).amount_micros == 30_000_000


def test_a_return_is_a_debit_that_names_the_payer() -> None:
    raw = camt([entry("-10.00", code="AC04", reversal=True, e2e="E9")], opening="10.00", closing="0.00")
    raw = raw.replace(b"Cdtr>", b"Dbtr>").replace(b"CdtrAcct>", b"DbtrAcct>")
    line = only(raw)
    assert (line.amount_micros, line.is_reversal, line.return_code) == (-10_000_000, True, "AC04")
    assert (line.party_name, line.party_iban) == ("ACME GMBH", PAYER)


def test_pending_entries_are_not_read() -> None:
    pending = entry("5.00", status="<Sts><Cd>PDNG</Cd></Sts>")
    assert only(camt([pending, entry("1.00")], closing="1001.00")).amount_micros == 1_000_000


def test_an_overdrawn_account_adds_up() -> None:
    assert only(camt([entry("-7.25")], opening="-2.00", closing="-9.25")).amount_micros == -7_250_000


def test_a_statement_that_does_not_add_up_says_by_how_much() -> None:
    (statement,) = read_camt(camt([entry("1.00")], closing="1002.00"))
    with pytest.raises(DoesNotAddUp, match=r"1,001\.00 EUR, but it closes with 1,002\.00 EUR"):
        statement.prove()


BOMB = """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>"""
FOREIGN = """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<Document>", "Line 1, "),
        (b"<a>" * 100_000, "Line 1, "),
        (camt([], closing="1000.00", head=BOMB), "document type"),
        (camt([], closing="1000.00", head=FOREIGN).replace(b"M1", b"&x;"), "document type"),
        (
            camt([], closing="1000.00", head=BOMB)
            .decode()
            .replace('1.0"?', '1.0" encoding="UTF-16"?')
            .encode("utf-16"),
            "document type",
        ),
        (camt([], closing="1000.00").replace(b"camt.053", b"camt.052"), "not a CAMT.053"),
        (camt([], closing="1000.00").replace(b"CLBD", b"ITBD"), "no balance CLBD"),
        (camt([entry("1e3")], closing="1000.00"), "'1e3' is not an amount"),
        (camt([entry("1,00")], closing="1000.00"), "is not an amount"),
        (camt([entry("1.005")], closing="1000.00"), "more decimals than EUR"),
        (camt([entry("99999999999999999999")], closing="1000.00"), "is not an amount"),
        (camt([entry("\u0661\u0662")], closing="1000.00"), "is not an amount"),
        (camt([entry("1.00", day="2026-02-30")], closing="1000.00"), "Dt: "),
        (camt([entry("1.00", currency="USD")], closing="1000.00"), "not in EUR"),
        (camt([entry("1.00").replace("CRDT", "KRDT")], closing="1000.00"), "neither CRDT nor DBIT"),
        (
            camt([entry("1.00").replace("<Amt Ccy", "<Ant Ccy").replace("</Amt>", "</Ant>")], closing="0.00"),
            "Amt: it is missing in Ntry",
        ),
        (f'<Document xmlns="{SPACE}.08"><BkToCstmrStmt/></Document>'.encode(), "no statement"),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_with_the_place(raw: bytes, said: str) -> None:
    assert said in wrong(raw)


ONE = camt([entry("1.00")], closing="1001.00")


@pytest.mark.parametrize(
    ("cut", "into", "said"),
    [
        (f"<Acct><Id><IBAN>{IBAN}</IBAN></Id>".encode(), b"<Acct>", "Id: it is missing in Acct"),
        (b'<Amt Ccy="EUR">1001.00', b'<Amt Ccy="USD">1001.00', "a balance is not in EUR"),
        (b'<Amt Ccy="EUR">1.00', b"<Amt>1.00", "it has no currency"),
        (b"<BookgDt><Dt>2026-11-04</Dt></BookgDt><ValDt><Dt>2026-11-04</Dt></ValDt>", b"", "BookgDt: it is missing"),
        (b"<BookgDt><Dt>2026-11-04</Dt></BookgDt>", b"<BookgDt/>", "Dt: it is missing in BookgDt"),
        (b"<BookgDt><Dt>2026-11-04", b"<BookgDt><Dt>yesterday", "'yesterday' is not a date"),
    ],
)
def test_a_camt_file_without_an_element_that_it_needs_is_refused_by_element(cut: bytes, into: bytes, said: str) -> None:
    assert cut in ONE
    assert said in wrong(ONE.replace(cut, into))


def test_mt940_has_signs_of_reversals_the_payer_and_every_statement() -> None:
    first, second = read_mt940(MT940.replace("\n", "\r\n").encode("cp1252"))
    for each in (first, second):
        each.prove()
    assert (first.account, first.reference, second.account) == (IBAN, "00045/001", "37040044/0532013000")
    came, back, again = first.lines
    assert came == StatementLine(
        amount_micros=1_190_000_000,
        booking_date=date(2026, 11, 4),
        value_date=date(2026, 11, 4),
        bank_reference="B4K4TX0001",
        end_to_end_id="E2E-1",
        text="Rechnung EX 2026 00017 danke",
        party_name="ACME GMBH",
        party_iban=PAYER,
    )
    assert (back.amount_micros, back.is_reversal, back.return_code, back.end_to_end_id) == (
        -10_000_000,
        True,
        "901",
        "E2E-9",
    )
    assert (again.amount_micros, again.value_date, again.text) == (
        5_000_000,
        date(2026, 11, 5),
        "free text without structure",
    )


@pytest.mark.parametrize(
    "raw",
    [
        b":20:X\n:25:A\n",
        MT940.replace(":62F:", ":99X:").encode(),
        MT940.replace("C1190,00", "C11,90,00").encode(),
        MT940.replace("C1190,00", "C1190.00").encode(),
        MT940.replace("C1190,00", "C1190").encode(),
        MT940.replace(":61:2611041104C", ":61:2613991104C").encode(),
        b"/etc/passwd",
    ],
)
def test_an_mt940_file_that_cannot_be_read_is_refused(raw: bytes) -> None:
    with pytest.raises(WrongFormat):
        read_mt940(raw)


def csv_of(*lines: str, columns: CsvColumns = CSV, encoding: str = "cp1252") -> Statement:
    head = "Konto;123\n\nBuchungstag;Valuta;Name;Verwendungszweck;Betrag\n"
    (statement,) = read_csv((head + "\n".join(lines)).encode(encoding), columns, account=IBAN, currency="EUR")
    return statement


def test_csv_is_read_by_the_columns_that_were_named() -> None:
    found = csv_of("04.11.2026;05.11.2026;Müller GmbH;EX-1;1.190,00", "05.11.2026;;;Gebühr;-3,5")
    assert [(each.amount_micros, each.value_date.day, each.party_name) for each in found.lines] == [
        (1_190_000_000, 5, "Müller GmbH"),
        (-3_500_000, 5, ""),
    ]
    assert (found.first_day, found.last_day, found.closing_micros) == (date(2026, 11, 4), date(2026, 11, 5), None)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_in_the_encodings_of_banks_and_spreadsheets(encoding: str) -> None:
    (line,) = csv_of("04.11.2026;;Müller GmbH;EX-1;1.190,00", encoding=encoding).lines
    assert (line.party_name, line.amount_micros) == ("Müller GmbH", 1_190_000_000)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("04.11.2026;;A;b;1.19,00", "Line 4, Betrag: '1.19,00' is not an amount"),
        ("04.11.2026;;A;b;12,005", "more decimals than EUR"),
        ("04.11.2026;;A;b;1,00;c", "Line 4, 6: it has 6 columns instead of 5"),
        ("2026-11-04;;A;b;1,00", "'2026-11-04' is not a date"),
        ("04.11.2026;1,00", "it has 2 columns instead of 5"),
        ('04.11.2026;;"A;b;1,00', "Line 1, 1"),
    ],
)
def test_a_csv_line_that_cannot_be_read_is_named(line: str, said: str) -> None:
    with pytest.raises(WrongFormat) as refused:
        csv_of(line)
    assert said in refused.value.detail


def test_a_csv_file_with_two_columns_of_one_name_is_refused() -> None:
    with pytest.raises(WrongFormat, match="Line 1, 3: two columns are called Betrag"):
        read_csv(
            b"Buchungstag;Valuta;Betrag;Betrag;Name;Verwendungszweck\n04.11.2026;;1,00;2,00;;\n",
            CSV,
            account=IBAN,
            currency="EUR",
        )


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_impossible_booking_days_are_refused(day: str) -> None:
    (statement,) = read_camt(camt([entry("1.00", day=day)], closing="1001.00"))
    with pytest.raises(WrongFormat, match=day):
        statement.prove()


def test_csv_amounts_may_be_in_a_debit_and_a_credit_column() -> None:
    columns: Any = CsvColumns(delimiter=",", decimal_mark=".", days="iso", booking_date="Day", amount="In", debit="Out")
    raw = b'Day,In,Out\n2026-11-04,"1,190.00",\n2026-11-05,,3.50\n'
    (found,) = read_csv(raw, columns, account=IBAN, currency="EUR")
    assert [each.amount_micros for each in found.lines] == [1_190_000_000, -3_500_000]


def test_a_line_has_the_same_key_in_overlapping_files_and_equal_ones_of_a_day_are_two() -> None:
    one, other, twin = entry("10.00", text="a"), entry("10.00", text="b"), entry("10.00", text="a")
    (whole,) = read_camt(camt([one, other, twin], closing="1030.00"))
    (part,) = read_camt(camt([one, twin], closing="1020.00"))
    keys = [key for key, _ in keyed(1, whole.lines)]
    assert len(set(keys)) == 3
    assert {key for key, _ in keyed(1, part.lines)} < set(keys)
    assert not {key for key, _ in keyed(2, part.lines)} & set(keys)


def test_lines_of_a_batch_with_one_reference_stay_separate_lines() -> None:
    (batched,) = read_camt(
        camt([entry("30.00", ref="R1", details=batch("10.00", "10.00", "10.00"))], closing="1030.00")
    )
    assert len({key for key, _ in keyed(1, batched.lines)}) == 3


@pytest.mark.parametrize(
    ("written", "same"),
    [(IBAN, True), (f"{IBAN}EUR", True), ("DE89 3704 0044 0532 0130 00", True), ("37040044/532013000", True),
     ("37040044/0532013001", False), (IBAN[:-1], False), ("", False)],
)  # fmt: skip
def test_an_account_is_known_by_its_iban_or_its_german_number(written: str, same: bool) -> None:
    assert is_account(IBAN, written) is same


DAMAGED = {
    "camt": (camt([entry("119.00", text="EX-1", ref="B1")], closing="1119.00"), read_camt),
    "mt940": (MT940.encode(), read_mt940),
    "csv": (
        b"Buchungstag;Valuta;Name;Verwendungszweck;Betrag\n04.11.2026;;A;b;1.190,00\n",
        lambda raw: read_csv(raw, CSV, account=IBAN, currency="EUR"),
    ),
}
PIECES = (
    b"9" * 30,
    b"-",
    b",",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"NaN",
    b"1e9",
    b"&#0;",
    b'"',
    b"\n",
    b":61:",
    b"<Ntry/>",
)


@pytest.mark.parametrize("kind", DAMAGED)
@given(
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 10), st.sampled_from(PIECES) | st.binary(max_size=4)), max_size=3
    )
)
def test_a_damaged_file_is_read_to_the_balance_or_refused(kind: str, cuts: list[Any]) -> None:
    raw, read = DAMAGED[kind]
    for place, length, piece in cuts:
        at = int(place * len(raw))
        raw = raw[:at] + piece + raw[at + length :]
    with suppress(BillingError):
        for statement in read(raw):
            statement.prove()
            assert all(abs(line.amount_micros) < 2**63 for line in statement.lines)
