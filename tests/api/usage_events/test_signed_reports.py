"""POST /v1/usage/reports/{endpoint}: usage signed with the endpoint's secret instead of an API key."""

import base64
import gzip
import hashlib
import hmac
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.tenants.models import Organization
from apps.usage.models import ReportEndpoint, UsageEvent
from apps.usage.services import ReportTerms, close_report_endpoint, new_report_secret, open_report_endpoint
from tests.api.documents import assert_described
from tests.backoffice.people import client_of, create_staff
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event
from tests.usage.test_vendor_reports import CHAT, USED, exported, span

DAY = timedelta(days=1)


@pytest.fixture
def chat(db):
    meter = make_meter()
    price(meter, input_micros_per_million=1_000_000, output_micros_per_million=10_000_000)
    return meter


def opened(organization, report_format="openai", meter=None, **options):
    """An endpoint with a secret, and a function that posts to it as the holder of a secret does."""
    now = timezone.now()
    endpoint = open_report_endpoint(
        organization=organization,
        terms=ReportTerms(name="Runtime", report_format=report_format, meter=meter, **options),
        created_by="staff:ann",
        now=now,
    )
    return endpoint, new_report_secret(endpoint_id=endpoint.pk, overlap=DAY, now=now)


def post(endpoint, secret, body, *, late=0, content_type="application/json", signed=None, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body, default=float).encode()
    seconds = int(timezone.now().timestamp()) - late
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"msg_1.{seconds}.".encode() + (raw if signed is None else signed), hashlib.sha256).digest()
    signature = f"v1,AAAA v1,{base64.b64encode(digest).decode()}"
    given = {"webhook-id": "msg_1", "webhook-timestamp": str(seconds), "webhook-signature": signature, **headers}
    return Client(headers=given).post(f"/v1/usage/reports/{endpoint.pk}", raw, content_type=content_type)


def test_a_signed_report_is_usage_of_the_endpoints_organization(acme, chat):
    endpoint, secret = opened(acme)
    body = {"events": [{"response": CHAT, "project": "web"}]}
    answer = post(endpoint, secret, body)
    assert answer.status_code == 200
    assert_described("sendSignedUsage", answer.json())
    assert answer.json()["accepted"] == 1
    row = UsageEvent.objects.get()
    assert (row.organization_id, row.project, row.created_by) == (acme.pk, "web", f"report:{endpoint.pk}")
    assert post(endpoint, secret, body).json()["duplicate"] == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"signed": b"{}"}, 401, "bad_signature"),
        ({"webhook-signature": "v1,###"}, 401, "bad_signature"),
        ({"webhook-timestamp": "soon"}, 401, "bad_signature"),
        ({"webhook-id": ""}, 401, "bad_signature"),
        ({"late": 310}, 400, "timestamp_out_of_tolerance"),
        ({"late": -330}, 400, "timestamp_out_of_tolerance"),
    ],
)
def test_what_is_not_signed_or_is_old_changes_nothing(acme, chat, change, status, code):
    endpoint, secret = opened(acme)
    answer = post(endpoint, secret, CHAT, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not UsageEvent.objects.exists()


def test_two_secrets_are_taken_while_one_replaces_the_other(acme, chat):
    endpoint, first = opened(acme)
    second = new_report_secret(endpoint_id=endpoint.pk, overlap=DAY, now=timezone.now())
    assert [post(endpoint, secret, CHAT).status_code for secret in (first, second)] == [200, 200]
    third = new_report_secret(endpoint_id=endpoint.pk, overlap=timedelta(0), now=timezone.now())
    assert [post(endpoint, secret, CHAT).status_code for secret in (first, second, third)] == [401, 401, 200]
    close_report_endpoint(endpoint_id=endpoint.pk, closed_by="staff:ann", now=timezone.now())
    assert post(endpoint, third, CHAT).status_code == 404


def test_the_endpoint_names_the_form_of_its_reports(acme, chat):
    spans = exported(span(**USED))
    events, secret = opened(acme, "events")
    answer = post(events, secret, [event("e1", input_tokens=5)])
    assert answer.json()["accepted"] == 1
    traces, secret = opened(acme, "otel")
    assert post(traces, secret, spans).json()["accepted"] == 1
    models, secret = opened(acme, "openai", make_meter("models"))
    raw = gzip.compress(json.dumps(CHAT, default=float).encode())
    assert post(models, secret, raw, **{"content-encoding": "gzip"}).json()["quarantined"] == 1
    assert set(UsageEvent.objects.values_list("meter_slug", flat=True)) == {"chat", "models"}


def test_spans_may_count_by_their_own_ids_where_nothing_else_reports_calls(acme, chat):
    nameless = exported(span(**USED, **{"gen_ai.response.id": ""}))
    strict, secret = opened(acme, "otel")
    assert post(strict, secret, nameless).json()["rejections"][0]["code"] == "missing_response_id"
    alone, secret = opened(acme, "otel", has_span_ids=True)
    counts = [post(alone, secret, nameless).json() for _ in range(2)]
    assert [(each["accepted"], each["duplicate"]) for each in counts] == [(1, 0), (0, 1)]
    assert UsageEvent.objects.get().event_id.startswith("otel:")


def test_an_endpoint_belongs_to_one_organization(acme, chat):
    for report_format, body in (
        ("openai", {"response": CHAT, "subject": str(acme.pk)}),
        ("events", event(subject="x")),
    ):
        endpoint, secret = opened(acme, report_format)
        answer = post(endpoint, secret, body)
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body[0].subject")
    Organization.objects.filter(pk=acme.pk).update(status="suspended")
    assert post(endpoint, secret, event()).status_code == 403


def test_staff_open_an_endpoint_and_see_its_secret_once(acme, chat, settings):
    settings.APPROVAL_FOR_CREDENTIALS = False
    ann = client_of(create_staff("ann", is_superuser=True))

    def send(address, **typed):
        token = re.search(r'name="token" value="([^"]+)"', ann.get(address).content.decode()).group(1)
        return ann.post(address, {"_step": "confirm", "token": token, "reason": "Their runtime", **typed})

    send(
        reverse("admin:usage_reportendpoint_open_endpoint"),
        organization=acme.pk,
        name="Edge",
        report_format="openai",
        meter="",
    )
    endpoint = ReportEndpoint.objects.get()
    shown = send(reverse("admin:usage_reportendpoint_renew_secret", args=[endpoint.pk]), overlap="24").content.decode()
    secret = re.search(r"whsec_[\w+/=]+", shown).group(0)
    assert post(endpoint, secret, CHAT).status_code == 200
    assert "whsec_" not in ann.get(reverse("admin:usage_reportendpoint_change", args=[endpoint.pk])).content.decode()
    send(reverse("admin:usage_reportendpoint_close", args=[endpoint.pk]))
    assert post(endpoint, secret, CHAT).status_code == 404
