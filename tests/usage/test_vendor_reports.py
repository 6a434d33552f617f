"""Vendors' unchanged usage objects, and the event made from each."""

from copy import deepcopy
from decimal import Decimal
from functools import reduce

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from apps.usage import otlp, vendor_reports
from apps.usage.event_amounts import Unreadable
from apps.usage.vendor_tables import VENDOR_TABLES


def read_report(*given):
    told = vendor_reports.read_report(*given, meter="tokens")
    return told.event, told.held_for


def data_of(vendor, report, **wrapper):
    event, reason = read_report(VENDOR_TABLES[vendor], report, wrapper)
    assert not reason
    return event["data"]


def counts(vendor, report, **wrapper):
    return {name: value for name, value in data_of(vendor, report, **wrapper).items() if name.endswith("_tokens")}


CHAT = {
    "id": "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
    "object": "chat.completion",
    "created": 1_741_570_283,
    "model": "gpt-4o-audio-preview",
    "choices": [{"message": {"role": "assistant", "content": "a secret"}}],
    "usage": {
        "prompt_tokens": 1_500,
        "completion_tokens": 400,
        "total_tokens": 1_900,
        "prompt_tokens_details": {"cached_tokens": 1_024, "audio_tokens": 300},
        "completion_tokens_details": {"audio_tokens": 250, "reasoning_tokens": 0, "rejected_prediction_tokens": 0},
    },
    "service_tier": "default",
}
RESPONSE = {
    "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
    "created_at": 1_741_476_542,
    "model": "gpt-5",
    "service_tier": "priority",
    "output": [{"type": "web_search_call"}, {"type": "message"}, {"type": "web_search_call"}],
    "usage": {
        "input_tokens": 36_000,
        "input_tokens_details": {"cached_tokens": 32_768, "cache_write_tokens": 2_048},
        "output_tokens": 1_200,
        "output_tokens_details": {"reasoning_tokens": 960},
        "total_tokens": 37_200,
    },
}
MESSAGE = {
    "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
    "model": "claude-sonnet-4-5",
    "usage": {
        "input_tokens": 3,
        "cache_creation_input_tokens": 12_304,
        "cache_creation": {"ephemeral_5m_input_tokens": 10_304, "ephemeral_1h_input_tokens": 2_000},
        "cache_read_input_tokens": 0,
        "output_tokens": 550,
        "service_tier": "standard",
        "server_tool_use": {"web_search_requests": 2},
    },
}
COMPACTED = {
    "type": "compaction",
    "input_tokens": 100,
    "cache_read_input_tokens": 40,
    "cache_creation_input_tokens": 50,
    "output_tokens": 20,
}
GENERATED = {
    "responseId": "mAitaLmkHPPlz7IPvtfUqQ4",
    "modelVersion": "gemini-2.5-flash",
    "usageMetadata": {
        "promptTokenCount": 10_000,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 8_000}, {"modality": "AUDIO", "tokenCount": 2_000}],
        "cachedContentTokenCount": 4_000,
        "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 3_000}, {"modality": "AUDIO", "tokenCount": 1_000}],
        "toolUsePromptTokenCount": 500,
        "candidatesTokenCount": 150,
        "thoughtsTokenCount": 8_000,
        "totalTokenCount": 18_650,
        "trafficType": "ON_DEMAND_FLEX",
    },
}
CONVERSED = {
    "usage": {
        "inputTokens": 12,
        "cacheReadInputTokens": 8_000,
        "cacheWriteInputTokens": 1_500,
        "cacheDetails": [{"ttl": "1h", "inputTokens": 500}, {"ttl": "5m", "inputTokens": 1_000}],
        "outputTokens": 300,
        "totalTokens": 9_812,
    }
}


class TestTokens:
    def test_openai_chat_completion(self):
        assert counts("openai", CHAT) == {
            "input_tokens": 1_500,
            "output_tokens": 400,
            "cache_read_tokens": 1_024,
            "input_audio_tokens": 300,
            "output_audio_tokens": 250,
        }

    @pytest.mark.parametrize(
        ("reasoning", "total", "output", "reason"),
        [
            (2_809, 14_428, 4_308, ""),  # as xAI reported it: 1,499 and 2,809
            (1_000, 11_619, 1_499, ""),  # as OpenAI does: inside
            (2_809, 11_619, 1_499, "inconsistent_tokens"),
            (0, 12_000, 1_499, "inconsistent_tokens"),  # Gemini's thoughts, without their number
            (0, None, 1_499, ""),
        ],
    )
    def test_reasoning_may_be_in_the_grand_total_only(self, reasoning, total, output, reason):
        details = {"prompt_tokens_details": {"cached_tokens": 128}}
        details |= {"completion_tokens_details": {"reasoning_tokens": reasoning}}
        usage = {"prompt_tokens": 10_120, "completion_tokens": 1_499, "total_tokens": total, **details}
        event, told = read_report(VENDOR_TABLES["openai"], {"id": "x", "model": "grok-4", "usage": usage}, {})
        assert (told, event["data"]["output_tokens"]) == (reason, output)
        spoken = {"input_tokens": 10_120, "output_tokens": 1_499, "total_tokens": total}
        spoken["output_tokens_details"] = {"reasoning_tokens": reasoning}
        event, told = read_report(VENDOR_TABLES["openai"], {"id": "x", "usage": spoken}, {})
        assert (told, event["data"]["output_tokens"]) == (reason, output)

    def test_other_vendors_with_openais_api(self):
        """Their own names: of DeepSeek's cache, and of OpenRouter's modalities."""
        deepseek = {"prompt_tokens": 9, "prompt_cache_hit_tokens": 6, "prompt_cache_miss_tokens": 3}
        deepseek |= {"completion_tokens": 4, "total_tokens": 13}
        told = vendor_reports.read_report(VENDOR_TABLES["openai"], {"id": "x", "usage": deepseek}, {}, meter="m")
        assert (told.event["data"]["cache_read_tokens"], told.unread) == (6, ())
        router = {"prompt_tokens": 90, "completion_tokens": 40, "prompt_tokens_details": {"video_tokens": 70}}
        router |= {"completion_tokens_details": {"image_tokens": 30}}
        found = counts("openai", {"id": "x", "usage": router})
        assert (found["input_video_tokens"], found["output_image_tokens"]) == (70, 30)

    def test_openai_response(self):
        assert counts("openai", RESPONSE) == {
            "input_tokens": 36_000,
            "output_tokens": 1_200,
            "cache_read_tokens": 32_768,
            "cache_write_tokens": 2_048,
            "reasoning_tokens": 960,
        }

    def test_openai_response_divides_cache_writes_by_lifetime(self):
        """As `openai.types.responses.ResponseUsage` of openai 3.57.0 names them."""
        details = {
            "cached_tokens": 1_000,
            "cache_write_tokens": 2_048,
            "cache_write_tokens_details": {"ttl_12h_tokens": 1_500, "ttl_30m_tokens": 548},
        }
        usage = RESPONSE["usage"] | {"input_tokens_details": details}
        event, reason = read_report(VENDOR_TABLES["openai"], RESPONSE | {"usage": usage}, {})
        found = {name: count for name, count in event["data"].items() if name.startswith("cache_")}
        assert (reason, found) == (
            "",
            {"cache_read_tokens": 1_000, "cache_write_tokens": 548, "cache_write_12h_tokens": 1_500},
        )

    def test_openai_realtime_and_images_tell_modalities(self):
        """Cached audio is part of the audio, as in `RealtimeResponseUsage` of openai 3.57.0."""
        spoken = {
            "input_tokens": 1_000,
            "input_token_details": {
                "text_tokens": 300,
                "audio_tokens": 600,
                "image_tokens": 100,
                "cached_tokens": 250,
                "cached_tokens_details": {"text_tokens": 50, "audio_tokens": 160, "image_tokens": 40},
            },
            "output_tokens": 500,
            "output_token_details": {"text_tokens": 100, "audio_tokens": 400},
            "total_tokens": 1_500,
        }
        assert counts("openai", {"id": "resp_1", "model": "gpt-realtime", "usage": spoken}) == {
            "input_tokens": 1_000,
            "output_tokens": 500,
            "cache_read_tokens": 50,
            "cache_read_audio_tokens": 160,
            "cache_read_image_tokens": 40,
            "input_audio_tokens": 440,
            "input_image_tokens": 60,
            "output_audio_tokens": 400,
        }
        drawn = {
            "input_tokens": 50,
            "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
            "output_tokens": 4_160,
            "output_tokens_details": {"text_tokens": 0, "image_tokens": 4_160},
            "total_tokens": 4_210,
        }
        assert counts("openai", {"id": "img_1", "usage": drawn}) == {
            "input_tokens": 50,
            "output_tokens": 4_160,
            "input_image_tokens": 40,
            "output_image_tokens": 4_160,
        }
        for usage in (spoken, drawn):
            read = vendor_reports.read_report(VENDOR_TABLES["openai"], {"id": "x", "usage": usage}, {}, meter="m")
            assert read.unread == ()

    def test_anthropic_reports_cached_tokens_beside_the_input(self):
        assert counts("anthropic", MESSAGE) == {
            "input_tokens": 12_307,
            "output_tokens": 550,
            "cache_write_tokens": 10_304,
            "cache_write_1h_tokens": 2_000,
        }

    def test_anthropic_without_lifetimes_wrote_all_with_the_shortest(self):
        usage = {name: value for name, value in MESSAGE["usage"].items() if name != "cache_creation"}
        assert counts("anthropic", MESSAGE | {"usage": usage})["cache_write_tokens"] == 12_304

    @pytest.mark.parametrize("lifetimes", [{}, {"ephemeral_5m_input_tokens": None}, {"ephemeral_5m_input_tokens": 4}])
    def test_written_tokens_without_a_lifetime_have_the_same_kind_in_every_format(self, lifetimes):
        message = MESSAGE | {"usage": MESSAGE["usage"] | {"cache_creation": lifetimes}}
        told = {"cache_creation_tokens": 12_304, "cache_creation_token_details": lifetimes}
        logged = {"prompt_tokens": 12_307, "completion_tokens": 550, "prompt_tokens_details": told}
        untold = {"prompt_tokens": 12_307, "completion_tokens": 550, "cache_creation_input_tokens": 12_304}
        details = [{"ttl": "5m", "inputTokens": count or 0} for count in lifetimes.values()]
        conversed = {"inputTokens": 3, "cacheWriteInputTokens": 12_304, "cacheDetails": details, "outputTokens": 550}
        assert [
            counts("anthropic", message),
            counts("litellm", LOGGED | {"metadata": {"usage_object": logged}}),
            counts("litellm", LOGGED | {"metadata": {"usage_object": untold}}),
            counts("bedrock", {"usage": conversed}, id="req-1"),
        ] == [{"input_tokens": 12_307, "output_tokens": 550, "cache_write_tokens": 12_304}] * 4

    def test_gemini_by_modality_with_thoughts_beside_the_answer(self):
        assert counts("gemini", GENERATED) == {
            "input_tokens": 10_500,
            "output_tokens": 8_150,
            "cache_read_tokens": 3_000,
            "cache_read_audio_tokens": 1_000,
            "input_audio_tokens": 1_000,
            "reasoning_tokens": 8_000,
        }

    def test_bedrock_tells_written_tokens_by_lifetime(self):
        assert counts("bedrock", CONVERSED, id="req-1", model="anthropic.claude-sonnet-4-5") == {
            "input_tokens": 9_512,
            "output_tokens": 300,
            "cache_read_tokens": 8_000,
            "cache_write_1h_tokens": 500,
            "cache_write_tokens": 1_000,
        }

    def test_bedrock_reports_cached_tokens_of_openai_models_inside_the_input(self):
        usage = {"inputTokens": 9_500, "cacheReadInputTokens": 8_000, "cacheWriteInputTokens": 1_500}
        assert counts("bedrock", {"usage": usage}, id="r", model="openai.gpt-oss")["input_tokens"] == 9_500
        assert counts("bedrock", {"usage": usage}, id="r", model="anthropic.x")["input_tokens"] == 19_000

    def test_cached_tokens_come_out_of_text_before_audio(self):
        usage = {"prompt_tokens": 1_500, "prompt_tokens_details": {"cached_tokens": 1_400, "audio_tokens": 300}}
        assert counts("openai", CHAT | {"usage": usage})["input_audio_tokens"] == 100


class TestTheRest:
    def test_identity_model_time_and_tier_are_the_vendors(self):
        event, _ = read_report(VENDOR_TABLES["openai"], RESPONSE, {"id": "mine", "model": "mine", "project": "p1"})
        assert (event["source"], event["id"], event["time"]) == ("ai", RESPONSE["id"], "2025-03-08T23:29:02+00:00")
        assert event["data"]["model"] == "gpt-5"
        assert event["data"]["project"] == "p1"
        assert event["data"]["service_tier"] == "priority"
        assert event["data"]["quantities"] == {"searches": 2}

    def test_the_standard_tier_is_not_named(self):
        assert "service_tier" not in data_of("openai", CHAT)
        assert data_of("gemini", GENERATED)["service_tier"] == "flex"

    @pytest.mark.parametrize(
        ("traffic", "tier"), [("PROVISIONED_THROUGHPUT", "provisioned"), ("TRAFFIC_TYPE_UNSPECIFIED", None)]
    )
    def test_a_long_name_of_a_tier_is_shortened(self, traffic, tier):
        usage = GENERATED["usageMetadata"] | {"trafficType": traffic}
        assert data_of("gemini", GENERATED | {"usageMetadata": usage}).get("service_tier") == tier

    def test_the_tier_of_the_gemini_api(self):
        usage = GENERATED["usageMetadata"] | {"trafficType": None, "serviceTier": "priority"}
        assert data_of("gemini", GENERATED | {"usageMetadata": usage})["service_tier"] == "priority"

    def test_the_live_api_of_gemini_names_the_answer_otherwise(self):
        usage = {"promptTokenCount": 10, "responseTokenCount": 5, "thoughtsTokenCount": 2, "totalTokenCount": 17}
        usage["responseTokensDetails"] = [{"modality": "AUDIO", "tokenCount": 4}]
        found = counts("gemini", {"responseId": "r", "usageMetadata": usage})
        assert found == {"input_tokens": 10, "output_tokens": 7, "reasoning_tokens": 2, "output_audio_tokens": 4}

    def test_compactions_of_anthropic_are_added_to_its_totals(self):
        parts = [COMPACTED, {"type": "message", "input_tokens": 3, "output_tokens": 550}]
        usage = MESSAGE["usage"] | {"iterations": parts}
        found = counts("anthropic", MESSAGE | {"usage": usage})
        assert found == {
            "input_tokens": 12_307 + 190,
            "cache_read_tokens": 40,
            "cache_write_tokens": 10_304 + 50,
            "cache_write_1h_tokens": 2_000,
            "output_tokens": 550 + 20,
        }

    def test_the_sample_of_anthropics_page_on_compaction(self):
        """Its page says that all iterations are billed: 180,000 + 23,000 and 3,500 + 1,000."""
        parts = [
            {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3_500},
            {"type": "message", "input_tokens": 23_000, "output_tokens": 1_000},
        ]
        usage = {"input_tokens": 23_000, "output_tokens": 1_000, "iterations": parts}
        found = counts("anthropic", {"id": "msg_1", "model": "claude-opus-4-6", "usage": usage})
        assert found == {"input_tokens": 203_000, "output_tokens": 4_500}

    def test_another_model_within_a_call_of_anthropic_would_be_free(self):
        parts = [COMPACTED | {"type": "advisor_message", "model": "claude-opus-4-6"}]
        report = MESSAGE | {"usage": MESSAGE["usage"] | {"iterations": parts}}
        assert read_report(VENDOR_TABLES["anthropic"], report, {})[1] == "unknown_token_kind"

    def test_a_region_that_anthropic_does_not_know_is_the_senders(self):
        report = MESSAGE | {"usage": MESSAGE["usage"] | {"inference_geo": "not_available"}}
        assert data_of("anthropic", report, region="eu")["region"] == "eu"

    def test_searches_of_anthropic(self):
        assert data_of("anthropic", MESSAGE)["quantities"] == {"searches": 2}

    def test_what_the_sender_adds_takes_the_place_of_nothing_that_the_vendor_counted(self):
        added = {"images": 1, "searches": 0}
        assert data_of("anthropic", MESSAGE, quantities=added)["quantities"] == {"images": 1, "searches": 2}
        cost = {"amount": 7, "currency": "EUR"}
        assert data_of("litellm", LOGGED, cost=cost)["cost"]["currency"] == "USD"
        assert data_of("openai", CHAT, cost=cost)["cost"] == cost

    def test_what_was_said_is_never_read(self):
        assert "a secret" not in str(read_report(VENDOR_TABLES["openai"], CHAT, {}))

    def test_a_report_without_an_id_is_refused(self):
        with pytest.raises(Unreadable) as refused:
            read_report(VENDOR_TABLES["bedrock"], CONVERSED, {})
        assert refused.value.code == "missing_response_id"

    @pytest.mark.parametrize("report", [{}, {"usage": None}, {"usage": {"foo": 1}}, {"usage": []}])
    def test_a_report_without_usage_is_refused(self, report):
        with pytest.raises(Unreadable) as refused:
            read_report(VENDOR_TABLES["openai"], {"id": "x", **report}, {})
        assert refused.value.code == "missing_usage"

    @pytest.mark.parametrize("count", [-1, 1.5, "7", True])
    def test_a_count_that_is_none_is_refused(self, count):
        with pytest.raises(Unreadable):
            read_report(VENDOR_TABLES["openai"], CHAT | {"usage": {"prompt_tokens": count, "completion_tokens": 1}}, {})


# A standard logging payload, as LiteLLM's proxy sends it, shortened.
LOGGED = {
    "id": "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
    "litellm_call_id": "4f9b9b0a-1c1e-4b51-9d6f-000000000001",
    "call_type": "acompletion",
    "status": "success",
    "cache_hit": None,
    "custom_llm_provider": "openai",
    "model": "gpt-4o-audio-preview",
    "startTime": Decimal("1741570283.125"),
    "response_cost": Decimal("0.0293500000000000002"),
    "total_tokens": 1_900,
    "prompt_tokens": 1_500,
    "completion_tokens": 400,
    "end_user": "u1",
    "request_tags": ["team-a", "prod"],
    "metadata": {
        "user_api_key_hash": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        "usage_object": {
            "prompt_tokens": 1_500,
            "completion_tokens": 400,
            "total_tokens": 1_900,
            "prompt_tokens_details": {
                "cached_tokens": 1_024,
                "audio_tokens": 300,
                "cache_write_tokens": 0,
                "cache_creation_tokens": 0,
                "text_tokens": None,
            },
            "completion_tokens_details": {"audio_tokens": 250, "reasoning_tokens": 0, "text_tokens": None},
        },
    },
    "messages": [{"role": "user", "content": "a secret"}],
}


class TestWrongTypes:
    """Details of another type would be charged as plain tokens."""

    @pytest.mark.parametrize("details", ["12", 7, True, [{"cached_tokens": 5}]])
    @pytest.mark.parametrize(
        ("vendor", "report", "path"),
        [
            ("openai", CHAT, "usage.prompt_tokens_details"),
            ("openai", RESPONSE, "usage.output_tokens_details"),
            ("anthropic", MESSAGE, "usage.cache_creation"),
            ("anthropic", MESSAGE, "usage.server_tool_use"),
            ("litellm", LOGGED, "metadata.usage_object.prompt_tokens_details"),
        ],
    )
    def test_details_that_are_no_object_are_refused_and_named(self, vendor, report, path, details):
        self.refuse(vendor, report, path, details, "invalid_count")

    @pytest.mark.parametrize("rows", ["12", 7, {"a": 1}, [7], [None]])
    @pytest.mark.parametrize(
        ("vendor", "report", "path"),
        [
            ("gemini", GENERATED, "usageMetadata.promptTokensDetails"),
            ("gemini", GENERATED, "usageMetadata.cacheTokensDetails"),
            ("bedrock", CONVERSED, "usage.cacheDetails"),
            ("anthropic", MESSAGE, "usage.iterations"),
        ],
    )
    def test_rows_that_are_no_objects_are_refused_and_named(self, vendor, report, path, rows):
        self.refuse(vendor, report, path, rows, "invalid_count")

    @pytest.mark.parametrize(
        ("vendor", "report", "path", "code"),
        [
            ("anthropic", MESSAGE, "usage.inference_geo", "invalid_region"),
            ("litellm", LOGGED, "custom_llm_provider", "invalid_provider"),
            ("litellm", LOGGED, "metadata.user_api_key_hash", "invalid_key"),
        ],
    )
    def test_a_dimension_that_is_no_text_is_refused_and_named(self, vendor, report, path, code):
        self.refuse(vendor, report, path, 7, code)

    @staticmethod
    def refuse(vendor, report, path, value, code):
        changed = deepcopy(report)
        *places, name = path.split(".")
        reduce(lambda place, each: place[each], places, changed)[name] = value
        with pytest.raises(Unreadable) as refused:
            read_report(VENDOR_TABLES[vendor], changed, {"id": "x"})
        assert refused.value.code == code
        assert name in refused.value.reason

    @pytest.mark.parametrize("empty", [None, [], {}])
    def test_empty_details_are_none(self, empty):
        usage = {"prompt_tokens": 3, "completion_tokens": 1, "prompt_tokens_details": empty}
        assert counts("openai", CHAT | {"usage": usage}) == {"input_tokens": 3, "output_tokens": 1}


class TestWhatMustWait:
    @pytest.mark.parametrize(
        ("vendor", "report"),
        [
            ("openai", CHAT),
            ("openai", RESPONSE),
            ("anthropic", MESSAGE),
            ("gemini", GENERATED),
            ("litellm", LOGGED),
            ("bedrock", CONVERSED),
        ],
    )
    def test_every_count_of_the_recorded_objects_is_known(self, vendor, report):
        assert not vendor_reports.read_report(VENDOR_TABLES[vendor], report, {"id": "x"}, meter="tokens").unread

    def test_an_unknown_kind_beside_the_others_would_be_free(self):
        usage = MESSAGE["usage"] | {"video_input_tokens": 7}
        assert read_report(VENDOR_TABLES["anthropic"], MESSAGE | {"usage": usage}, {})[1] == "unknown_token_kind"

    def test_a_total_of_gemini_that_does_not_add_up(self):
        usage = GENERATED["usageMetadata"] | {"totalTokenCount": 18_000}
        assert (
            read_report(VENDOR_TABLES["gemini"], GENERATED | {"usageMetadata": usage}, {})[1] == "inconsistent_tokens"
        )

    def test_details_above_their_total(self):
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 6}}
        assert read_report(VENDOR_TABLES["openai"], CHAT | {"usage": usage}, {})[1] == "inconsistent_tokens"

    @pytest.mark.parametrize(("audio", "reason"), [(10, ""), (11, "inconsistent_tokens")])
    def test_sound_above_the_total_less_what_was_cached(self, audio, reason):
        usage = {"prompt_tokens": 10, "prompt_tokens_details": {"audio_tokens": audio, "cached_tokens": 4}}
        event, held = read_report(VENDOR_TABLES["openai"], CHAT | {"usage": usage}, {})
        assert (held, event["data"]["input_audio_tokens"]) == (reason, audio - 4)


def span(operation="chat", **attributes):
    """A span of OTLP in JSON, with attributes of GenAI."""
    named = {"gen_ai.operation.name": operation, "gen_ai.response.id": "msg_1", "gen_ai.prompt": "a secret"}
    given = {**named, "gen_ai.provider.name": "anthropic", "gen_ai.response.model": "claude-sonnet-4-5", **attributes}
    values = {
        name: {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
        for name, value in given.items()
    }
    return {
        "traceId": "5B8EFFF798038103D269B633813FC60C",
        "spanId": "EEE19B7EC3C1B174",
        "name": "chat claude",
        "startTimeUnixNano": "1741570283125000999",
        "attributes": [{"key": name, "value": value} for name, value in values.items()],
    }


def exported(*spans):
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": list(spans)}]}]}


USED = {
    "gen_ai.usage.input_tokens": 3,
    "gen_ai.usage.cache_creation.input_tokens": 12_304,
    "gen_ai.usage.output_tokens": 550,
}


def report_of(one):
    (report,) = otlp.spans(exported(one))
    return report


class TestLiteLLM:
    def test_details_stand_inside_and_the_cost_and_dimensions_are_taken(self):
        event, _ = read_report(VENDOR_TABLES["litellm"], LOGGED, {})
        assert (event["id"], event["time"]) == (LOGGED["id"], "2025-03-10T01:31:23.125000+00:00")
        assert event["data"] == {
            "model": "gpt-4o-audio-preview",
            "provider": "openai",
            "input_tokens": 1_500,
            "output_tokens": 400,
            "cache_read_tokens": 1_024,
            "input_audio_tokens": 300,
            "output_audio_tokens": 250,
            "key": LOGGED["metadata"]["user_api_key_hash"],
            "user": "u1",
            "tag": "team-a",
            "cost": {"amount": LOGGED["response_cost"], "currency": "USD"},
        }

    def test_without_a_usage_object_the_totals_remain(self):
        assert counts("litellm", LOGGED | {"metadata": {}}) == {"input_tokens": 1_500, "output_tokens": 400}

    def test_searches_are_counted_as_by_the_vendors_door(self):
        usage = LOGGED["metadata"]["usage_object"] | {"server_tool_use": {"web_search_requests": 2}}
        report = LOGGED | {"metadata": LOGGED["metadata"] | {"usage_object": usage}}
        assert data_of("litellm", report)["quantities"] == {"searches": 2}

    def test_its_cost_is_kept_and_its_estimates_are_only_listed(self):
        """LiteLLM estimates the tokens of Perplexity's citations from their length."""
        usage = {"prompt_tokens": 9, "completion_tokens": 120, "citation_tokens": 4_000}
        logged = LOGGED | {"response_cost": Decimal("0.00512"), "metadata": {"usage_object": usage}}
        told = vendor_reports.read_report(VENDOR_TABLES["litellm"], logged, {}, meter="tokens")
        assert told.event["data"]["cost"] == {"amount": Decimal("0.00512"), "currency": "USD"}
        assert "quantities" not in told.event["data"]
        assert told.unread == ("citation_tokens",)

    def test_what_its_own_cache_answered_cost_nothing(self):
        data = data_of("litellm", LOGGED | {"cache_hit": True})
        assert (data["service_tier"], data["cost"]["amount"]) == ("gateway_cache", 0)

    @pytest.mark.parametrize(
        "change",
        [{"call_type": "aget_responses"}, {"call_type": "alist_batches"}, {"status": "failure", "total_tokens": 0}],
    )
    def test_what_is_no_call_is_left_out(self, change):
        assert vendor_reports.read_report(VENDOR_TABLES["litellm"], LOGGED | change, {}, meter="tokens") is None

    def test_a_failed_call_with_tokens_counts(self):
        assert counts("litellm", LOGGED | {"status": "failure"})["input_tokens"] == 1_500


class TestOpenTelemetry:
    @pytest.mark.parametrize("value", [{"stringValue": ["chat"]}, {"stringValue": {}}, {"intValue": [1]}])
    def test_a_name_of_another_type_is_no_call_of_a_model(self, value):
        given = span(**USED)
        given["attributes"][0]["value"] = value
        assert vendor_reports.read_report(VENDOR_TABLES["otel"], report_of(given), {}, meter="tokens") is None

    def test_what_exceeds_the_input_stands_beside_it(self):
        assert counts("otel", report_of(span(**USED))) == {
            "input_tokens": 12_307,
            "cache_write_tokens": 12_304,
            "output_tokens": 550,
        }

    def test_what_does_not_stands_inside_as_the_convention_says(self):
        used = {
            "gen_ai.usage.input_tokens": 500,
            "gen_ai.usage.output_tokens": 200,
            "gen_ai.usage.reasoning.output_tokens": 50,
            "gen_ai.usage.cache_read.input_tokens": 100,
            "gen_ai.usage.cache_creation.input_tokens": 30,
            "gen_ai.conversation.id": "conv-1",
        }
        event, _ = read_report(VENDOR_TABLES["otel"], report_of(span(**used)), {})
        assert event["time"] == "2025-03-10T01:31:23.125000+00:00"
        assert event["data"] == {
            "model": "claude-sonnet-4-5",
            "provider": "anthropic",
            "session": "conv-1",
            "input_tokens": 500,
            "cache_read_tokens": 100,
            "cache_write_tokens": 30,
            "output_tokens": 200,
            "reasoning_tokens": 50,
        }

    def test_older_names_are_read(self):
        old = span(**{"gen_ai.usage.prompt_tokens": 10, "gen_ai.usage.completion_tokens": 5})
        assert counts("otel", report_of(old)) == {"input_tokens": 10, "output_tokens": 5}
        usage = {"input_tokens": 10, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 3, "output_tokens": 0}
        older = report_of(span(**{f"gen_ai.usage.{name}": count for name, count in usage.items()}))
        found = {"input_tokens": 10, "output_tokens": 0, "cache_read_tokens": 4, "cache_write_tokens": 3}
        assert counts("otel", older) == found

    @pytest.mark.parametrize("operation", ["invoke_agent", "create_agent", "execute_tool", "retrieval"])
    def test_spans_of_agents_repeat_their_calls(self, operation):
        report = report_of(span(operation, **USED))
        assert vendor_reports.read_report(VENDOR_TABLES["otel"], report, {}, meter="tokens") is None

    def test_a_span_without_the_vendors_id_is_refused(self):
        with pytest.raises(Unreadable) as refused:
            read_report(VENDOR_TABLES["otel"], report_of(span(**USED, **{"gen_ai.response.id": ""})), {})
        assert refused.value.code == "missing_response_id"

    def test_protobuf_says_the_same_as_json(self):
        export = exported(span(**USED))
        message = ParseDict(export, ExportTraceServiceRequest())
        sent = message.resource_spans[0].scope_spans[0].spans[0]
        sent.trace_id, sent.span_id = (bytes.fromhex(span()[name]) for name in ("traceId", "spanId"))
        assert otlp.spans(otlp.read_protobuf(message.SerializeToString())) == otlp.spans(export)

    def test_gateways_and_spans_have_ids_of_their_own_too(self):
        told = [
            vendor_reports.read_report(VENDOR_TABLES[vendor], report, {}, meter="tokens").ids
            for vendor, report in (("litellm", LOGGED), ("otel", report_of(span(**USED))))
        ]
        assert told == [
            ("litellm:4f9b9b0a-1c1e-4b51-9d6f-000000000001",),
            ("otel:5b8efff798038103d269b633813fc60c:eee19b7ec3c1b174",),
        ]

    def test_what_was_said_is_dropped_by_the_reader(self):
        assert "a secret" not in str(otlp.spans(exported(span(**USED))))

    @pytest.mark.parametrize(
        "export",
        [
            {},
            {"resourceSpans": [{}, {"scopeSpans": []}, {"scopeSpans": [{"spans": None}, {}]}]},
            {"resourceSpans": [{"scopeSpans": [{"spans": [{"attributes": [{"key": 5}, {}]}]}]}]},
        ],
    )
    def test_odd_exports_have_no_calls(self, export):
        assert all(
            vendor_reports.read_report(VENDOR_TABLES["otel"], each, {}, meter="tokens") is None
            for each in otlp.spans(export)
        )
