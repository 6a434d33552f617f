"""Recorded reports with any of their values changed: never an internal error, and every total stays proved."""

from copy import deepcopy

import pytest
from django.test import Client
from google.protobuf.json_format import ParseDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from apps.usage.services import check_usage
from tests.api.callers import as_header, key_of
from tests.api.usage_events.test_hostile_reports import SAMPLES, post, wrapped
from tests.api.usage_events.test_signed_reports import opened
from tests.api.usage_events.test_signed_reports import post as post_signed
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event
from tests.usage.test_compatible_vendors import AGENT, GROK, HEARD, RESEARCHED, ROUTED, SONAR
from tests.usage.test_vendor_reports import LOGGED, USED, exported, span

WRAPPER = {
    "time": "2026-11-18T00:00:00Z",
    "project": "p",
    "cost": {"amount": 1, "currency": "USD"},
    "quantities": {"searches": 1},
    "ids": [{"source": "ai", "id": "other"}],
}
AMOUNTS = {"input_tokens": 5, "cache_read_tokens": 2, "output_tokens": 6, "quantities": {"searches": 1}}
BODIES = [
    *((vendor, {"events": [wrapped(sample, **WRAPPER)]}) for vendor, samples in SAMPLES.items() for sample in samples),
    *(("openai", {"id": "call-1", "usage": usage}) for usage in (RESEARCHED, SONAR, AGENT, ROUTED, GROK, HEARD)),
    ("otel", exported(span(**USED))),
    ("events", event(**AMOUNTS, cost=WRAPPER["cost"], ids=WRAPPER["ids"], model="m", project="p")),
]
ODD = [
    *(None, True, False, "", "7", "x" * 300, "a\x00", "a\ud800", "*", [], {}, [None], {"a": None}),
    *(-1, 0, 1.5, 0.1, 1e-40, 1e99, 10**11, 10**13, 2**63 - 1, -(2**63), 10**40),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
]


def places(value, path=()):
    """Return the paths of all values within an object or array."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, each in inner for found in [(*path, name), *places(each, (*path, name))]]


def changed(body, changes):
    """Return a copy of a body with some of its values changed, each by the number of its place."""
    body = deepcopy(body)
    for number, value in changes:
        if found := places(body):
            *parents, last = found[number % len(found)]
            place = body
            for name in parents:
                place = place[name]
            place[last] = deepcopy(value)
    return body


@pytest.fixture
def sender(acme, db):
    price(make_meter(), micros_per_million=1_000_000)
    return Client(headers=as_header(key_of(acme, "usage:write")), raise_request_exception=False)


changes = st.lists(st.tuples(st.integers(0, 10**4), st.sampled_from(ODD)), min_size=1, max_size=4)


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(BODIES), changes)
@example(("litellm", LOGGED), [(places(LOGGED).index(("litellm_call_id",)), "a\ud800")])
def test_any_changed_report_is_answered_and_leaves_totals_proved(sender, body, given):
    door, report = body
    answer = post(sender, door, changed(report, given))
    assert answer.status_code in (200, 400, 422), answer.content
    assert list(check_usage()) == []


SPANS = ParseDict(exported(span(**USED), span("embeddings", **USED)), ExportTraceServiceRequest()).SerializeToString()
cuts = st.lists(st.tuples(st.integers(0, len(SPANS)), st.integers(0, 9), st.binary(max_size=9)), min_size=1, max_size=4)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts)
@example([(0, 0, b"\x0a\xff\xff\xff\xff\x7f")])
@example([(0, len(SPANS), b"\x0a\x02" * 200)])
def test_any_changed_protobuf_is_answered_and_leaves_totals_proved(sender, given):
    raw = SPANS
    for place, length, more in given:
        raw = raw[:place] + more + raw[place + length :]
    answer = sender.post("/v1/usage/otel", raw, content_type="application/x-protobuf")
    assert answer.status_code in (200, 400, 422), answer.content
    assert list(check_usage()) == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(BODIES), changes)
def test_any_changed_signed_report_is_answered_and_leaves_totals_proved(acme, sender, body, given):
    door, report = body
    endpoint, secret = opened(acme, door)
    answer = post_signed(endpoint, secret, changed(report, given))
    assert answer.status_code in (200, 400, 422), answer.content
    assert list(check_usage()) == []
