"""Random calls through every way of reporting, against a calculation with fractions that shares no code with ours."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.pricing.services import cost_book
from apps.usage.services import check_usage
from apps.wallets.selectors import wallet_figures
from tests.api.callers import as_bearer, as_header, key_of
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event
from tests.usage.test_vendor_reports import exported, span

PRICES = """
input 1.25
input above=1000 2.5
output 10
output above=1000 15.5
cache_read 0.141953125
cache_read above=1000 0.3
cache_write_1h 6.000000000000000001
input_audio 40
reasoning 3
searches 0.0123
tier flex 0.5
""".strip()
LOW = {"input": "1.25", "output": "10", "cache_read": "0.141953125", "reasoning": "3", "input_audio": "40"}
LOW["cache_write_1h"] = "6.000000000000000001"
HIGH = LOW | {"input": "2.5", "output": "15.5", "cache_read": "0.3"}
COSTS = "input 0.1234567\noutput 0.7654321\nreasoning 0.0000007\nsearches 0.001"
COST = {"input": "0.1234567", "output": "0.7654321", "reasoning": "0.0000007"}
# Where a kind has no price of its own.
AS = {"cache_write": "input", "output_audio": "output", "cache_read_audio": "cache_read"}
OF_INPUT = ("input", "cache_read", "cache_write", "cache_write_1h", "input_audio", "cache_read_audio")
OF_OUTPUT = ("output", "reasoning", "output_audio")
SENT = {
    "events": (*OF_INPUT, *OF_OUTPUT),
    "openai": ("input", "cache_read", "cache_write", "input_audio", *OF_OUTPUT),
    "responses": ("input", "cache_read", "cache_write", "output", "reasoning"),
    "anthropic": ("input", "cache_read", "cache_write", "cache_write_1h", "output", "reasoning"),
    "bedrock": ("input", "cache_read", "cache_write", "cache_write_1h", "output"),
    "gemini": ("input", "cache_read", "cache_read_audio", "input_audio", "output", "reasoning"),
    "litellm": ("input", "cache_read", "cache_write", "cache_write_1h", "input_audio", *OF_OUTPUT),
    "otel": ("input", "cache_read", "cache_write", "output", "reasoning"),
}
numbers = count()


def exact(calls):
    """Return what calls cost in micros, as a fraction."""
    total = Fraction(0)
    for kinds, is_flex, searches in calls:
        prices = HIGH if sum(kinds.get(kind, 0) for kind in OF_INPUT) > 1_000 else LOW
        for kind, tokens in kinds.items():
            total += tokens * Fraction(prices[AS.get(kind, kind)]) * (Fraction(1, 2) if is_flex else 1)
        # the factor of a tier is of all its prices
        total += searches * 12_300 * (Fraction(1, 2) if is_flex else 1)
    return total


def cost_picos(kinds, _is_flex, searches):
    """Return what a call costs us: rounded for each call, and without tiers."""
    prices = {kind: COST["input" if kind in OF_INPUT else "output"] for kind in (*OF_INPUT, *OF_OUTPUT)} | COST
    micros = sum(tokens * Fraction(prices[kind]) for kind, tokens in kinds.items())
    return rounded((micros + searches * 1_000) * 10**6)


def rounded(exact):
    """Return the nearest whole number, of two equally near ones the even one."""
    whole, rest = divmod(exact.numerator, exact.denominator)
    return whole + (2 * rest > exact.denominator or (2 * rest == exact.denominator and whole % 2))


class Told:
    """A call, as each vendor, gateway or sender reports it."""

    def __init__(self, kinds, is_flex, searches):
        self.kinds, self.is_flex, self.searches, self.name = kinds, is_flex, searches, f"call-{next(numbers)}"
        self.tier = "flex" if is_flex else "default"
        self.into, self.out = self.has(*OF_INPUT), self.has(*OF_OUTPUT)
        self.reasoning, self.cached = self.has("reasoning"), self.has("cache_read", "cache_read_audio")
        self.written = self.has("cache_write", "cache_write_1h")
        lifetimes = (("5m", "cache_write"), ("1h", "cache_write_1h"))
        self.lifetimes = [(which, self.has(kind)) for which, kind in lifetimes]
        self.by_lifetime = {f"ephemeral_{which}_input_tokens": tokens for which, tokens in self.lifetimes}
        self.details = {"cached_tokens": self.cached, "audio_tokens": self.has("input_audio")}

    def has(self, *kinds):
        return sum(self.kinds.get(kind, 0) for kind in kinds)

    def about(self, **more):
        return {"id": self.name, "model": "m", "service_tier": self.tier, **more}

    def chat(self, **details):
        answer = {"reasoning_tokens": self.reasoning, "audio_tokens": self.has("output_audio")}
        totals = {"prompt_tokens": self.into, "completion_tokens": self.out, "total_tokens": self.into + self.out}
        return totals | {"prompt_tokens_details": self.details | details, "completion_tokens_details": answer}

    def events(self):
        data = {f"{kind}_tokens": tokens for kind, tokens in self.kinds.items()}
        data |= {"input_tokens": self.into, "output_tokens": self.out}
        tier = "flex" if self.is_flex else ""
        return event(self.name, model="m", service_tier=tier, quantities={"searches": self.searches}, **data)

    def openai(self):
        found = {"server_tool_use_details": {"web_search_requests": self.searches}}
        return self.about(usage=self.chat(cache_write_tokens=self.written) | found)

    def responses(self):
        usage = {"input_tokens": self.into, "output_tokens": self.out}
        usage |= {"input_tokens_details": self.details | {"cache_write_tokens": self.written}}
        usage |= {"output_tokens_details": {"reasoning_tokens": self.reasoning}}
        return self.about(usage=usage, output=[{"type": "web_search_call"}] * self.searches)

    def anthropic(self):
        usage = {"input_tokens": self.has("input"), "cache_read_input_tokens": self.cached, "output_tokens": self.out}
        usage |= {"cache_creation_input_tokens": self.written, "cache_creation": self.by_lifetime}
        usage |= {"output_tokens_details": {"thinking_tokens": self.reasoning}, "service_tier": self.tier}
        usage |= {"server_tool_use": {"web_search_requests": self.searches}}
        return {"id": self.name, "model": "m", "usage": usage}

    def bedrock(self):
        usage = {"inputTokens": self.has("input"), "cacheReadInputTokens": self.cached, "outputTokens": self.out}
        rows = [{"ttl": which, "inputTokens": tokens} for which, tokens in self.lifetimes]
        usage |= {"cacheWriteInputTokens": self.written, "cacheDetails": rows}
        response = {"usage": usage, "serviceTier": {"type": self.tier}}
        return self.about(response=response, quantities={"searches": self.searches})

    def gemini(self):
        usage = {"promptTokenCount": self.into, "cachedContentTokenCount": self.cached}
        usage |= {"candidatesTokenCount": self.has("output"), "thoughtsTokenCount": self.reasoning}
        heard = {"prompt": self.has("input_audio", "cache_read_audio"), "cache": self.has("cache_read_audio")}
        usage |= {f"{of}TokensDetails": [{"modality": "AUDIO", "tokenCount": tokens}] for of, tokens in heard.items()}
        usage |= {"totalTokenCount": self.into + self.out, "trafficType": f"ON_DEMAND{'_FLEX' * self.is_flex}"}
        response = {"responseId": self.name, "modelVersion": "m", "usageMetadata": usage}
        return {"response": response, "quantities": {"searches": self.searches}}

    def litellm(self):
        written = {"cache_creation_tokens": self.written, "cache_creation_token_details": self.by_lifetime}
        usage = self.chat(**written, web_search_requests=self.searches) | {"service_tier": self.tier}
        return self.about(status="success", metadata={"usage_object": usage})

    def otel(self):
        counts = {"input_tokens": self.into, "output_tokens": self.out, "cache_read.input_tokens": self.cached}
        counts |= {"cache_creation.input_tokens": self.written, "reasoning.output_tokens": self.reasoning}
        named = {f"gen_ai.usage.{which}": tokens for which, tokens in counts.items()}
        named |= {"gen_ai.response.id": self.name, "gen_ai.response.model": "m"}
        one = span(**named, **{"openai.response.service_tier": self.tier})
        return exported(one | {"spanId": self.name.encode().hex(), "startTimeUnixNano": "1794996000000000000"})


@st.composite
def calls(draw):
    way = draw(st.sampled_from(sorted(SENT)))
    kinds = {kind: draw(st.integers(0, 400)) for kind in SENT[way]}
    # OpenAI does not say which modality was cached: there is enough text for all of it
    kinds["input"] = draw(st.integers(0, 10_000))
    searches = 0 if way == "otel" else draw(st.integers(0, 3))
    return way, kinds, draw(st.booleans()), searches


@pytest.fixture
def sender(acme, db, frozen):
    meter = make_meter()
    for lines, book in ((PRICES, None), (COSTS, cost_book(currency="USD", now=EARLY))):
        price(meter, book=book, model="m", scheme="cells", cells=table_rows(read_lines(lines)))
    return Client(headers=as_header(key_of(acme, "usage:write")), raise_request_exception=False)


@pytest.fixture
def operator(acme):
    return Client(headers=as_bearer(key_of(None, "platform:ledger")))


@pytest.fixture
def sent():
    return []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=st.lists(calls(), min_size=1, max_size=6))
def test_what_is_charged_is_the_exact_sum_rounded_once(sender, operator, acme, now, sent, given):
    for way, *call in given:
        report = getattr(Told(*call), way)()
        body = {"events": [report]} if "response" in report else report
        address = "openai" if way == "responses" else way
        answer = sender.post(f"/v1/usage/{address}", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert answer.json() == {} if way == "otel" else answer.json()["accepted"] == 1, answer.content
        sent.append(call)
    figures, micros = wallet_figures(acme, now), rounded(exact(sent))
    assert figures.outstanding_micros - figures.balance_micros == micros
    answer = operator.get(f"/v1/usage/breakdown?group_by=model&organizationId={acme.pk}")
    total = json.loads(answer.content, parse_float=Decimal)["total"]
    picos, charge = sum(cost_picos(*call) for call in sent), Decimal(micros).scaleb(-6)
    assert (total["events"], total["charge"]) == (len(sent), charge)
    costs = {"costUsd": Decimal(picos).scaleb(-12), "marginUsd": charge - Decimal(picos).scaleb(-12)}
    assert {name: total["cost"][name] for name in costs} == costs
    assert list(check_usage()) == []
