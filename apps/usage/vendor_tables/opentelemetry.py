"""The table of OpenTelemetry spans of model calls."""

from typing import Any, Final

from apps.usage.event_reader import TRACED
from apps.usage.vendor_reports import IN, OUT, Json, VendorTable, at, take, text_of


def _beside_if_larger(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Add cached and cache-write tokens to the input if they exceed it; some senders of spans leave them out."""
    apart = data.get("cache_read_tokens", 0) + data.get("cache_write_tokens", 0)
    if apart > data[IN]:
        data[IN] += apart
    return ""


def _is_no_model_span(report: Json) -> bool:
    """Whether a span is not a model call; for example, agents' spans repeat the sum of their calls."""
    return text_of(at(report, "attributes.gen_ai.operation.name")) not in MODEL_OPERATIONS


MODEL_OPERATIONS: Final = frozenset(["chat", "text_completion", "generate_content", "embeddings"])
# A span as `apps.usage.otlp` reads it: its attributes by name, its time as a moment.
OTEL = VendorTable(
    usage=("attributes",),
    takes=(
        take("gen_ai.usage.input_tokens|gen_ai.usage.prompt_tokens", IN),
        take("gen_ai.usage.output_tokens|gen_ai.usage.completion_tokens", OUT),
        take("gen_ai.usage.cache_read.input_tokens|gen_ai.usage.cache_read_input_tokens", "cache_read_tokens"),
        take(
            "gen_ai.usage.cache_creation.input_tokens|gen_ai.usage.cache_creation_input_tokens"
            "|gen_ai.usage.cache_write_input_tokens",
            "cache_write_tokens",
        ),
        take("gen_ai.usage.audio.input_tokens", "input_audio_tokens"),
        take("gen_ai.usage.image.input_tokens", "input_image_tokens"),
        take("gen_ai.usage.video.input_tokens", "input_video_tokens"),
        take("gen_ai.usage.reasoning.output_tokens|gen_ai.usage.reasoning_tokens", "reasoning_tokens"),
        take("gen_ai.usage.audio.output_tokens", "output_audio_tokens"),
        take("gen_ai.usage.image.output_tokens", "output_image_tokens"),
    ),
    id=("attributes.gen_ai.response.id",),
    other_id=("otel", "trace", "span"),
    model=("attributes.gen_ai.response.model", "attributes.gen_ai.request.model"),
    time=("time",),
    tier=("attributes.openai.response.service_tier", "attributes.gen_ai.openai.response.service_tier"),
    texts={
        "provider": ("attributes.gen_ai.provider.name", "attributes.gen_ai.system"),
        "agent": ("attributes.gen_ai.agent.id",),
        "session": ("attributes.gen_ai.conversation.id",),
    },
    totals=frozenset(["gen_ai.usage.total_tokens"]),
    finish=_beside_if_larger,
    ignores=_is_no_model_span,
    rank=TRACED,
)
