"""What the usage endpoints refuse: the code, the field and the rule, and that nothing was counted."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.usage.models import Counter, EventId, UsageEvent
from tests.api.callers import as_bearer, as_header, key_of
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

REASON = {"reason": "sent twice"}


@pytest.fixture
def chat(acme):
    return price(make_meter(), micros_per_million=1_000_000).meter


@pytest.fixture
def sender(acme):
    return Client(headers=as_header(key_of(acme, "usage:write", "usage:correct")))


def post(client, path, body):
    return client.post(f"/v1/usage/{path}", json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(
    ("data", "code", "rule"),
    [
        ({"input_tokens": 5, "cache_read_tokens": 6}, "inconsistent_tokens", "data.input_tokens"),
        ({"output_tokens": 5, "reasoning_tokens": 6}, "inconsistent_tokens", "data.output_tokens"),
        ({"cache_write_1h_tokens": -1}, "invalid_cache_write_1h_tokens", "data.cache_write_1h_tokens must be a whole"),
        ({"input_tokens": 1.5}, "invalid_input_tokens", "data.input_tokens must be a whole number"),
        ({"quantity": 1, "output_tokens": 1}, "ambiguous_quantity", "data must have either quantity, or"),
        ({"quantities": {"soap": 1}}, "unknown_unit", "data.quantities has an unknown unit: soap"),
        ({"quantities": {"searches": -1}}, "invalid_quantities", "data.quantities.searches"),
        ({"cost": {"amount": "1"}, "input_tokens": 1}, "invalid_cost", "data.cost must have an amount and a currency"),
        ({"ids": [{"id": "x"}], "input_tokens": 1}, "invalid_ids", "data.ids"),
        ({"service_tier": "x" * 17, "input_tokens": 1}, "invalid_service_tier", "data.service_tier must be at most 16"),
        ({"soap": 1}, "unknown_member", "data has unknown members: soap"),
    ],
)
def test_an_event_that_breaks_a_rule_is_named(chat, sender, data, code, rule):
    answer = post(sender, "events", event(**data))
    (refusal,) = answer.json()["rejections"]
    assert (answer.status_code, answer.json()["rejected"], refusal["code"]) == (200, 1, code)
    assert rule in refusal["reason"]
    assert [kept.objects.count() for kept in (UsageEvent, EventId, Counter)] == [0, 0, 0]


def test_an_event_whose_id_was_used_is_named(acme, chat, sender, now):
    send(acme, now, event("a", input_tokens=1), event("b", input_tokens=1), event("c", input_tokens=1))
    post(sender, "events/c/void", REASON)
    before = list(Counter.objects.values())
    told = [
        event("a", input_tokens=2),
        event("d", input_tokens=1, ids=[{"source": "app", "id": "a"}, {"source": "app", "id": "b"}]),
        event("c", input_tokens=1),
    ]
    answer = post(sender, "events", told).json()
    assert [(each["id"], each["code"]) for each in answer["rejections"]] == [
        ("a", "id_reused"),
        ("d", "ids_of_two_events"),
        ("c", "event_voided"),
    ]
    assert list(Counter.objects.values()) == before


def test_an_event_of_an_organization_that_does_not_exist_is_named(chat):
    sender = Client(headers=as_header(key_of(None)))
    (refusal,) = post(sender, "events", event(subject="acme", input_tokens=1)).json()["rejections"]
    assert (refusal["code"], refusal["reason"]) == (
        "unknown_organization",
        "subject must be the UUID of an organization",
    )


def test_an_event_that_is_too_old_is_not_corrected(acme, chat, sender):
    long_ago = timezone.now() - timedelta(days=36)
    send(acme, long_ago, event("old", input_tokens=1, time=long_ago.isoformat()))
    for path, body in (("void", REASON), ("replace", REASON | {"event": event("old", input_tokens=2)})):
        answer = post(sender, f"events/old/{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_old")
    assert UsageEvent.objects.count() == 1


def test_an_active_character_is_not_taken_back(acme, sender, now):
    price(make_meter("character", "character"), micros_per_million=1_000_000)
    send(acme, now, event("c", "character", character="ann"))
    answer = post(sender, "events/c/void", REASON)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_voidable")
    assert "never falls" in answer.json()["title"]
    assert UsageEvent.objects.count() == 1


def test_a_breakdown_that_is_not_kept_names_what_is(acme, chat):
    chat.breakdowns = [{"by": "key,model", "since": "2026-01-01"}]
    chat.save(update_fields=["breakdowns"])
    reader = Client(headers=as_bearer(key_of(acme, "billing:read")))
    answer = reader.get("/v1/usage/breakdown?group_by=user&interval=day&from=2026-11-01&to=2026-11-02")
    assert (answer.status_code, answer.json()["code"]) == (422, "breakdown_not_kept")
    assert "chat by key and model" in answer.json()["detail"]


WAITING = {
    "unknown_meter": ("input 1", event(type="soap", quantity=1)),
    "unknown_model": ("input 1", event(model="soap", input_tokens=1)),
    "no_price": ("output 1", event(model="m", input_tokens=1)),
    "no_price_for_tier": ("input 1\ninput tier=batch 0.5", event(model="m", input_tokens=1, service_tier="flex")),
    "no_price_for_value": ("images variant=low 1", event(model="m", quantities={"images": 1}, variant="high")),
    "no_price_for_unsplit_tokens": ("input 1\noutput 1", event(model="m", quantity=5)),
    "no_cost": ("cost 1.3 USD", event(model="m", input_tokens=1)),
}


@pytest.mark.parametrize("reason", WAITING)
def test_what_has_no_price_waits_with_the_reason(acme, sender, reason):
    prices, told = WAITING[reason]
    price(make_meter(), model="m", scheme="cells", cells=table_rows(read_lines(prices)))
    answer = post(sender, "events", told)
    assert (answer.status_code, answer.json()["quarantined"], answer.json()["rejected"]) == (200, 1, 0)
    assert (UsageEvent.objects.get().reason, UsageEvent.objects.get().charge_micros) == (reason, 0)
    assert not Counter.objects.exists()


@pytest.mark.parametrize(
    ("door", "body", "reason"),
    [
        (
            "gemini",
            {"responseId": "x", "usageMetadata": {"promptTokenCount": 1, "totalTokenCount": 9}},
            "inconsistent_tokens",
        ),
        ("anthropic", {"id": "x", "usage": {"input_tokens": 1, "soap_tokens": 9}}, "unknown_token_kind"),
        ("openai", {"id": "x", "usage": {"prompt_tokens": 1, "total_tokens": 9}}, "inconsistent_tokens"),
    ],
)
def test_what_a_vendor_contradicts_waits_since_the_sender_cannot_mend_it(acme, chat, sender, door, body, reason):
    assert post(sender, door, body).json()["quarantined"] == 1
    assert UsageEvent.objects.get().reason == reason
