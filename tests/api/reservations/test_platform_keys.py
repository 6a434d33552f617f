"""A gateway that serves many organizations: reservations and estimates with one platform key."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from apps.ledger.models import Hold, Transfer
from apps.tenants.services import set_status
from apps.wallets.selectors import wallet_figures
from tests.api.callers import as_bearer, key_of
from tests.factories import create_grant
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import put_budget
from tests.usage.factories import event

URL = "/v1/billing/reservations"


@pytest.fixture
def gateway(acme, globex, now):
    """A client with a platform key; both organizations have 10."""
    for organization in (acme, globex):
        create_grant(organization, "10", now)
    return Client(headers=as_bearer(key_of(None, "platform:reservations")))


def post(client, path, body, organization, key="call-1"):
    named = {} if organization is None else {"organizationId": str(organization.pk)}
    return client.post(
        URL + path,
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key},
        query_params=named,
    )


def reserve(client, organization, amount="4"):
    return post(client, "", {"amount": amount}, organization)


def test_holds_and_charges_credit_of_the_named_organization_alone(gateway, acme, globex):
    held = [reserve(gateway, organization) for organization in (acme, globex)]
    assert [answer.status_code for answer in held] == [201, 201]
    assert set(Hold.objects.values_list("book_id", flat=True)) == {acme.pk, globex.pk}

    path = f"/{held[0].json()['id']}/capture"
    assert post(gateway, path, {"amount": "3"}, globex).status_code == 404
    assert post(gateway, path, {"amount": "3"}, acme).status_code == 200
    figures = [wallet_figures(organization, timezone.now()) for organization in (acme, globex)]
    assert [each.available_micros for each in figures] == [7_000_000, 6_000_000]
    assert Transfer.objects.filter(created_by__startswith="key:bk_").exists()


def test_every_other_call_names_the_organization_too(gateway, acme):
    held = f"{URL}/{reserve(gateway, acme).json()['id']}"
    named = {"organizationId": str(acme.pk)}
    assert gateway.get(held, query_params=named).status_code == 200
    assert len(gateway.get(URL, query_params=named).json()["data"]) == 1
    for action, body in (("extend", {"ttlSeconds": 900}), ("release", {})):
        answer = gateway.post(f"{held}/{action}", json.dumps(body), content_type="application/json", query_params=named)
        assert answer.status_code == 200, answer.content
    price(make_meter("calls", "service"), micros_per_million=500_000 * 10**6)
    asked = {"estimate": {"meter": "calls", "quantity": "2"}}
    answer = gateway.post(
        "/v1/billing/estimate", json.dumps(asked), content_type="application/json", query_params=named
    )
    assert answer.json()["amount"] == 1, answer.content


def test_budgets_of_the_organization_refuse_it(gateway, acme, now):
    put_budget(acme, "all", "3", now)
    assert reserve(gateway, acme).status_code == 402


def test_an_event_also_needs_the_scope_to_send_usage(gateway, acme):
    price(make_meter("calls", "service"), micros_per_million=500_000 * 10**6)
    path = f"/{reserve(gateway, acme).json()['id']}/capture"
    sent = {"event": event("e1", "calls", quantity=2)}
    assert post(gateway, path, sent, acme).status_code == 403
    both = Client(headers=as_bearer(key_of(None, "platform:reservations", "platform:usage")))
    assert post(both, path, sent, acme).json()["charged"] == 1


@pytest.mark.parametrize("scope", ["platform:usage", "platform:ledger"])
def test_needs_its_own_scope(acme, scope):
    answer = reserve(Client(headers=as_bearer(key_of(None, scope))), acme)
    assert (answer.status_code, Hold.objects.count()) == (403, 0)
    assert "platform:reservations" in answer.json()["detail"]


def test_must_name_an_organization_that_exists(gateway):
    answer = reserve(gateway, None)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == "query.organizationId"
    unknown = gateway.get(URL, query_params={"organizationId": "7b5f3ce1-6b0e-4b3a-9d57-3b2b6c1f0a11"})
    assert unknown.status_code == 404


def test_a_key_of_an_organization_names_none(acme, globex, now):
    create_grant(acme, "10", now)
    own = Client(headers=as_bearer(key_of(acme, "reservations:write")))
    for named in (acme, globex):
        answer = reserve(own, named)
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "query.organizationId")
    assert Hold.objects.count() == 0


def test_a_suspended_organization_begins_no_work_but_finishes_it(gateway, acme):
    held = reserve(gateway, acme).json()["id"]
    set_status(organization_id=acme.pk, status="suspended", now=timezone.now())
    assert post(gateway, "", {"amount": "1"}, acme, key="call-2").status_code == 403
    assert post(gateway, f"/{held}/capture", {"amount": "4"}, acme).status_code == 200
