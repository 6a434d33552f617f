"""Valid events, and the reason of each refusal."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.usage.event_reader import ParsedEvent, Refusal, UnparsedEvent, read_event
from tests.usage.factories import event


def read(given, now):
    return read_event(given, index=3, now=now)


class TestReadEvent:
    def test_reads_a_moment_in_any_offset_as_utc(self, now):
        parsed = read(event(time="2026-11-18t12:30:00.1234567+01:00", input_tokens=5), now)
        assert parsed.time == datetime(2026, 11, 18, 11, 30, 0, 123456, UTC)

    @pytest.mark.parametrize(
        ("quantity", "micros"),
        [(3, 3_000_000), (Decimal("12.5"), 12_500_000), ("0.000001", 1), ("7", 7_000_000), (0, 0)],
    )
    def test_reads_quantities_exactly(self, now, quantity, micros):
        assert read(event(quantity=quantity), now).quantity_micros == micros

    @pytest.mark.parametrize("tokens", [1500, Decimal("1500.0"), Decimal("1.5e3"), Decimal("15E+2")])
    def test_reads_whole_numbers_however_they_are_written(self, now, tokens):
        parsed = read(event(input_tokens=tokens, output_tokens=tokens), now)
        assert (parsed.input_tokens, type(parsed.output_tokens)) == (1500, int)
        assert parsed.fingerprint == read(event(input_tokens=1500, output_tokens=1500), now).fingerprint

    @pytest.mark.parametrize("quantity", [Decimal("0.30000000000000004"), "0.30000000000000004", Decimal("1e-7")])
    def test_names_the_rule_that_a_binary_tail_breaks(self, now, quantity):
        refusal = read(event(quantity=quantity), now)
        assert refusal.code == "invalid_quantity"
        assert refusal.reason.startswith("data.quantity must have at most six decimals")

    @pytest.mark.parametrize("quantity", [10**9 + 1, Decimal("1e30"), "1000000000.000001"])
    def test_names_the_bound_that_a_large_quantity_breaks(self, now, quantity):
        assert read(event(quantity=quantity), now).reason == "data.quantity must be from 0 to 1000000000"

    def test_takes_no_data_for_empty_data(self, now):
        none = read({**event(), "data": None}, now)
        without = read({name: value for name, value in event().items() if name != "data"}, now)
        assert none.fingerprint == without.fingerprint == read(event(), now).fingerprint

    def test_leaves_out_dimensions_that_are_empty(self, now):
        parsed = read(event(model="m1", session="", project=None, billing_mode="byok"), now)
        assert (dict(parsed.labels.texts), parsed.labels.billing_mode) == ({"model": "m1"}, "byok")

    def test_ignores_extension_attributes(self, now):
        assert isinstance(
            read({**event(), "traceparent": "00-1", "datacontenttype": "application/json"}, now), ParsedEvent
        )

    def test_takes_events_up_to_five_minutes_ahead(self, now):
        assert isinstance(read(event(time="2026-11-18T12:05:00Z"), now), ParsedEvent)

    @pytest.mark.parametrize("given", [None, 5, "text", [], True])
    def test_refuses_what_is_no_object(self, now, given):
        assert read(given, now) == Refusal(3, "", "not_an_event", "each event is a JSON object")

    def test_says_why_what_could_not_be_parsed_is_no_event(self, now):
        assert read(UnparsedEvent("no JSON"), now) == Refusal(3, "", "malformed_event", "no JSON")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"specversion": "0.3"}, "unknown_specversion"),
            ({"id": ""}, "invalid_id"),
            ({"id": 5}, "invalid_id"),
            ({"id": "x" * 201}, "invalid_id"),
            ({"id": "a\u200bb"}, "invalid_id"),
            ({"source": None}, "invalid_source"),
            ({"source": "a\nb"}, "invalid_source"),
            ({"type": "two words"}, "invalid_type"),
            ({"type": "x" * 65}, "invalid_type"),
            ({"time": None}, "invalid_time"),
            ({"time": "2026-11-18"}, "invalid_time"),
            ({"time": "2026-11-18T12:00:00"}, "invalid_time"),
            ({"time": "2026-02-30T12:00:00Z"}, "invalid_time"),
            ({"time": "2026-11-18T12:00:60Z"}, "invalid_time"),
            ({"time": "\u0662026-11-18T12:00:00Z"}, "invalid_time"),
            ({"time": "0001-01-01T00:00:00+14:00"}, "invalid_time"),
            ({"time": "2026-11-18T12:05:00.000001Z"}, "time_in_the_future"),
            ({"time": "1999-12-31T23:59:59Z"}, "time_too_old"),
            ({"data": []}, "invalid_data"),
            ({"data_base64": "AA=="}, "invalid_data"),
            ({"datacontenttype": "text/xml"}, "invalid_data"),
        ],
    )
    def test_refuses_an_attribute_that_breaks_its_rule(self, now, changes, code):
        refusal = read({**event("the-id"), **changes}, now)
        assert (refusal.index, refusal.code) == (3, code)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            ({"quantity": -1}, "invalid_quantity"),
            ({"quantity": True}, "invalid_quantity"),
            ({"quantity": "1e3"}, "invalid_quantity"),
            ({"quantity": "\u0661"}, "invalid_quantity"),
            ({"quantity": "1_000"}, "invalid_quantity"),
            ({"quantity": Decimal("0.0000001")}, "invalid_quantity"),
            ({"quantity": 10**9 + 1}, "invalid_quantity"),
            ({"quantity": [1]}, "invalid_quantity"),
            ({"input_tokens": -1}, "invalid_input_tokens"),
            ({"input_tokens": Decimal("1.5")}, "invalid_input_tokens"),
            ({"output_tokens": 10**12 + 1}, "invalid_output_tokens"),
            ({"output_tokens": "5"}, "invalid_output_tokens"),
            ({"quantity": 1, "input_tokens": 1}, "ambiguous_quantity"),
            ({"inputTokens": 5}, "unknown_member"),
            ({"model": "x" * 129}, "invalid_model"),
            ({"session": "a\x00b"}, "invalid_session"),
            ({"character": "\ud800"}, "invalid_character"),
            ({"project": 7}, "invalid_project"),
            ({"traffic_source": "x" * 33}, "invalid_traffic_source"),
            ({"billing_mode": "free"}, "invalid_billing_mode"),
            ({"billing_mode": None}, "invalid_billing_mode"),
        ],
    )
    def test_refuses_data_that_breaks_its_rule(self, now, data, code):
        assert read(event(**data), now).code == code


class TestFingerprint:
    def test_is_the_same_for_two_spellings_of_one_content(self, now):
        one = read(event(quantity=5, time="2026-11-18T11:00:00Z"), now)
        other = read({**event(quantity="5.0", time="2026-11-18T12:00:00.000+01:00"), "extension": 1}, now)
        assert one.fingerprint == other.fingerprint

    @pytest.mark.parametrize(
        "data", [{"quantity": 6}, {"quantity": 5, "model": "m"}, {"input_tokens": 5}, {"quantity": 5, "operation": "m"}]
    )
    def test_differs_with_the_content(self, now, data):
        assert read(event(**data), now).fingerprint != read(event(quantity=5), now).fingerprint
