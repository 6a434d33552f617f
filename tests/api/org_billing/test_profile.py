"""GET /api/v1/org/billing"""

from decimal import Decimal

from django.test import Client

from apps.pricing.services import list_price_book
from apps.tenants.models import Organization
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described, assert_documented
from tests.factories import charge, create_grant, create_organization
from tests.pricing.factories import make_meter, price

URL = "/api/v1/org/billing"
UNSET = {"stripeCustomerId"}


class TestBillingProfile:
    def test_asks_who_is_calling(self, client):
        assert client.get(URL).status_code == 401

    def test_takes_sessions_only(self, acme):
        assert Client(headers=as_bearer(key_of(acme))).get(URL).status_code == 401

    def test_answers_as_documented(self, person):
        answer = person.get(URL).json()
        assert_documented("getOrgBillingProfile", answer, omitted=UNSET)
        assert_described("getOrgBillingProfile", answer)

    def test_points_to_its_schema(self, person, client):
        schema = person.get(URL).json()["$schema"]
        assert schema == "https://billing.example/api/v1/schemas/TenantBillingProfile.json"
        assert client.get(schema.removeprefix("https://billing.example")).json()["$id"] == schema

    def test_shows_the_balance_of_its_own_organization(self, person, acme, globex, now, exact):
        create_grant(acme, "25.000001", now)
        charge(acme, "30", now)
        create_grant(globex, "7", now, key="other")
        answer = exact(person.get(URL))
        assert answer["creditBalance"] == Decimal("-4.999999")
        assert answer["tenantId"] == str(acme.pk)

    def test_says_whether_free_credit_was_granted(self, person, acme, now):
        assert person.get(URL).json()["freeCreditGranted"] is False
        create_grant(acme, "5", now, source="signup")
        assert person.get(URL).json()["freeCreditGranted"] is True

    def test_shows_what_a_postpaid_organization_owes(self, acme, now, exact):
        owing = create_organization(
            now,
            "owing",
            billing_mode=Organization.BillingMode.POSTPAID,
            postpaid_limit_micros=100_000_000,
            currency="EUR",
            usd_rate_micros=1_100_000,
        )
        charge(owing, "10", now)
        answer = exact(Client(headers=as_bearer(session_of(owing))).get(URL))
        assert (answer["outstandingUsd"], answer["postpaidLimitUsd"], answer["creditBalance"]) == (11, 110, 0)
        assert answer["billingMode"] == "postpaid"

    def test_shows_what_things_cost_now(self, person, acme, exact):
        price(make_meter("chat"), input_micros_per_million=500_000, output_micros_per_million=1_500_000)
        price(make_meter("lookup", "event"), micros_per_million=2_500_000_000)
        price(make_meter("export", "service"), micros_per_million=1_250_000_000_000)
        price(make_meter("people", "character"), micros_per_million=4_000_000_000_000)
        answer = exact(person.get(URL))
        assert answer["eventPrices"] == {"lookup": Decimal("0.0025")}
        assert answer["servicePrices"] == {"export": Decimal("1.25")}
        assert answer["inputTokenPricePer1KUsd"] == Decimal("0.0005")
        assert answer["outputTokenPricePer1KUsd"] == Decimal("0.0015")
        assert answer["charPricePerMonthUsd"] == 4

    def test_converts_what_is_named_usd_and_nothing_else(self, acme, now, exact):
        euro = create_organization(now, "euro", currency="EUR", usd_rate_micros=1_100_000)
        book = list_price_book(currency="EUR", now=now)
        price(make_meter("export", "service"), book=book, micros_per_million=2_000_000_000_000)
        price(make_meter("people", "character"), book=book, micros_per_million=4_000_000_000_000)
        answer = exact(Client(headers=as_bearer(session_of(euro))).get(URL))
        assert answer["servicePrices"] == {"export": 2}
        assert answer["charPricePerMonthUsd"] == Decimal("4.4")
