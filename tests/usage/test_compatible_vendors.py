"""Usage objects of vendors with OpenAI's API, as they sent or documented them, and what is charged for each."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.pricing.cell_text import read_lines
from apps.pricing.cells import NoCell
from apps.usage import vendor_reports
from apps.usage.event_amounts import Unreadable
from apps.usage.event_reader import read_event
from apps.usage.rated_events import call_of
from apps.usage.vendor_tables import VENDOR_TABLES

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
# Of one call of sonar-deep-research; the price list charges what its `cost` rounds.
RESEARCHED = {
    "prompt_tokens": 33,
    "completion_tokens": 11_395,
    "total_tokens": 11_428,
    "citation_tokens": 19_028,
    "num_search_queries": 21,
    "reasoning_tokens": 193_947,
    "cost": {"output_tokens_cost": Decimal("0.091"), "search_queries_cost": Decimal("0.105"), "total_cost": 1},
}
RESEARCH = "input 2\noutput 8\nreasoning 3\ncitation_tokens 0.000002\nsearches 0.005"
SONAR = {
    "completion_tokens": 2_681,
    "cost": {"request_cost": Decimal("0.006"), "search_queries_cost": None, "total_cost": Decimal("0.04629")},
    "prompt_tokens": 24,
    "total_tokens": 2_705,
    "citation_tokens": None,
    "num_search_queries": None,
    "reasoning_tokens": None,
    "search_context_size": "low",
}
AGENT = {
    "cost": {"currency": "USD", "total_cost": Decimal("0.0174")},
    "input_tokens": 3_681,
    "input_tokens_details": {"cache_creation_input_tokens": 20, "cache_read_input_tokens": 10},
    "output_tokens": 780,
    "output_tokens_details": {"reasoning_tokens": 0},
    "tool_calls_details": {"search_web": {"invocation": 1}},
    "total_tokens": 4_461,
}
ROUTED = {
    "prompt_tokens": 21_170,
    "completion_tokens": 957,
    "total_tokens": 22_127,
    "cost": Decimal("0.02560135"),
    "is_byok": False,
    "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 4_379, "audio_tokens": 0, "video_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 367, "image_tokens": 0, "audio_tokens": 0},
    "server_tool_use_details": {"web_search_requests": 2},
}
GROK = {
    "input_tokens": 16_962,
    "input_tokens_details": {"cached_tokens": 8_192},
    "output_tokens": 3_727,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 20_689,
    "num_sources_used": 0,
    "cost_in_usd_ticks": 569_184_000,
    "server_side_tool_usage_details": {"web_search_calls": 1, "x_search_calls": 7, "code_interpreter_calls": 2},
    "context_details": {"input_tokens": 10_227, "output_tokens": 3_338},
}
HEARD = {
    "prompt_audio_seconds": 0,
    "prompt_tokens": 6,
    "completion_tokens": 2,
    "total_tokens": 383,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 375},
}
WRITTEN_DOWN = {"prompt_audio_seconds": 203, "prompt_tokens": 4, "total_tokens": 3_264, "completion_tokens": 635}


def read(usage, **report):
    told = vendor_reports.read_report(VENDOR_TABLES["openai"], {"id": "x", "usage": usage, **report}, {}, meter="m")
    return told.held_for, told.unread, told.event["data"]


def data_of(usage, **report):
    held, unread, data = read(usage, **report)
    assert (held, unread) == ("", ())
    return {name: value for name, value in data.items() if value not in (0, "")}


def event_of(usage):
    told = vendor_reports.read_report(VENDOR_TABLES["openai"], {"id": "x", "usage": usage}, {}, meter="m")
    return read_event(told, index=0, now=NOW)


def charge_of(usage, prices):
    found, data = event_of(usage), data_of(usage)
    texts = {name: data[name] for name in ("variant",) if name in data}
    call = call_of(found.quantity_micros, found.input_tokens, found.output_tokens, found.more, texts)
    return Decimal(read_lines(prices).exact_price(call)).scaleb(-30)


class TestPerplexity:
    def test_reasoning_and_citations_of_a_research_are_beside_its_output(self):
        """33 at 2, 11,395 at 8, 193,947 at 3 and 19,028 at 2 per million; 21 searches at 0.005."""
        data = data_of(RESEARCHED)
        assert (data["output_tokens"], data["reasoning_tokens"]) == (11_395 + 193_947, 193_947)
        assert data["quantities"] == {"searches": 21, "citation_tokens": 19_028}
        assert charge_of(RESEARCHED, RESEARCH) == Decimal("0.816123")

    def test_a_call_of_sonar_pays_for_one_search_of_its_size(self):
        """24 at 3, 2,681 at 15 per million; 0.006 for the search, as its own cost says."""
        prices = "input 3\noutput 15\nsearches variant=low 0.006\nsearches variant=high 0.014"
        assert charge_of(SONAR, prices) == Decimal("0.000072") + Decimal("0.040215") + Decimal("0.006")
        assert "variant" not in data_of(SONAR | {"search_context_size": "none", "citation_tokens": 0})

    def test_the_agent_api_names_the_cache_as_anthropic_does(self):
        data = data_of(AGENT)
        assert (data["cache_read_tokens"], data["cache_write_tokens"], data["input_tokens"]) == (10, 20, 3_681)
        assert data["quantities"] == {"searches": 1}


class TestOthers:
    def test_searches_and_the_cost_of_openrouter(self):
        data = data_of(ROUTED)
        assert (data["quantities"], data["cost"]) == (
            {"searches": 2},
            {"amount": Decimal("0.02560135"), "currency": "USD"},
        )
        assert "cost" not in data_of(ROUTED | {"is_byok": True})  # a fee only; the model is paid by another key
        assert "cost" not in data_of(ROUTED | {"is_byok": None})  # of a vendor whose unit is unknown

    def test_tools_and_the_cost_of_xai(self):
        data = data_of(GROK, output=[{"type": "web_search_call"}] * 5)
        assert data["quantities"] == {"searches": 8, "code_runs": 2}
        assert event_of(GROK).more.cost_picos == 56_918_400_000

    @pytest.mark.parametrize(
        ("cost", "currency", "amount"),
        [
            (AGENT["cost"], "USD", Decimal("0.0174")),
            ({"total_cost": 7, "currency": "EUR"}, "EUR", 7),
            ({"input": 1}, None, None),
            (None, None, None),
        ],
    )
    def test_a_cost_as_an_object(self, cost, currency, amount):
        told = data_of(AGENT | {"cost": cost}).get("cost", {})
        assert (told.get("currency"), told.get("amount")) == (currency, amount)

    def test_audio_of_mistral_is_beside_the_prompt(self):
        data = data_of(HEARD)
        assert (data["input_tokens"], data["input_audio_tokens"], data["output_tokens"]) == (381, 375, 2)
        data = data_of(WRITTEN_DOWN)
        assert (data["input_tokens"], data["input_audio_tokens"]) == (2_629, 2_625)
        assert data["quantities"] == {"seconds": 203}
        assert charge_of(WRITTEN_DOWN, "seconds 0.00005\ninput 0\noutput 0") == Decimal("0.01015")
        with pytest.raises(NoCell, match="no_price"):  # tokens without a price are never free by themselves
            charge_of(WRITTEN_DOWN, "seconds 0.00005")
        assert read(WRITTEN_DOWN | {"prompt_tokens_details": {"audio_tokens": 7}})[0] == "inconsistent_tokens"

    @pytest.mark.parametrize(
        "details",
        [
            {"cached_tokens": 6},  # Together and Moonshot
            {"num_cached_tokens": 6},
            {"prompt_token_details": {"cached_tokens": 6}},  # both Mistral
            {"prompt_tokens_details": {"cached_tokens": 6}},  # Groq, Cohere
            {"prompt_tokens_details": {"cached_tokens": 0}, "cache_read_input_tokens": 6},  # LiteLLM's proxy
        ],
    )
    def test_each_name_of_the_cache(self, details):
        assert data_of({"prompt_tokens": 9, "completion_tokens": 4, **details})["cache_read_tokens"] == 6

    @pytest.mark.parametrize(
        "details",
        [
            {"cache_creation_input_tokens": 6},  # any-llm
            {"prompt_tokens_details": {"cache_write_tokens": 0, "cache_creation_tokens": 6}},  # LiteLLM's proxy
            {"prompt_tokens_details": {"cache_creation_input_tokens": 6}},  # Alibaba
        ],
    )
    def test_each_name_of_what_was_written_to_the_cache(self, details):
        """They are part of the prompt, as at OpenAI: a proxy adds Anthropic's up."""
        data = data_of({"prompt_tokens": 9, "completion_tokens": 4, **details})
        assert (data["input_tokens"], data["cache_write_tokens"]) == (9, 6)

    def test_a_stream_of_groq_has_its_usage_apart(self):
        data = data_of(None, x_groq={"usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}})
        assert (data["input_tokens"], data["output_tokens"]) == (10, 5)


class TestTranscriptions:
    def test_one_that_is_billed_by_its_length(self):
        """As `openai.types.audio.Transcription` of whisper-1: 9 seconds at 0.0001."""
        usage = {"type": "duration", "seconds": 9}
        assert data_of(usage)["quantities"] == {"seconds": 9}
        assert charge_of(usage, "seconds 0.0001") == Decimal("0.0009")
        assert data_of({"prompt_audio_seconds": Decimal("1.2")})["quantities"] == {"seconds": Decimal("1.2")}

    def test_one_that_is_billed_by_tokens(self):
        usage = {"type": "tokens", "input_tokens": 14, "input_token_details": {"text_tokens": 0, "audio_tokens": 14}}
        usage |= {"output_tokens": 45, "total_tokens": 59}
        assert data_of(usage) == {"input_tokens": 14, "input_audio_tokens": 14, "output_tokens": 45}

    @pytest.mark.parametrize("seconds", ["9", True, [9], {}])
    def test_a_length_that_is_no_number_is_refused(self, seconds):
        with pytest.raises(Unreadable) as refused:
            read({"type": "duration", "seconds": seconds})
        assert refused.value.code == "invalid_count"
