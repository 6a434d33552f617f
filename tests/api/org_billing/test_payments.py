"""POST billing/checkout, billing/portal and contract/subscribe"""

import pytest
from django.test import Client

from apps.payments.models import CheckoutSession
from apps.tenants.services import provision_organization
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described, assert_documented
from tests.contracts.factories import draft, offer
from tests.factories import create_organization

CHECKOUT, PORTAL, SUBSCRIBE = (
    "/api/v1/org/billing/checkout",
    "/api/v1/org/billing/portal",
    "/api/v1/org/contract/subscribe",
)
UNKNOWN = "5b0cdb2e-3c3b-4b3a-9a55-1d5f3f6f7a10"
SPELLINGS = [UNKNOWN.replace("-", ""), f"urn:uuid:{UNKNOWN}", f"{{{UNKNOWN}}}", f" {UNKNOWN}", f"{UNKNOWN}\n"]


def post(client, url, body=None, **headers):
    return client.post(url, {} if body is None else body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("url", [CHECKOUT, PORTAL, SUBSCRIBE])
class TestCaller:
    def test_must_be_known(self, client, url, db):
        assert post(client, url).status_code == 401

    def test_is_a_person(self, acme, url):
        assert post(Client(headers=as_bearer(key_of(acme))), url).status_code == 401

    def test_is_an_administrator(self, acme, url):
        assert post(Client(headers=as_bearer(session_of(acme, "org:member"))), url, {"amount": 500}).status_code == 403


class TestCheckout:
    def test_answers_as_documented(self, person):
        answer = post(person, CHECKOUT, {"amount": 2_500, "currency": "usd"})
        assert answer.status_code == 200
        assert_documented("createCheckoutSession", answer.json())
        assert_described("createCheckoutSession", answer.json())
        assert CheckoutSession.objects.get().amount_micros == 25_000_000

    def test_the_same_key_is_the_same_session(self, person):
        first, again = (post(person, CHECKOUT, {"amount": 500}, **{"Idempotency-Key": "k"}) for _ in range(2))
        assert first.json() == again.json()
        assert post(person, CHECKOUT, {"amount": 501}, **{"Idempotency-Key": "k"}).status_code == 409
        assert CheckoutSession.objects.count() == 1

    @pytest.mark.parametrize("amount", [0, -1, 99, 10_000_001, 2**63, 2**70, 2.5, "500", True, None, [], {}, "١٢٣"])
    def test_names_a_wrong_amount(self, person, amount):
        answer = post(person, CHECKOUT, {"amount": amount})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == "body.amount"
        assert not CheckoutSession.objects.exists()

    def test_repeats_what_the_service_refused(self, person):
        errors = [
            post(person, CHECKOUT, body).json()["errors"][0]
            for body in ({"amount": 99}, {"amount": 500, "currency": "EUR"})
        ]
        assert [(error["location"], error["value"]) for error in errors] == [
            ("body.amount", 99),
            ("body.currency", "EUR"),
        ]

    def test_names_an_amount_that_nobody_could_pay(self, acme, now):
        payer = create_organization(now, "payer", currency="UGX")
        answer = post(Client(headers=as_bearer(session_of(payer))), CHECKOUT, {"amount": 50_050})
        error = answer.json()["errors"][0]
        assert (answer.status_code, answer.json()["code"]) == (422, "amount_not_payable")
        assert (error["location"], error["value"]) == ("body.amount", 50_050)

    def test_takes_no_money_for_what_has_no_wallet(self, acme, now):
        bare = provision_organization(name="Bare", slug="bare", now=now)
        client = Client(headers=as_bearer(session_of(bare)))
        answers = [post(client, CHECKOUT, {"amount": 500}), client.get("/v1/billing/organization/summary")]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "wallet_not_found")] * 2
        assert not CheckoutSession.objects.exists()

    @pytest.mark.parametrize("currency", ["EUR", "", "US", "DOLLARS", " USD", "USD ", "U$D", "\u017fek", 5, None])
    def test_names_a_wrong_currency(self, person, currency):
        answer = post(person, CHECKOUT, {"amount": 500, "currency": currency})
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body.currency")

    @pytest.mark.parametrize("name", ["tenantId", "price", "paid", "customer", "success_url"])
    def test_refuses_other_members(self, person, name):
        assert post(person, CHECKOUT, {"amount": 500, name: "x"}).status_code == 422

    def test_hosts_of_the_request_reach_no_address(self, person):
        post(person, CHECKOUT, {"amount": 500}, **{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp"})
        from apps.payments.models import StripeRequest

        params = StripeRequest.objects.get(operation="checkout.create").params
        assert params["success_url"] == "https://billing.example/checkout/paid"


class TestPortal:
    def test_answers_as_documented(self, person):
        answer = post(person, PORTAL)
        assert answer.status_code == 200
        assert_documented("createPortalSession", answer.json())
        assert_described("createPortalSession", answer.json())

    def test_shows_the_customer_in_the_profile(self, person):
        post(person, PORTAL)
        assert person.get("/api/v1/org/billing").json()["stripeCustomerId"].startswith("cus_")


class TestSubscribe:
    def test_answers_as_documented_and_the_same_again(self, person, acme, now):
        contract = offer(acme, now)
        first, again = (post(person, SUBSCRIBE, {"contractId": str(contract.pk)}) for _ in range(2))
        assert first.status_code == 200
        assert_documented("subscribeToContract", first.json())
        assert_described("subscribeToContract", first.json())
        assert first.json() == again.json()

    def test_what_is_not_yours_is_unknown(self, person, acme, globex, now):
        wanted = [UNKNOWN, str(draft(acme, now).pk), str(offer(globex, now).pk)]
        answers = [post(person, SUBSCRIBE, {"contractId": contract_id}) for contract_id in wanted]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert len({answer.json()["detail"] for answer in answers}) == 1

    @pytest.mark.parametrize("contract_id", ["", "x", 5, None, "../1", f"{UNKNOWN}0", {"a": 1}, *SPELLINGS])
    def test_names_a_wrong_id(self, person, contract_id):
        answer = post(person, SUBSCRIBE, {"contractId": contract_id})
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body.contractId")
