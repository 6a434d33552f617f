"""CSV texts that spreadsheets do not run as formulas."""

import csv

import pytest

from apps.common.csv_text import csv_line


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', "-", "+"])
def test_a_formula_becomes_text(text):
    (read,) = next(csv.reader([csv_line([text])]))

    assert read.startswith("'")
    assert read[1:] == text


@pytest.mark.parametrize("text", ["-5", "+5", "-0.25", "12.5", "plain", "a=b", "", "SPRING-3F4A"])
def test_everything_else_stays_as_it_is(text):
    assert next(csv.reader([csv_line([text, "x"])])) == [text, "x"]


def test_commas_quotes_and_lines_are_quoted():
    assert csv_line(["a,b", 'say "hi"', None, 5]) == '"a,b","say ""hi""",,5\r\n'
