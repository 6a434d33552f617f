"""The price that applies: an own price before the list, a model's before any model's, by the event's time."""

from datetime import timedelta

import pytest

from apps.pricing.rating import TokenPrices
from apps.pricing.selectors import model_prices, price_index, price_sheet
from apps.pricing.services import override_price_book
from tests.pricing.factories import EARLY, make_meter, price

pytestmark = pytest.mark.django_db


def found(organization, meter, at, model=""):
    index = price_index(
        organization_ids=[organization.pk], currencies=[organization.currency], start=at, end=at, meter_ids=[meter.pk]
    )
    result = index.find(
        organization_id=organization.pk, currency=organization.currency, meter_id=meter.pk, model=model, at=at
    )
    return result and result.version_id


@pytest.fixture
def own(organization, now):
    return override_price_book(organization=organization, now=now)


class TestFind:
    def test_knows_no_price_of_another_currency(self, organization, now):
        meter = make_meter()
        price(meter, micros_per_million=1)
        organization.currency = "EUR"
        assert found(organization, meter, now) is None

    def test_prefers_a_model_to_any_model(self, organization, now):
        meter = make_meter(unknown_models="any_model")
        anything, named = price(meter, micros_per_million=1), price(meter, model="m1", micros_per_million=2)
        assert [found(organization, meter, now, model) for model in ("m1", "m2", "")] == [
            named.pk,
            anything.pk,
            anything.pk,
        ]

    def test_prefers_ones_own_price_even_to_the_lists_price_of_the_model(self, organization, own, now):
        meter = make_meter()
        price(meter, model="m1", micros_per_million=2)
        mine = price(meter, book=own, micros_per_million=1)
        assert found(organization, meter, now, "m1") == mine.pk

    def test_has_none_for_an_unknown_model_where_others_have_their_own(self, organization, now):
        meter = make_meter()
        anything, _ = price(meter, micros_per_million=1), price(meter, model="m1", micros_per_million=2)
        assert [found(organization, meter, now, model) for model in ("m2", "openai/m1", "")] == [
            None,
            None,
            anything.pk,
        ]

    def test_is_the_price_for_any_model_while_no_model_has_its_own(self, organization, now):
        meter = make_meter()
        anything, _ = price(meter, micros_per_million=1), price(meter, model="m1", micros_per_million=2, start=now)
        before = now - timedelta(microseconds=1)
        assert (found(organization, meter, before, "m2"), found(organization, meter, now, "m2")) == (anything.pk, None)

    def test_is_ones_own_price_for_any_model_whatever_models_the_list_names(self, organization, own, now):
        meter = make_meter()
        price(meter, model="m1", micros_per_million=2)
        mine = price(meter, book=own, micros_per_million=1)
        assert found(organization, meter, now, "m2") == mine.pk

    def test_is_ones_own_price_for_any_model_where_the_list_knows_the_model(self, organization, own, now):
        meter = make_meter()
        price(meter, model="m1", micros_per_million=2)
        price(meter, book=own, model="m3", micros_per_million=3)
        mine = price(meter, book=own, micros_per_million=1)
        assert (found(organization, meter, now, "m1"), found(organization, meter, now, "m2")) == (mine.pk, None)

    @pytest.mark.parametrize("written", ["Atlas-Mini", " atlas-mini ", "ATLAS-MINI"])
    def test_reads_a_model_however_its_price_was_written(self, organization, now, written):
        meter = make_meter()
        named = price(meter, model=written, micros_per_million=2)
        assert (named.model, found(organization, meter, now, "atlas-mini")) == ("atlas-mini", named.pk)

    def test_changes_at_the_first_moment_of_the_next_version(self, organization, now):
        meter = make_meter()
        old, new = price(meter, micros_per_million=1), price(meter, micros_per_million=2, start=now)
        before = found(organization, meter, now - timedelta(microseconds=1))
        assert (before, found(organization, meter, now)) == (old.pk, new.pk)

    def test_has_none_before_the_first_version(self, organization):
        meter = make_meter()
        price(meter, micros_per_million=1)
        assert found(organization, meter, EARLY - timedelta(microseconds=1)) is None


class TestPriceSheet:
    def test_shows_unit_prices_by_slug(self, organization, own, now, django_assert_num_queries):
        price(make_meter("memory_write", "event"), micros_per_million=7)
        search = make_meter("search", "service")
        price(search, micros_per_million=5)
        price(search, book=own, micros_per_million=4)
        price(make_meter(), input_micros_per_million=1, output_micros_per_million=2, micros_per_million=3)
        price(make_meter("character", "character"), micros_per_million=9)
        with django_assert_num_queries(2):
            sheet = price_sheet(organization, now)
        assert (sheet.events, sheet.services) == ({"memory_write": 7}, {"search": 4})
        assert (sheet.tokens, sheet.character) == (TokenPrices(1, 2, 3), 9)

    def test_is_empty_where_nothing_is_priced(self, organization, now):
        make_meter("search", "service")
        sheet = price_sheet(organization, now)
        assert (sheet.services, sheet.tokens.input, sheet.character) == ({}, None, None)


class TestModelPrices:
    def test_merges_the_list_with_ones_own(self, organization, own, now, django_assert_num_queries):
        meter = make_meter()
        price(meter, model="large", input_micros_per_million=3, output_micros_per_million=9)
        price(meter, model="small", micros_per_million=1)
        price(meter, book=own, model="large", input_micros_per_million=2, output_micros_per_million=8)
        with django_assert_num_queries(2):
            shown = model_prices(organization, now)
        assert [(row.model, row.prices.input, row.prices.output) for row in shown] == [
            ("large", 2, 8),
            ("small", 1, 1),
        ]
