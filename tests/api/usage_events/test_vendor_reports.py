"""POST /v1/usage/{vendor}: recorded usage objects, with charges computed by hand."""

import gzip
import json

import pytest
from django.test import Client
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from apps.api.problems.rpc_status import Status
from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.tenants.models import Organization
from apps.usage.models import UsageEvent
from apps.usage.services import check_usage
from tests.api.callers import as_header, key_of
from tests.api.documents import assert_described
from tests.pricing.factories import make_meter, price
from tests.usage.test_compatible_vendors import RESEARCH, RESEARCHED
from tests.usage.test_vendor_reports import CHAT, CONVERSED, GENERATED, LOGGED, MESSAGE, RESPONSE, USED, exported, span

PRICES = {
    "gpt-4o-audio-preview": "input 2.5\ncache_read 1.25\ninput_audio 40\noutput 10\noutput_audio 80",
    "gpt-5": "input 1.25\ncache_read 0.125\noutput 10\n"
    "input tier=priority 2.5\ncache_read tier=priority 0.25\noutput tier=priority 20",
    "claude-sonnet-4-5": "input 3\noutput 15\ncache_write 3.75\ncache_write_1h 6\nsearches 0.01",
    "gemini-2.5-flash": "input 0.3\ninput_audio 1\ncache_read 0.03\ncache_read_audio 0.1\noutput 2.5",
    "cached": "input 1.25\ncache_read 0.625\noutput 10",
    "long": "input 1.25\ninput above=200000 2.5\noutput 10\noutput above=200000 15",
    "sonar-deep-research": RESEARCH,
    "whisper-1": "seconds 0.0001",
    "anthropic.claude-sonnet-4-5": "input 3\noutput 15\ncache_read 0.3\ncache_write 3.75\ncache_write_1h 6",
}
OPERATIONS = {
    "openai": "sendUsageOfOpenAI",
    "anthropic": "sendUsageOfAnthropic",
    "gemini": "sendUsageOfGemini",
    "bedrock": "sendUsageOfBedrock",
    "litellm": "sendUsageOfLiteLLM",
}


@pytest.fixture
def acme(kept_acme, db, frozen):
    return Organization.objects.get(pk=kept_acme.pk)


@pytest.fixture(scope="module")
def chat(kept_acme):
    meter = make_meter()
    for model, lines in PRICES.items():
        price(meter, model=model, scheme="cells", cells=table_rows(read_lines(lines)))
    return meter


@pytest.fixture
def sender(acme):
    return Client(headers=as_header(key_of(acme, "usage:write")))


def post(client, vendor, body, query=""):
    return client.post(f"/v1/usage/{vendor}{query}", json.dumps(body, default=float), content_type="application/json")


# 262,960 tokens in, of which 257,955 were cached, and 1,744 out.
LARGE = {
    "prompt_tokens": 262_960,
    "prompt_tokens_details": {"cached_tokens": 257_955},
    "completion_tokens": 1_744,
    "total_tokens": 264_704,
}
WRAPPED = {"response": CONVERSED, "id": "req-1", "model": "anthropic.claude-sonnet-4-5", "project": "search"}
# Transcriptions have neither an id nor a model.
WHISPERED = {"response": {"text": "a secret", "usage": {"type": "duration", "seconds": 9}}, "id": "t-1"}
WHISPERED |= {"model": "whisper-1"}


class TestCharges:
    @pytest.mark.parametrize(
        ("vendor", "body", "charge_micros"),
        [
            ("openai", CHAT, 35_220),
            ("openai", RESPONSE, 40_272),
            ("anthropic", MESSAGE, 58_899 + 20_000),
            ("gemini", GENERATED, 23_215),
            # 12 at 3, 8,000 at 0.30, 1,000 at 3.75, 500 at 6, 300 at 15
            ("bedrock", {"events": [WRAPPED]}, 13_686),
            ("litellm", LOGGED, 35_220),
            ("openai", {"id": "x", "model": "sonar-deep-research", "usage": RESEARCHED}, 816_123),
            ("openai", {"events": [WHISPERED]}, 900),
            ("openai", CHAT | {"model": "cached", "usage": LARGE}, 184_918),
            ("openai", CHAT | {"model": "long", "usage": LARGE}, 683_560),
        ],
    )
    def test_the_charge_of_a_recorded_object(self, sender, chat, vendor, body, charge_micros):
        answer = post(sender, vendor, body)
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
        assert_described(OPERATIONS[vendor], answer.json())
        assert UsageEvent.objects.get().charge_micros == charge_micros
        assert list(check_usage()) == []

    def test_the_same_call_told_again_counts_once(self, sender, chat):
        post(sender, "anthropic", MESSAGE)
        assert post(sender, "anthropic", {"events": [{"response": MESSAGE}]}).json()["duplicate"] == 1

    def test_what_the_sender_adds_is_kept(self, sender, chat):
        post(sender, "bedrock", {"events": [WRAPPED | {"time": "2026-11-01T00:00:00Z"}]})
        row = UsageEvent.objects.get()
        assert (row.source, row.event_id, row.project) == ("ai", "req-1", "search")
        assert row.occurred_at.isoformat() == "2026-11-01T00:00:00+00:00"

    def test_nothing_that_was_said_is_stored(self, sender, chat):
        post(sender, "openai", CHAT)
        assert "a secret" not in json.dumps(list(UsageEvent.objects.values()), default=str)


class TestWhatIsRefused:
    def test_each_report_is_judged_by_itself(self, sender, chat):
        answer = post(sender, "openai", [CHAT, {"id": "x"}, 5, {"response": 5}]).json()
        assert (answer["accepted"], answer["rejected"]) == (1, 3)
        codes = [(each["index"], each["code"]) for each in answer["rejections"]]
        assert codes == [(1, "missing_usage"), (2, "malformed_event"), (3, "malformed_event")]
        assert answer["rejections"][0]["id"] == "x"

    def test_an_unknown_kind_of_token_waits(self, sender, chat):
        odd = MESSAGE | {"usage": MESSAGE["usage"] | {"video_input_tokens": 3}}
        assert post(sender, "anthropic", odd).json()["quarantined"] == 1
        assert UsageEvent.objects.get().reason == "unknown_token_kind"

    def test_contradictory_counts_wait(self, sender, chat):
        odd = GENERATED | {"usageMetadata": GENERATED["usageMetadata"] | {"totalTokenCount": 1}}
        assert post(sender, "gemini", odd).json()["quarantined"] == 1

    def test_the_meter_must_be_named_where_two_count_tokens(self, sender, chat):
        make_meter("other")
        answer = post(sender, "openai", CHAT)
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "query.meter")
        assert post(sender, "openai", CHAT, "?meter=chat").json()["accepted"] == 1

    @pytest.mark.parametrize("body", ["text", 5, None, {"events": {}}])
    def test_a_body_that_is_no_report(self, sender, chat, body):
        assert post(sender, "openai", body).status_code in (200, 422)
        assert not UsageEvent.objects.exists()

    def test_it_needs_the_scope(self, acme, chat):
        assert post(Client(headers=as_header(key_of(acme, "billing:read"))), "openai", CHAT).status_code == 403


def test_a_compressed_body_may_have_eight_megabytes_unpacked(sender, chat):
    def sent(length):
        raw = gzip.compress(json.dumps(CHAT | {"padding": "x" * length}, default=float).encode())
        headers = {"Content-Encoding": "gzip", "Idempotency-Key": f"k{length}"}
        return sender.post("/v1/usage/openai", raw, content_type="application/json", headers=headers)

    assert [sent(length).status_code for length in (7_900_000, 8_000_000)] == [200, 413]


class TestLiteLLM:
    def test_each_of_its_log_formats_is_taken(self, sender, chat):
        other = LOGGED | {"id": "chatcmpl-2", "litellm_call_id": "2"}
        assert post(sender, "litellm", [LOGGED, other]).json()["accepted"] == 2
        third = LOGGED | {"id": "chatcmpl-3", "litellm_call_id": "3"}
        lines = "\n".join(json.dumps(each, default=float) for each in (LOGGED, other, third))
        answer = sender.post("/v1/usage/litellm", lines, content_type="application/x-ndjson").json()
        assert (answer["accepted"], answer["duplicate"]) == (1, 2)

    def test_what_is_no_call_is_counted_as_ignored_and_moves_no_index(self, sender, chat):
        looked = LOGGED | {"call_type": "aget_responses"}
        answer = post(sender, "litellm", [looked, looked, LOGGED, LOGGED | {"id": ""}]).json()
        assert_described("sendUsageOfLiteLLM", answer)
        assert (answer["ignored"], answer["accepted"], answer["rejected"]) == (2, 1, 1)
        assert answer["rejections"][0]["index"] == 3

    def test_its_cost_and_dimensions_are_kept(self, sender, chat):
        post(sender, "litellm", LOGGED)
        row = UsageEvent.objects.get()
        assert (row.user, row.tag, row.cost_currency, row.cost_picos) == ("u1", "team-a", "USD", 29_350_000_000)


class TestOpenTelemetry:
    def test_spans_alone_may_count_by_their_own_ids(self, sender, chat):
        body = exported(span(**USED, **{"gen_ai.response.id": ""}))
        assert post(sender, "otel", body).json()["partialSuccess"]["rejectedSpans"] == "1"
        assert [post(sender, "otel", body, "?span_ids=true").json() for _ in range(2)] == [{}, {}]
        assert UsageEvent.objects.get().event_id == "otel:5b8efff798038103d269b633813fc60c:eee19b7ec3c1b174"

    @pytest.mark.parametrize("body", [{}, {"resourceSpans": []}, {"resourceSpans": [], "newer": 1}])
    def test_an_export_without_spans_succeeds(self, sender, chat, body):
        answer = post(sender, "otel", body)
        assert (answer.status_code, answer.json()) == (200, {})

    @pytest.mark.parametrize(
        ("body", "named"),
        [({"resource_spans": [{}]}, "'resource_spans'"), ({"\xe9" * 99: 1, "b": 2}, "'" + r"\xe9" * 9 + r"\xe, 'b'")],
    )
    def test_a_body_with_other_members_only_succeeds_with_a_warning_that_names_them(self, sender, chat, body, named):
        """OTLP: unknown members are ignored, an empty export succeeds, and a warning rejects no spans."""
        answer = post(sender, "otel", body)
        told = answer.json()["partialSuccess"]
        assert (answer.status_code, told["rejectedSpans"]) == (200, "0")
        assert told["errorMessage"].endswith(f"the body has no resourceSpans, but {named}")

    @pytest.mark.parametrize("path", ["otel", "otel/v1/traces"])
    def test_the_charge_of_a_recorded_span(self, sender, chat, path):
        answer = post(sender, path, exported(span(**USED), span("invoke_agent", **USED)))
        assert (answer.status_code, answer.json()) == (200, {})
        assert UsageEvent.objects.get().charge_micros == 54_399  # 3 at 3, 12,304 at 3.75, 550 at 15

    def test_protobuf_is_answered_in_protobuf(self, sender, chat):
        nameless = span(**USED, **{"gen_ai.response.id": ""})
        message = ParseDict(exported(span(**USED), nameless), ExportTraceServiceRequest())
        raw = gzip.compress(message.SerializeToString())
        sent = {"content_type": "application/x-protobuf", "headers": {"Content-Encoding": "gzip"}}
        answer = sender.post("/v1/usage/otel", raw, **sent)
        told = ExportTraceServiceResponse.FromString(answer.content).partial_success
        assert (answer.status_code, answer["Content-Type"], told.rejected_spans) == (200, "application/x-protobuf", 1)
        assert "missing_response_id" in told.error_message
        assert UsageEvent.objects.get().charge_micros == 54_399

    @pytest.mark.parametrize("kind", ["json", "x-protobuf"])
    def test_a_count_written_as_a_double_counts(self, sender, chat, kind):
        one = span(**USED)
        for each in one["attributes"]:
            if each["key"] == "gen_ai.usage.output_tokens":
                each["value"] = {"doubleValue": 550.0}
        raw = json.dumps(exported(one)).encode()
        if kind == "x-protobuf":
            raw = ParseDict(exported(one), ExportTraceServiceRequest()).SerializeToString()
        assert sender.post("/v1/usage/otel", raw, content_type=f"application/{kind}").status_code == 200
        assert UsageEvent.objects.get().charge_micros == 54_399

    def test_what_is_rejected_is_told(self, sender, chat):
        answer = post(sender, "otel", exported(span(**USED, **{"gen_ai.response.id": ""}))).json()
        assert answer["partialSuccess"]["rejectedSpans"] == "1"
        assert "missing_response_id" in answer["partialSuccess"]["errorMessage"]

    @pytest.mark.parametrize(
        ("change", "status", "told"),
        [
            ({}, 400, "malformed_body: The body is not an export of traces in protobuf."),
            ({"headers": {"X-API-KEY": "bk_no"}}, 401, "not_authenticated: "),
            ({"QUERY_STRING": "meter=nothing"}, 422, "meter_not_named: "),
            ({"CONTENT_LENGTH": "99999999"}, 413, "body_too_large: "),
            ({"headers": {"Content-Encoding": "br"}}, 415, "unsupported_body: "),
        ],
    )
    def test_a_failure_in_protobuf_is_a_status(self, sender, chat, change, status, told):
        raw = b"\n\x00" if "QUERY_STRING" in change else b"no protobuf"
        options = {"content_type": "application/x-protobuf", **change}
        answer = sender.generic("POST", "/v1/usage/otel/v1/traces", raw, **options)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/x-protobuf")
        assert Status.FromString(answer.content).message.startswith(told)

    @pytest.mark.parametrize(("kind", "body"), [("json", "[]"), ("json", "{"), ("x-protobuf", "no protobuf")])
    def test_a_body_that_is_no_export(self, sender, chat, kind, body):
        answer = sender.post("/v1/usage/otel", body, content_type=f"application/{kind}")
        assert answer.status_code in (400, 422)
