"""A report endpoint in the browser: one person asks for it, another agrees, and what its secret signs is counted."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.usage.models import ReportEndpoint, UsageEvent
from tests.browser.test_back_office import confirm
from tests.browser.test_money import approve, done
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.test_vendor_reports import CHAT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def report(address: str, secret: str, response: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Post a response as a customer's runtime does, signed with the headers of Standard Webhooks."""
    raw, seconds = json.dumps(response).encode(), int(time.time())
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"msg_1.{seconds}.".encode() + raw, hashlib.sha256)).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{signature}"}
    request = Request(address, raw, {"Content-Type": "application/json", **headers})
    try:
        with urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def test_an_endpoint_needs_a_second_person_and_its_signed_reports_are_counted(visit, live_server):
    acme = create_organization(timezone.now() - timedelta(days=30))
    price(make_meter(), input_micros_per_million=1_000_000, output_micros_per_million=10_000_000)
    page = visit("helper", "Support")
    page.goto(f"/admin/usage/reportendpoint/open/?organization={acme.slug}")
    page.select_option("[name=report_format]", "openai")
    confirm(page, name="Edge runtime", reason="They report from the edge")
    done(page)
    assert not ReportEndpoint.objects.exists(), "a second person has to agree"
    approve(visit("checker", "Approver"))
    endpoint = ReportEndpoint.objects.get()
    page.goto("/admin/usage/reportendpoint/")
    expect(page.locator("#result_list")).to_contain_text("Has no secret yet")
    page.goto(f"/admin/usage/reportendpoint/{endpoint.pk}/secret/")
    confirm(page, reason="Its first secret")
    done(page)
    secret = page.input_value("#new-secret")
    address = f"{live_server.url}/v1/usage/reports/{endpoint.pk}"
    response = CHAT | {"created": int(time.time()) - 60}
    assert report(address, "whsec_" + base64.b64encode(b"x" * 32).decode(), response)[0] == 401
    status, counts = report(address, secret, response)
    assert (status, counts["accepted"]) == (200, 1)
    assert report(address, secret, response)[1]["duplicate"] == 1
    row = UsageEvent.objects.get()
    page.goto("/admin/usage/usageevent/")
    expect(page.locator("#result_list")).to_contain_text(row.event_id)
    assert row.charge_micros > 0
    page.goto(f"/admin/usage/reportendpoint/{endpoint.pk}/close/")
    confirm(page, reason="Not needed any more")
    done(page)
    assert report(address, secret, response)[0] == 404
