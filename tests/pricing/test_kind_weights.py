"""Weights of token kinds as lines of text: read back as written, and refused with the rule."""

import pytest

from apps.pricing.kind_weights import WeightsInvalid, parse_weights, weights_text


def test_weights_are_read_and_written_back():
    text = "input 0.5\ncache_read 0.000001\noutput 1000"
    assert parse_weights(text) == {"input": 500_000, "cache_read": 1, "output": 1_000_000_000}
    assert weights_text(parse_weights(f"\n{text}\n")) == text


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("gold 1", "not one of"),
        ("output 1\noutput 2", "twice"),
        ("output", "a number"),
        ("output -1", "a number"),
        ("output 0.0000001", "a number"),
        ("output 1000.5", "a number"),
    ],
)
def test_what_is_no_weight_is_refused(line, rule):
    with pytest.raises(WeightsInvalid, match=rule):
        parse_weights(line)
