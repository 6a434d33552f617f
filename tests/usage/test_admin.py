"""Usage and prices on screen: drafts are written and published, waiting usage is rated, the rest is read-only."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from apps.common.periods import parse_month
from apps.pricing.models import Meter, PriceBook, PriceVersion
from apps.pricing.services import PriceSlot, PriceTerms, draft_price_version, list_price_book, publish_price_version
from apps.usage import models
from apps.usage.services import close_month
from tests.factories import create_organization
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send, several

pytestmark = pytest.mark.django_db
MICRO = 1_000_000
DRAFT = {
    "model": "",
    "effective_from_0": "2031-01-01",
    "effective_from_1": "00:00:00",
    "effective_to_0": "",
    "effective_to_1": "",
    "scheme": "per_unit",
    "unit_price": "",
    "micros_per_million": "",
    "input_micros_per_million": "",
    "output_micros_per_million": "",
    "tiers": "",
    "package_size_micros": "0",
    "package_price_micros": "0",
    "minimum_micros": "0",
}


@pytest.fixture(autouse=True)
def ann(client):
    person = User.objects.create_superuser("ann")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def acme(now):
    return create_organization(now)


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


def fill_in(client, address, step="confirm", **typed):
    token = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode()).group(1)
    return client.post(address, {"_step": step, "token": token, "reason": "Because", **typed})


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]+)"', page.content.decode()).group(1)


def reviewed(client, address, meanwhile=lambda: None, **chosen):
    """Open a rating, review it, and confirm what the review showed."""
    opened = client.post(address, chosen) if chosen else client.get(address)
    typed = chosen | {"token": hidden(opened, "token"), "reason": "Because"}
    review = client.post(address, typed | {"_step": "review"})
    meanwhile()
    return client.post(address, typed | {"_step": "confirm", "_seen": hidden(review, "_seen")})


def write(client, meter, **terms):
    book = list_price_book(currency="USD", now=EARLY)
    return client.post(url("pricing_priceversion_add"), DRAFT | {"book": book.pk, "meter": meter.pk} | terms)


def draft(meter, now):
    return draft_price_version(
        slot=PriceSlot(
            book=list_price_book(currency="USD", now=now), meter=meter, effective_from=now.replace(year=2031)
        ),
        terms=PriceTerms(scheme="per_token", micros_per_million=5 * MICRO),
        created_by="staff:ann",
        now=now,
    )


class TestWritingPrices:
    def test_takes_the_price_of_one_unit(self, client):
        assert write(client, make_meter("call", "service"), unit_price="0.000000000005").status_code == 302
        row = PriceVersion.objects.get()
        assert (row.micros_per_million, row.status, row.created_by) == (5, "draft", "staff:ann")
        page = client.get(url("pricing_priceversion_change", row.pk)).content.decode()
        assert 'value="0.000000000005"' in page

    def test_takes_the_price_of_a_million_tokens(self, client):
        write(client, make_meter(), scheme="per_token", input_micros_per_million="0.5", output_micros_per_million="1.5")
        row = PriceVersion.objects.get()
        assert (row.input_micros_per_million, row.output_micros_per_million) == (500_000, 1_500_000)

    def test_takes_a_model_in_any_spelling(self, client):
        terms = {"scheme": "per_token", "micros_per_million": "1"}
        write(client, make_meter(), model=" Atlas-Mini ", **terms)
        row = PriceVersion.objects.get()
        assert row.model == "atlas-mini"
        typed = DRAFT | terms | {"book": row.book_id, "meter": row.meter_id, "model": "ATLAS-MAX"}
        page = url("pricing_priceversion_change", row.pk)
        assert client.post(page, typed | {"_seen": hidden(client.get(page), "_seen")}).status_code == 302
        row.refresh_from_db()
        assert row.model == "atlas-max"

    def test_takes_tiers_as_lines(self, client):
        write(client, make_meter("call", "service"), scheme="graduated", tiers="1000 0.0025\nrest 0.0015 3")
        row = PriceVersion.objects.get()
        assert row.tiers == [
            {"up_to_micros": 1_000_000_000, "micros_per_million": 2_500_000_000, "flat_micros": 0},
            {"up_to_micros": None, "micros_per_million": 1_500_000_000, "flat_micros": 3_000_000},
        ]
        assert "rest 0.0015 3" in client.get(url("pricing_priceversion_change", row.pk)).content.decode()
        publish_price_version(version_id=row.pk, published_by="staff:ann", now=EARLY)
        published = client.get(url("pricing_priceversion_change", row.pk)).content.decode()
        assert "1000 0.0025<br>rest 0.0015 3" in published

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({}, "scheme"),
            ({"scheme": "per_token", "micros_per_million": "1"}, "scheme"),
            ({"scheme": "volume", "tiers": "1000 5"}, "tiers"),
            ({"scheme": "volume", "tiers": "some 5"}, "tiers"),
            ({"scheme": "volume", "tiers": "rest x"}, "tiers"),
            ({"scheme": "volume", "tiers": "rest"}, "tiers"),
            ({"scheme": "volume", "tiers": "rest 1", "unit_price": "1"}, "unit_price"),
            ({"unit_price": "-1"}, "unit_price"),
            ({"unit_price": "0.0000000000001"}, "unit_price"),
            ({"unit_price": "99999999"}, "unit_price"),
            ({"micros_per_million": "-1"}, "micros_per_million"),
            ({"unit_price": "1", "effective_to_0": "2030-01-01", "effective_to_1": "00:00"}, "effective_to"),
        ],
    )
    def test_refuses_terms_beside_their_field(self, client, terms, field):
        answer = write(client, make_meter("call", "service"), **terms)
        assert list(answer.context["adminform"].form.errors) == [field]
        assert not PriceVersion.objects.exists()

    def test_a_form_without_a_meter_is_refused_there_alone(self, client):
        answer = client.post(
            url("pricing_priceversion_add"), DRAFT | {"book": list_price_book(currency="USD", now=EARLY).pk}
        )
        assert list(answer.context["adminform"].form.errors) == ["meter"]

    @pytest.mark.parametrize(
        ("terms", "text"),
        [
            ({"input_micros_per_million": 500_000, "output_micros_per_million": 1}, "0.50 USD in, 0.000001 USD out"),
            ({"scheme": "per_unit", "micros_per_million": 40_000_000_000}, "0.04 USD each"),
            ({"scheme": "package", "package_size_micros": 7_000_000, "package_price_micros": 1}, "for each 7"),
            (
                {
                    "scheme": "volume",
                    "tiers": [
                        {"up_to_micros": 5_000_000, "micros_per_million": 10**12},
                        {"up_to_micros": None, "micros_per_million": 0, "flat_micros": 2_000_000},
                    ],
                },
                "2 tiers, from 1.00 USD each",
            ),
        ],
    )
    def test_reads_as_it_is_charged(self, client, terms, text):
        version = price(make_meter(), **terms)
        assert text in client.get(url("pricing_priceversion_changelist")).content.decode()
        assert text in client.get(url("pricing_priceversion_change", version.pk)).content.decode()

    def test_shows_a_published_price_read_only(self, client):
        version = price(make_meter(), micros_per_million=500_000)
        page = client.get(url("pricing_priceversion_change", version.pk)).content.decode()
        assert 'name="micros_per_million"' not in page
        assert url("pricing_priceversion_publish", version.pk) not in page

    def test_freezes_what_a_priced_meter_counts(self, client):
        meter = make_meter()
        assert 'name="counts"' in client.get(url("pricing_meter_change", meter.pk)).content.decode()
        price(meter, micros_per_million=1)
        assert 'name="counts"' not in client.get(url("pricing_meter_change", meter.pk)).content.decode()

    def test_defines_a_meter(self, client):
        typed = {"name": "Calls", "slug": "call", "unit": "call", "kind": "service", "counts": "quantity"}
        units = {"explorer_units_micros": "0.5", "developer_units_micros": "0", "credits_micros": "0"}
        assert client.post(url("pricing_meter_add"), typed | units).status_code == 302
        assert Meter.objects.get().explorer_units_micros == 500_000
        distinct = typed | units | {"slug": "users", "counts": "unique"}
        refused = client.post(url("pricing_meter_add"), distinct)
        assert "names their dimension" in refused.content.decode()
        assert client.post(url("pricing_meter_add"), distinct | {"unique_of": "user"}).status_code == 302

    def test_opens_no_book_in_another_currency_than_its_organizations(self, client, acme):
        answer = client.post(url("pricing_pricebook_add"), {"name": "x", "currency": "EUR", "organization": acme.pk})
        assert "is billed in USD" in answer.content.decode()

    def test_opens_a_cost_book_for_an_account_of_a_provider(self, client):
        given = {"name": "Azure", "currency": "USD", "organization": "", "account": " Azure EU"}
        refused = client.post(url("pricing_pricebook_add"), given | {"purpose": "charge"})
        assert "Only a cost book is for an account of a provider." in refused.content.decode()
        assert client.post(url("pricing_pricebook_add"), given | {"purpose": "cost"}).status_code == 302
        assert PriceBook.objects.get().account == "azure eu"


class TestPublishing:
    def test_shows_what_would_change_and_publishes(self, client, acme, now):
        row = draft(make_meter(), now)
        send(acme, now, event("a", quantity=1))
        address = url("pricing_priceversion_publish", row.pk)
        assert "A second person" in fill_in(client, address, "review").content.decode()
        assert fill_in(client, address).status_code == 302
        row.refresh_from_db()
        assert (row.status, row.published_by) == ("published", "staff:ann")

    def test_ends_and_withdraws(self, client, now):
        meter = make_meter()
        version = price(meter, micros_per_million=1)
        fill_in(client, url("pricing_priceversion_end", version.pk), at_0="2032-01-01", at_1="00:00")
        version.refresh_from_db()
        assert version.effective_to.year == 2032
        later = price(meter, micros_per_million=2, start=version.effective_to)
        fill_in(client, url("pricing_priceversion_withdraw", later.pk))
        later.refresh_from_db()
        assert later.status == "withdrawn"

    def test_says_on_the_page_why_it_is_refused(self, client):
        version = price(make_meter(), micros_per_million=1)
        answer = fill_in(client, url("pricing_priceversion_withdraw", version.pk))
        assert (answer.status_code, "may already have been priced" in answer.content.decode()) == (422, True)


class TestQuarantine:
    def test_rates_all_that_have_a_price(self, client, acme, now):
        send(acme, now, *several(3, quantity=1), event("x", "nope"))
        price(make_meter(), micros_per_million=MICRO)
        answer = reviewed(client, url("usage_quarantinedevent_rate_all"))
        assert answer.status_code == 302
        assert models.QuarantinedEvent.objects.filter(state="quarantined").count() == 1

    def test_rates_what_the_review_showed_and_no_event_that_came_since(self, client, acme, now):
        meter = make_meter()
        send(acme, now, event("a", quantity=1, model="m1"))
        price(meter, micros_per_million=MICRO, model="m1")

        def later():
            send(acme, now, event("later", quantity=1_000, model="m2"))
            price(meter, micros_per_million=MICRO, model="m2")

        assert reviewed(client, url("usage_quarantinedevent_rate_all"), later).status_code == 302
        assert models.UsageEvent.objects.get(state="quarantined").event_id == "later"

    def test_charges_nothing_else_than_the_review_showed(self, client, acme, now):
        send(acme, now, event("a", quantity=1))
        price(make_meter(), micros_per_million=MICRO)
        waits = models.UsageEvent.objects.filter(state="quarantined")
        address = url("usage_quarantinedevent_rate_all")
        answer = reviewed(client, address, lambda: waits.update(quantity_micros=9 * MICRO))
        assert (answer.status_code, "The amounts have changed" in answer.content.decode()) == (422, True)
        assert fill_in(client, address).status_code == 422, "without a review"
        assert fill_in(client, address, _seen="made up").status_code == 422
        assert waits.count() == 1

    def test_says_that_nothing_has_a_price(self, client, acme, now):
        send(acme, now, event("a", "nope"))
        answer = fill_in(client, url("usage_quarantinedevent_rate_all"), _step="review")
        assert (answer.status_code, "None of these events has a price yet" in answer.content.decode()) == (422, True)

    def test_rates_the_chosen_ones(self, client, acme, now):
        send(acme, now, *several(3, quantity=1))
        price(make_meter(), micros_per_million=MICRO)
        row = models.UsageEvent.objects.order_by("pk").first()
        chosen = {"action": "rate_chosen", "_selected_action": row.pk}
        reviewed(client, url("usage_quarantinedevent_changelist"), **chosen)
        assert models.UsageEvent.objects.filter(state="rated").count() == 1


class TestReading:
    @pytest.fixture
    def used(self, acme, now):
        price(make_meter(), micros_per_million=MICRO)
        price(make_meter("character", "character"), micros_per_million=MICRO)
        send(acme, now, event(input_tokens=1, character="ann", model="m"), event("x", "nope"))
        return acme

    @pytest.mark.parametrize(
        "model",
        [models.UsagePosting, models.UsageDay, models.Counter, models.CharacterMonth, models.MonthClose],
    )
    def test_opens_every_list_and_row(self, client, used, now, model):
        close_month(month=parse_month("2026-10"), closed_by="system:test", now=now)
        name = f"usage_{model._meta.model_name}"
        for query in ({}, {"customer": "acme"}, {"customer": str(used.pk)}):
            assert client.get(url(f"{name}_changelist"), query).context["cl"].result_count > 0
        assert client.get(url(f"{name}_change", model.objects.order_by("pk").first().pk)).status_code == 200

    @pytest.mark.parametrize(("name", "event_id"), [("usageevent", "e1"), ("quarantinedevent", "x")])
    def test_shows_rated_events_and_those_that_wait_apart(self, client, used, name, event_id):
        for query in ({}, {"customer": "acme"}, {"q": event_id, "customer": "acme"}):
            listed = client.get(url(f"usage_{name}_changelist"), query).context["cl"].result_list
            assert [row.event_id for row in listed] == [event_id]
        assert client.get(url(f"usage_{name}_change", listed[0].pk)).status_code == 200

    @pytest.mark.parametrize("query", [{"q": "e1"}, {"charge_micros_from": "0"}, {"billing_mode": "byok"}])
    def test_asks_for_a_customer_or_days_where_no_index_finds_it(self, client, used, query):
        page = client.get(url("usage_usageevent_changelist"), query)
        assert (page.context["cl"].result_count, "Choose a customer or days first" in page.content.decode()) == (
            0,
            True,
        )

    def test_leads_from_a_day_to_its_events_and_from_an_event_to_its_price(self, client, used):
        days = client.get(url("usage_usageday_changelist")).content.decode()
        links = re.findall(r'href="(/admin/usage/usageevent/\?[^"]+)"', days)
        rows = [client.get(link.replace("&amp;", "&")).context["cl"].result_list for link in links]
        assert sorted(map(len, rows)) == [0, 1]
        row = models.UsageEvent.objects.get(state="rated")
        page = client.get(url("usage_usageevent_change", row.pk)).content.decode()
        assert url("pricing_priceversion_change", row.price_version_id) in page
        assert url("usage_usageposting_change", row.posting_id) in page
        postings = client.get(url("usage_usageposting_change", row.posting_id)).content.decode()
        assert f"posting__id__exact={row.posting_id}" in postings

    def test_costs_the_same_number_of_statements_for_many_events(
        self, client, used, now, django_assert_max_num_queries
    ):
        send(used, now, *several(200, prefix="m", quantity=1))
        client.get(url("usage_usageevent_changelist"))  # what needs a person is counted for the sidebar once a minute
        with django_assert_max_num_queries(8):
            client.get(url("usage_usageevent_changelist"))
