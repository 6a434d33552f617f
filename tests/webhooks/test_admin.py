"""Staff see endpoints, events and deliveries, and send events again; they never see a secret."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from apps.webhooks.secrets import unsealed
from apps.webhooks.services import change_endpoint
from tests.webhooks.factories import make_endpoint, record, states


@pytest.fixture
def staff(db):
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x"))
    return client


def test_pages_show_no_secret(staff, organization, now):
    endpoint = make_endpoint(organization, now)
    event = record(organization, now)
    for kind, pk in (
        ("webhookendpoint", endpoint.pk),
        ("webhookevent", event.pk),
        ("webhookdelivery", WebhookDelivery.objects.get().pk),
    ):
        for page in ("", f"{pk}/change/"):
            answer = staff.get(f"/admin/webhooks/{kind}/{page}")
            assert answer.status_code == 200
            assert unsealed(endpoint.secret) not in answer.content.decode()


def test_staff_send_again(staff, organization, now):
    endpoint = make_endpoint(organization, now)
    record(organization, now)
    change_endpoint(organization=organization, endpoint_id=endpoint.pk, is_enabled=False, now=now)
    change_endpoint(organization=organization, endpoint_id=endpoint.pk, is_enabled=True, now=now)
    path = f"/admin/webhooks/webhookdelivery/{WebhookDelivery.objects.get().pk}/retry/"
    assert staff.get(path).status_code == 200
    assert states(endpoint) == ["skipped"]
    staff.post(path, {"_step": "confirm", "token": "00000000-0000-4000-8000-000000000001", "reason": "mended"})

    assert states(endpoint) == ["pending"]


def test_staff_disable_enable_and_test_an_endpoint(staff, organization, now):
    endpoint = make_endpoint(organization, now)

    def act(name, number):
        token = f"00000000-0000-4000-8000-00000000000{number}"
        path = f"/admin/webhooks/webhookendpoint/{endpoint.pk}/{name}/"
        answer = staff.post(path, {"_step": "confirm", "token": token, "reason": "asked for"}, follow=True)
        endpoint.refresh_from_db()
        return answer.content.decode()

    act("switch", 1)
    assert endpoint.disabled_because == "requested"
    assert "The endpoint is disabled" in act("test", 2)
    act("switch", 3)
    assert (endpoint.disabled_at, states(endpoint)) == (None, [])
    act("test", 4)
    assert states(endpoint) == ["pending"]


def test_a_disabled_endpoint_is_among_what_needs_attention(staff, organization, now):
    make_endpoint(organization, now)
    WebhookEndpoint.objects.update(disabled_at=now, disabled_because="gone")

    assert "Disabled webhook endpoints" in staff.get("/admin/").content.decode()


def test_the_customers_page_shows_endpoints_and_deliveries_with_what_sends_them_again(staff, organization, now):
    endpoint = make_endpoint(organization, now)
    record(organization, now)
    tries = [{"at": now.isoformat(), "status": 500, "milliseconds": 3, "error": "out of order"}]
    WebhookDelivery.objects.update(state="failed", next_try_at=None, tries=tries)
    WebhookEndpoint.objects.update(failing_since=now, failures=1)
    tab = f"/admin/tenants/organization/{organization.pk}/change/?tab=webhooks"
    page = staff.get(tab).content.decode()
    again = [
        f"/admin/webhooks/webhookendpoint/{endpoint.pk}/replay/",
        f"/admin/webhooks/webhookdelivery/{WebhookDelivery.objects.get().pk}/retry/",
    ]
    for part in (endpoint.url, "Failing", f"{now:%Y-%m-%d %H:%M}", "month.closed #1", "500 out of order", *again):
        assert part in page
    WebhookEndpoint.objects.update(disabled_at=now, disabled_because="gone")
    assert [part in staff.get(tab).content.decode() for part in ("It answered 410 Gone", *again)] == [
        True,
        False,
        False,
    ]


def test_the_log_is_filtered_and_says_what_the_customers_server_answered(staff, organization, now):
    make_endpoint(organization, now)
    event = record(organization, now)
    delivery = WebhookDelivery.objects.get()
    at = now.isoformat()
    delivery.tries = [
        {"at": at, "milliseconds": 40, "error": "the connection was refused"},
        {"at": at, "milliseconds": 12, "status": 500, "error": "oops"},
        {"at": at, "milliseconds": 9, "status": 204},
    ]
    delivery.save()
    page = staff.get(f"/admin/webhooks/webhookdelivery/{delivery.pk}/change/").text
    for text in (
        "No answer after 40 ms: the connection was refused",
        "Refused with 500 after 12 ms: oops",
        "Accepted with 204 after 9 ms",
    ):
        assert text in page
    found = {
        query: "Accepted with 204" in staff.get(f"/admin/webhooks/webhookdelivery/?{query}").text
        for query in (
            f"type={event.type}",
            f"type={event.type.split('.')[0]}.",
            "type=other",
            f"customer={organization.slug}",
            "customer=nobody",
            "state__exact=failed",
        )
    }
    assert list(found.values()) == [True, True, False, True, False, False]
