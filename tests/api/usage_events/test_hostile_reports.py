"""POST /v1/usage/{vendor} with values that no vendor sends: each is refused with the member's name, never by a 5xx."""

import json
from copy import deepcopy

import pytest
from django.test import Client

from apps.tenants.models import Organization
from apps.usage.models import UsageEvent
from apps.usage.services import check_usage
from apps.usage.vendor_tables import VENDOR_TABLES
from tests.api.callers import as_header, key_of
from tests.pricing.factories import make_meter, price
from tests.usage.test_vendor_reports import CHAT, CONVERSED, GENERATED, LOGGED, MESSAGE, RESPONSE, USED, exported, span

NOT_COUNTS = [-1, 1.5, "7", True, [], {}, [[None]], {"a": {"b": None}}, 10**18, 10**30, 2 * 10**12]
SAMPLES = {
    "openai": [CHAT, RESPONSE, {"id": "call-1", "usage": {"type": "duration", "seconds": 9}}],
    "anthropic": [MESSAGE],
    "gemini": [GENERATED],
    "bedrock": [CONVERSED],
    "litellm": [LOGGED, LOGGED | {"metadata": {}}],
}
WRAPPER_TEXTS = ("model", "project", "key", "user", "agent", "tag", "session", "region")


@pytest.fixture(scope="module")
def priced(kept_acme):
    price(make_meter(), micros_per_million=1_000_000)
    return kept_acme


@pytest.fixture
def acme(priced, db, frozen):
    return Organization.objects.get(pk=priced.pk)


@pytest.fixture
def sender(acme):
    return Client(headers=as_header(key_of(acme, "usage:write")), raise_request_exception=False)


def post(sender, vendor, body):
    raw = body if isinstance(body, str) else json.dumps(body, default=float)
    return sender.post(f"/v1/usage/{vendor}", raw, content_type="application/json")


def wrapped(report, **more):
    return {"response": report, "id": "call-1", **more}


def put(report, path, value):
    """Return a copy of a report with a value at a path."""
    changed = deepcopy(report)
    *parents, last = path.split(".")
    place = changed
    for name in parents:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    place[last] = value
    return changed


def counts():
    """Yield each vendor with a sample, the path of each count in it, and the members of the event that it is for."""
    for vendor, samples in SAMPLES.items():
        for table, sample in zip(VENDOR_TABLES[vendor], samples, strict=True):
            root = table.usage[0]
            for row in table.takes:
                path = f"{root}.{row.paths[0]}" if root else row.paths[0]
                yield pytest.param(vendor, sample, path, row.targets, id=f"{vendor}-{row.paths[0]}")


@pytest.mark.parametrize(("vendor", "sample", "path", "targets"), list(counts()))
def test_a_count_that_is_none_is_refused_by_its_name(sender, vendor, sample, path, targets):
    answer = post(sender, vendor, {"events": [wrapped(put(sample, path, value)) for value in NOT_COUNTS]})
    told = {each["index"]: each["reason"] for each in answer.json()["rejections"]}
    names = (path.rpartition(".")[2], "data.cache_write_tokens", *(f"data.{name}" for name in targets))
    assert (answer.status_code, sorted(told)) == (200, list(range(len(NOT_COUNTS))))
    assert [reason for reason in told.values() if not any(name in reason for name in names)] == []
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize(
    "name", sorted(VENDOR_TABLES["otel"][0].takes, key=lambda row: row.paths), ids=lambda row: row.paths[0]
)
def test_an_attribute_that_is_no_count_is_refused_by_its_name(sender, name):
    hostile = [{"intValue": value} for value in ("-1", "1e3", -1, 1.5, True, [], {"a": None}, 10**18, "9" * 30)]
    hostile += [{"stringValue": "7"}, {"stringValue": ["7"]}, {"doubleValue": 0.5}, {"doubleValue": "NaN"}]
    hostile += [{"boolValue": True}, {"arrayValue": {"values": [{"intValue": "7"}]}}]
    spans = []
    for value in hostile:
        one = span(**USED)
        one["attributes"] = [each for each in one["attributes"] if each["key"] not in name.paths]
        spans.append(one | {"attributes": [*one["attributes"], {"key": name.paths[0], "value": value}]})
    answer = post(sender, "otel", exported(*spans))
    told = answer.json()["partialSuccess"]
    reasons = told["errorMessage"].split("; ")
    names = (name.paths[0], *(f"data.{target}" for target in name.targets))
    assert (answer.status_code, told["rejectedSpans"]) == (200, str(len(hostile)))
    assert [reason for reason in reasons if not any(one in reason for one in names)] == []


@pytest.mark.parametrize("odd", [5, 0, False, "", "x", {"a": 1}, [None], [5], ["x"], [[]]])
@pytest.mark.parametrize("place", ["", ".scopeSpans", ".scopeSpans[0].spans", ".scopeSpans[0].spans[0].attributes"])
def test_what_is_no_list_of_objects_around_spans_is_refused_by_its_place(sender, place, odd):
    """Nothing else in the body is taken either, so that all of it can be sent again."""
    broken = odd
    for name in reversed(place.replace("[0]", "").split(".")[1:]):
        broken = [{name: broken}]
    sound = exported(span(**USED))["resourceSpans"]
    answer = post(sender, "otel", {"resourceSpans": [*broken, *sound] if place else broken})
    where = f"body.resourceSpans{place and '[0]'}{place}{'[0]' if isinstance(odd, list) else ''}"
    rule = "must be an object" if isinstance(odd, list) else "must be an array of objects"
    assert (answer.status_code, answer.json()["detail"]) == (400, f"{where} {rule}")
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize("value", [5, "chat", [], False])
def test_an_attribute_whose_value_is_no_object_is_refused_by_its_place(sender, value):
    one = span(**USED) | {"attributes": [{"key": "gen_ai.operation.name", "value": value}]}
    answer = post(sender, "otel", exported(span(**USED), one))
    where = "body.resourceSpans[0].scopeSpans[0].spans[1].attributes[0].value"
    assert (answer.status_code, answer.json()["detail"]) == (400, f"{where} must be an object")
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize("address", ["events", *VENDOR_TABLES, "otel/v1/traces"])
def test_an_empty_body_is_refused(sender, address):
    answer = post(sender, address, "")
    assert (answer.status_code, answer.json()["detail"]) == (400, "The body is empty.")


def test_a_count_that_is_too_large_is_refused_with_the_limit(sender):
    answer = post(sender, "openai", put(CHAT, "usage.prompt_tokens", 10**30))
    (told,) = answer.json()["rejections"]
    assert told["reason"] == "prompt_tokens in the usage object must be a whole number from 0 to 1000000000000"


@pytest.mark.parametrize("name", WRAPPER_TEXTS)
@pytest.mark.parametrize("vendor", SAMPLES)
def test_a_text_that_the_sender_adds_is_refused_by_its_name(sender, vendor, name):
    sample = {key: value for key, value in SAMPLES[vendor][0].items() if key not in ("model", "modelVersion")}
    values = [5, False, [None], {"a": None}, "x" * 300, "a\x00b", "a\nb"]
    taken = {"key", "user", "tag"} if vendor == "litellm" else set()  # its payload has these itself
    answer = post(sender, vendor, {"events": [wrapped(sample, **{name: value}) for value in values]}).json()
    if name in taken:
        assert answer["rejected"] == 0
        return
    assert [f"data.{name} must be" in each["reason"] for each in answer["rejections"]] == [True] * len(values)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"time": 0}, "time must be"),
        ({"time": [None]}, "time must be"),
        ({"time": "9999-99-99T00:00:00Z"}, "time must be"),
        ({"quantities": 5}, "data.quantities must be"),
        ({"quantities": {"searches": -1}}, "data.quantities.searches must be"),
        ({"quantities": {"searches": {"a": None}}}, "data.quantities.searches must be"),
        ({"quantities": {"serches": 1}}, "unknown unit: serches"),
        ({"cost": 5}, "data.cost must have"),
        ({"cost": {"amount": "NaN", "currency": "USD"}}, "data.cost.amount must be"),
        ({"cost": {"amount": -1, "currency": "USD"}}, "data.cost.amount must be"),
        ({"cost": {"amount": 10**12, "currency": "USD"}}, "data.cost.amount must be"),
        ({"ids": {"source": "a"}}, "data.ids must be"),
        ({"ids": [{"source": None, "id": [None]}]}, "data.ids: source must be"),
    ],
)
def test_what_else_the_sender_adds_is_refused_by_its_name(sender, more, told):
    answer = post(sender, "bedrock", {"events": [wrapped(CONVERSED, **more)]}).json()
    assert [told in each["reason"] for each in answer["rejections"]] == [True]


@pytest.mark.parametrize("vendor", SAMPLES)
def test_a_name_or_a_time_of_another_type_is_refused_by_its_path(sender, vendor):
    """Without its model, a call could cost the price for any model; without its time, count in another month."""
    for sample, table in zip(SAMPLES[vendor], VENDOR_TABLES[vendor], strict=True):
        for code, paths, values in (
            ("invalid_model", table.model, (5, True, ["m"], {"name": "m"})),
            ("invalid_time", table.time, (10**11, -1, True, [1_741_570_283], {"seconds": 1})),
            ("invalid_service_tier", table.tier, (1, True, ["flex"], {"name": "flex"})),
        ):
            for path in paths[:1]:
                sent = [wrapped(put(sample, path, value)) for value in values]
                refused = post(sender, vendor, {"events": sent}).json()["rejections"]
                assert [each["code"] for each in refused] == [code] * len(values)
                assert all(f"{path} in the response must be a" in each["reason"] for each in refused)
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize("start", ["soon", -1, True, 2**63, [1]])
def test_a_span_whose_start_is_no_time_is_refused(sender, start):
    answer = post(sender, "otel", exported(span(**USED) | {"startTimeUnixNano": start})).json()
    assert "invalid_time, time" in answer["partialSuccess"]["errorMessage"]
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e", "[" * 5_000, '{"id": 1, "id": 2}', '"\ud800"'])
@pytest.mark.parametrize("vendor", [*SAMPLES, "otel"])
def test_what_is_not_json_is_refused_as_such(sender, vendor, text):
    raw = f'{{"usage": {{"prompt_tokens": {text}}}}}'.encode("utf-8", "surrogatepass")
    answer = sender.post(f"/v1/usage/{vendor}", raw, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


LONG = "x" * 2_000_000


@pytest.mark.parametrize("vendor", SAMPLES)
def test_long_texts_and_members_that_nobody_knows_end_in_no_row(sender, vendor):
    sample, table = SAMPLES[vendor][0], VENDOR_TABLES[vendor][0]
    count = f"{table.usage[0]}.{table.takes[0].paths[0]}"
    read_first = {table.id: "id must", table.model: "data.model must", table.time: "time must"}
    read_first |= {table.tier: "data.service_tier must", (count,): table.takes[0].paths[0]}
    places = [(paths[:number], place, told) for paths, told in read_first.items() for number, place in enumerate(paths)]
    for earlier, place, told in places:
        report = put(sample, place, LONG)
        for path in earlier:
            report = put(report, path, None)
        (refused,) = post(sender, vendor, wrapped(report)).json()["rejections"]
        assert told in refused["reason"]
        assert len(refused["reason"]) < 200
    assert not UsageEvent.objects.exists()
    odd = sample | {LONG[:1_000]: [{"a": [None, {"b": None}]}], "x": None, "": LONG}
    assert post(sender, vendor, wrapped(odd, model="m")).json()["accepted"] == 1
    assert "xxx" not in json.dumps(list(UsageEvent.objects.values()), default=str)
    assert list(check_usage()) == []


@pytest.mark.parametrize("vendor", [*SAMPLES, "otel"])
def test_nested_nothing_is_no_error(sender, vendor):
    names = ("id", "model", "usage", "usageMetadata", "metadata", "output", "request_tags", "resourceSpans", "status")
    for value in (None, [], [[None]], {}, {"usage_object": None}, {"scopeSpans": [{"spans": [None]}]}, 0, False, ""):
        whole = post(sender, vendor, dict.fromkeys(names, value))
        several = post(sender, vendor, [value, {name: value for name in names[:3]}])
        assert {whole.status_code, several.status_code} <= {200, 400 if vendor == "otel" else 422}
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize("name", ["a\ud800", "a\x00", "x" * 201])
def test_another_id_of_a_call_is_refused_by_its_name(sender, name):
    answer = post(sender, "litellm", LOGGED | {"litellm_call_id": name})
    (refused,) = answer.json()["rejections"]
    assert (refused["code"], "litellm_call_id must be" in refused["reason"]) == ("invalid_ids", True)
