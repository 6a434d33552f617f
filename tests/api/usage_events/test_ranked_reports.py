"""One call that two vendors, gateways or tracers report over HTTP, with two ranks of keys: which report counts."""

import json
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client

from apps.common.periods import parse_month
from apps.usage.models import ReportFinding, UsageEvent
from apps.usage.services import check_usage, close_month
from apps.wallets.selectors import wallet_figures
from tests.api.callers import as_header, key_of
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event
from tests.usage.test_vendor_reports import exported, span

REASON = {"reason": "sent twice"}


@pytest.fixture
def chat(acme):
    return price(make_meter(), input_micros_per_million=1_000_000, output_micros_per_million=10_000_000).meter


@pytest.fixture
def own(acme, chat):
    return Client(headers=as_header(key_of(acme, "usage:write", "usage:correct")))


@pytest.fixture
def charged(acme, now):
    def total():
        figures = wallet_figures(acme, now)
        return figures.outstanding_micros - figures.balance_micros

    return total


def post(client, path, body):
    answer = client.post(f"/v1/usage/{path}", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def traced(client, into, name="c1"):
    """Tell a call by a span; return the code of its refusal, if any."""
    used = {"gen_ai.usage.input_tokens": into, "gen_ai.usage.output_tokens": 10}
    attributes = {"gen_ai.response.id": name, "gen_ai.response.model": "m", "gen_ai.provider.name": ""}
    one = span(**used, **attributes) | {"spanId": name.encode().hex(), "startTimeUnixNano": "1794996000000000000"}
    told = post(client, "otel", exported(one)).get("partialSuccess", {}).get("errorMessage", "")
    return told.partition(": ")[2].partition(",")[0]


def counts(answer):
    """Return what happened, and the codes of refusals."""
    names = ("accepted", "duplicate", "replaced", "quarantined", "ignored")
    codes = [each["code"] for each in answer["rejections"]]
    return *(name for name in names if answer.get(name)), *codes


def vendor(client, into, name="c1", **wrapper):
    usage = {"prompt_tokens": into, "completion_tokens": 10}
    time = {"time": "2026-11-18T10:00:00Z"}
    told = {"response": {"id": name, "model": "m", "usage": usage}, **time, **wrapper}
    return counts(post(client, "openai", {"events": [told]}))


def gateway(client, into, name="c1", **more):
    payload = {"id": name, "model": "m", "status": "success", "startTime": 1_794_996_000}
    usage = {"prompt_tokens": into, "completion_tokens": 10}
    return counts(post(client, "litellm", {**payload, **usage, **more}))


def own_event(client, into, name="c1", **data):
    told = event(name, source="ai", model="m", input_tokens=into, output_tokens=10, time="2026-11-18T10:00:00Z", **data)
    return counts(post(client, "events", told))


REPORTS = {"traced": traced, "gateway": gateway, "vendor": vendor, "event": own_event}
ACCEPTED, DUPLICATE, REPLACED = ("accepted",), ("duplicate",), ("replaced",)


@pytest.mark.parametrize("way", REPORTS)
def test_the_same_again_is_a_duplicate_and_another_content_is_refused(own, charged, way):
    tell = REPORTS[way]
    answers = [tell(own, into) for into in (1_000, 1_000, 900)]
    assert charged() == 1_100
    assert answers == (["", "", "id_reused"] if way == "traced" else [ACCEPTED, DUPLICATE, ("id_reused",)])


@pytest.mark.parametrize("low", ["traced", "gateway"])
@pytest.mark.parametrize("high", ["vendor", "event"])
def test_the_higher_rank_counts_in_either_order(own, charged, low, high):
    first, then = (partial(REPORTS[each], own) for each in (low, high))
    first(1_000)
    assert (then(900), charged()) == (REPLACED if high == "vendor" else ACCEPTED, 1_000)
    assert (then(900, "c2"), first(1_000, "c2"), charged()) == (ACCEPTED, "" if low == "traced" else DUPLICATE, 2_000)
    assert (ReportFinding.objects.get().kind, list(check_usage())) == ("differs", [])


def test_the_same_money_told_by_a_higher_rank_changes_nothing(own, charged):
    gateway(own, 1_000)
    assert (vendor(own, 1_000), charged(), UsageEvent.objects.count()) == (DUPLICATE, 1_100, 1)
    assert not ReportFinding.objects.exists()


def test_a_cost_and_a_dimension_that_the_event_lacks_are_added_and_the_charge_stays(own, charged):
    vendor(own, 1_000, project="p1")
    assert gateway(own, 1_000, response_cost=2, end_user="u1") == REPLACED
    row = UsageEvent.objects.order_by("pk").last()
    assert (charged(), row.project, row.user, row.cost_picos) == (1_100, "p1", "u1", 2 * 10**12)
    assert gateway(own, 1_000, response_cost=2, end_user="u1") == DUPLICATE


def test_in_a_closed_month_the_higher_rank_is_a_correction_of_today(own, acme, charged, now):
    october = now - timedelta(days=25)
    with time_machine.travel(october, tick=False):
        assert gateway(own, 1_000, startTime=october.timestamp()) == ACCEPTED
    close_month(month=parse_month("2026-10"), closed_by="system:test", now=now)
    assert vendor(own, 900, time=october.isoformat()) == REPLACED
    assert (charged(), {str(row.counted_on) for row in UsageEvent.objects.all()}) == (
        1_000,
        {"2026-10-24", "2026-11-18"},
    )
    assert list(check_usage()) == []


def test_after_35_days_a_higher_rank_is_listed_only(own, charged, now):
    with time_machine.travel(now - timedelta(days=36), tick=False):
        assert gateway(own, 1_000, startTime=(now - timedelta(days=36)).timestamp()) == ACCEPTED
    assert (vendor(own, 900), charged(), ReportFinding.objects.get().kind) == (DUPLICATE, 1_100, "differs")


def test_no_report_of_a_voided_event_counts(own, charged):
    gateway(own, 1_000)
    own.post("/v1/usage/events/c1/void", json.dumps(REASON), content_type="application/json")
    assert (vendor(own, 900), gateway(own, 1_000), traced(own, 5)) == (("event_voided",),) * 2 + ("event_voided",)
    assert charged() == 0


def test_the_ids_of_two_events_join_neither(own, charged):
    vendor(own, 1_000)
    vendor(own, 1_000, "c2")
    told = event("c3", input_tokens=5, ids=[{"source": "ai", "id": each} for each in ("c1", "c2")])
    (refusal,) = post(own, "events", told)["rejections"]
    assert (refusal["code"], "c1" in refusal["reason"], "c2" in refusal["reason"]) == ("ids_of_two_events", True, True)
    assert charged() == 2_200


def test_a_platform_key_ranks_before_the_customers_own(own, acme, charged):
    platform = Client(headers=as_header(key_of(None)))
    assert vendor(own, 1_000) == ACCEPTED
    about = {"subject": str(acme.pk)}
    assert (vendor(platform, 900, **about), charged()) == (REPLACED, 1_000)
    assert (vendor(own, 1_000), vendor(own, 800), charged()) == (DUPLICATE, DUPLICATE, 1_000)
    assert (vendor(platform, 700, **about), charged()) == (("id_reused",), 1_000)
    assert list(check_usage()) == []
