"""Quantities with the names of their units, as papers say them."""

import pytest

from apps.invoices.paper_words import count_in


@pytest.mark.parametrize(
    ("language", "quantity", "unit", "text"),
    [
        ("en", 1, "query", "1 query"),
        ("en", 416, "query", "416 queries"),
        ("en", 2, "key", "2 keys"),
        ("en", 1_204_331, "token", "1,204,331 tokens"),
        ("en", 3, "gas", "3 gas"),
        ("de", 2, "widget", "2 widgets"),
        ("de", 1, "call", "1 Aufruf"),
        ("fr", 1_500, "gigabyte hour", "1\u202f500 gigaoctets-heures"),
    ],
)
def test_english_makes_a_plural(language: str, quantity: int, unit: str, text: str) -> None:
    assert count_in(language, quantity * 1_000_000, unit) == text
