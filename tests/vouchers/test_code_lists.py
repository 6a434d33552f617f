"""Lists of codes as people and spreadsheets write them."""

import codecs

import pytest

from apps.vouchers.code_lists import (
    A_DATE,
    LARGEST_FILE,
    NO_CELL,
    NO_CODE,
    SEVERAL,
    SHORTENED,
    UNEVEN_QUOTES,
    decode,
    read_list,
)
from apps.vouchers.errors import InvalidCodes

TWO = ("WREN1001", "WREN1002")


class TestUnderstood:
    @pytest.mark.parametrize(
        "text",
        [
            "WREN-1001\nWREN-1002",
            "Code\nWREN-1001\nWREN-1002\n",
            "\ufeffCode\r\nWREN-1001\r\nWREN-1002\r\n",
            "voucher_code\nwren 1001\nwren 1002",
            "Promo codes\nWREN-1001\nWREN-1002",
            "Coupon-Code\nWREN-1001\nWREN-1002",
            "Gutscheincode\nWREN-1001\nWREN-1002",
            '"Code"\n"WREN-1001"\n"WREN-1002"',
            "WREN-1001;WREN-1002",
            "WREN-1001, WREN-1002,",
            "WREN-1001;\nWREN-1002;\n",
            "Code;Value;Ends\nWREN-1001;10,50;31.12.2026\nWREN-1002;10,50;31.12.2026",
            'Value,Code\n"10,50",WREN-1001\n10,WREN-1002',
            "Value\tCode\n1\tWREN-1001\n2\tWREN-1002",
            "sep=;\nCode;Note\nWREN-1001;a\nWREN-1002;b",
            "\ufeffsep=;\r\nCode;Note\r\nWREN-1001;a\r\nWREN-1002;b",
            "Value|Code\n10,50|WREN-1001\n10,50|WREN-1002",
            '\ufeff"Code";"Note"\r\n"WREN-1001";"a"\r\n"WREN-1002";"b"',
            "\u201cWREN-1001\u201d\n\u2018WREN-1002\u2019",
            "'WREN-1001\n'WREN-1002'",
            '="WREN-1001"\n"=""WREN-1002"""',
            "\u200b\nWREN-1001\n\u00a0\nWREN\u20111002\u2028",
            "code,amount,currency\nWREN-1001,25,USD\nWREN-1002,25,USD",
        ],
    )
    def test_reads_two_codes(self, text):
        found = read_list(text)
        assert (found.codes, found.bad) == (TWO, ())

    @pytest.mark.parametrize("text", ["", "\n \n", "\ufeff", "Code", "sep=;", "Code\n\n"])
    def test_reads_none(self, text):
        found = read_list(text)
        assert (found.codes, found.bad) == ((), ())

    @pytest.mark.parametrize("first", ["CODE-2026", "Voucherly", "Winter voucher", "Code1"])
    def test_takes_a_code_that_is_like_a_heading_for_a_code(self, first):
        assert len(read_list(f"{first}\nWREN-1001").codes) == 2

    def test_takes_the_word_for_a_code_further_down(self):
        assert read_list("WREN-1001\nCODE").codes == ("WREN1001", "CODE")


class TestNamed:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("sp€cial", NO_CODE),
            ("A", NO_CODE),
            ("#NAME?", NO_CODE),
            ('"WREN-1001', UNEVEN_QUOTES),
            ("WREN-1001;10", SEVERAL),
            ("01-Mar", A_DATE),
            ("1. Mrz", A_DATE),
            ("Mar-26", A_DATE),
            ("Dez 26", A_DATE),
            ("March 2026", A_DATE),
            ("March 1, 2026", A_DATE),
            ("2026-03-01", A_DATE),
            ("2026-03-01 00:00:00", A_DATE),
            ("01.03.2026", A_DATE),
            ("3/1/2026", A_DATE),
            ("3/1/26", A_DATE),
            ("1.23457E+15", SHORTENED),
            ("1,23E+15", SHORTENED),
        ],
    )
    def test_says_what_is_wrong_with_a_line(self, line, reason):
        found = read_list(f"WREN-1001\n\n{line}\nWREN-1002")
        assert found.codes == TWO
        assert [(bad.number, bad.reason) for bad in found.bad] == [(3, reason)]

    @pytest.mark.parametrize("code", ["MARKET-26", "10-45-2026", "MAR26", "20261301", "2026-13-01", "DECO-26", "MAI"])
    def test_takes_no_code_for_a_date(self, code):
        assert not read_list(f"WREN-1001\n{code}").bad

    def test_names_a_row_without_a_code(self):
        found = read_list("Value;Code\n10;WREN-1001\n10;\n10")
        assert [(bad.number, bad.reason) for bad in found.bad] == [(3, NO_CELL), (4, NO_CELL)]

    def test_one_line_with_an_open_quote_spoils_no_other(self):
        assert read_list('WREN-1001\n"WREN\nWREN-1002').codes == TWO


class TestDecode:
    @pytest.mark.parametrize(
        "data",
        [
            b"WREN-1001",
            codecs.BOM_UTF8 + b"WREN-1001",
            "WREN-1001".encode("utf-16"),
            codecs.BOM_UTF16_BE + "WREN-1001".encode("utf-16-be"),
        ],
    )
    def test_reads_what_spreadsheets_save(self, data):
        assert decode(data) == "WREN-1001"

    def test_reads_what_windows_writes(self):
        assert decode("Größe".encode("cp1252")) == "Größe"

    @pytest.mark.parametrize(
        "data", [b"PK\x03\x04rest", b"\x00\x01\x02", b"\xff\xfe\x00", b"A" * (LARGEST_FILE + 1), b"\x81\x8d\x8f"]
    )
    def test_refuses_what_is_no_list(self, data):
        with pytest.raises(InvalidCodes):
            decode(data)
