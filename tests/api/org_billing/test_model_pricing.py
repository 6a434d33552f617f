"""GET /api/v1/org/model-pricing"""

from decimal import Decimal

from django.test import Client

from apps.pricing.services import override_price_book
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described, assert_documented
from tests.pricing.factories import make_meter, price

URL = "/api/v1/org/model-pricing"


class TestModelPricing:
    def test_asks_who_is_calling(self, client):
        assert client.get(URL).status_code == 401

    def test_takes_sessions_only(self, acme):
        assert Client(headers=as_bearer(key_of(acme))).get(URL).status_code == 401

    def test_is_empty_where_no_model_is_priced(self, person):
        assert person.get(URL).json() == []

    def test_merges_the_list_with_the_organizations_own(self, person, acme, globex, now, exact):
        meter = make_meter()
        price(meter, model="small", input_micros_per_million=1, output_micros_per_million=123_456_789)
        price(meter, model="large", micros_per_million=3_000_000)
        price(meter, model="large", micros_per_million=2_000_000, book=override_price_book(organization=acme, now=now))
        price(meter, model="large", micros_per_million=9, book=override_price_book(organization=globex, now=now))
        answer = exact(person.get(URL))
        assert answer == [
            {"inputPricePer1K": Decimal("0.002"), "model": "large", "outputPricePer1K": Decimal("0.002")},
            {"inputPricePer1K": Decimal("0.000000001"), "model": "small", "outputPricePer1K": Decimal("0.123456789")},
        ]
        plain = person.get(URL).json()
        assert_documented("getModelPricing", plain)
        assert_described("getModelPricing", plain)
