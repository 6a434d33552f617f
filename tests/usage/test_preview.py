"""A draft's preview prices the last 30 days again; publishing above the limit takes two people."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from apps.approvals.errors import AlreadyRequested, ApprovalClosed, ApprovalRequired
from apps.approvals.models import SoloAction
from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.pricing.models import Meter, PriceVersion
from apps.pricing.services import (
    AliasTerms,
    ListTerms,
    PriceSlot,
    PriceTerms,
    choose_kept_prices,
    draft_price_version,
    import_price_list,
    list_price_book,
    name_model,
    override_price_book,
)
from apps.usage.actions import PublishPrice, PublishPriceList, TermsChanged, change_rows
from apps.usage.preview import preview_price, preview_price_list, preview_without
from apps.usage.selectors.previewed_usage import chosen_days
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

TWO = {"cells": [{"of": "input", "yoctos": "2000000000000000000"}]}
FIVE = {"cells": {"cells": [{"of": "input", "yoctos": "5000000000000000000"}]}}
LISTED = {"m1": 3e-6, "m2": 1.0, "m3": 1e-6}
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db
MICRO = 1_000_000


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def chat(acme, now):
    """Ten tokens of acme at 2 micros in the window, split by model and month, and ten outside of it."""
    meter = make_meter()
    price(meter, micros_per_million=2 * MICRO)
    send(
        acme,
        now,
        event("a", quantity=4, model="m1"),
        event("b", quantity=6, time="2026-10-20T00:00:00Z"),
        event("c", quantity=10, time="2026-10-19T23:59:59Z"),
        event("d", quantity=50, billing_mode="byok"),
    )
    return meter


@pytest.fixture
def people(db):
    return [User.objects.create_superuser(name) for name in ("ann", "bob")]


def draft(meter, now, *, book=None, model="", **terms):
    terms = {"scheme": "per_token", "micros_per_million": 5 * MICRO} | terms
    return draft_price_version(
        slot=PriceSlot(
            book=book or list_price_book(currency="USD", now=now),
            meter=meter,
            model=model,
            effective_from=now.replace(year=2027),
        ),
        terms=PriceTerms(**terms),
        created_by="staff:ann",
        now=now,
    )


def shown(preview):
    return [(change.organization.slug, change.before_micros, change.after_micros) for change in preview.changes]


class TestPreviewPrice:
    def test_prices_the_last_thirty_days_again(self, chat, now):
        preview = preview_price(draft(chat, now), now)
        assert (shown(preview), preview.change_micros) == ([("acme", 20, 50)], 30)

    def test_starts_tiers_anew_in_each_month(self, chat, now):
        tiers = [
            {"up_to_micros": 4_000_000, "micros_per_million": 0},
            {"up_to_micros": None, "micros_per_million": 10**12},
        ]
        preview = preview_price(draft(chat, now, scheme="graduated", micros_per_million=None, tiers=tiers), now)
        assert shown(preview) == [("acme", 20, 2_000_000)]

    def test_of_a_model_counts_that_model_alone(self, chat, now):
        assert shown(preview_price(draft(chat, now, model="m1"), now)) == [("acme", 8, 20)]

    def test_leaves_out_what_another_price_goes_on_pricing(self, chat, now):
        price(chat, micros_per_million=2 * MICRO, model="m1", start=now)
        assert shown(preview_price(draft(chat, now), now)) == [("acme", 12, 30)]

    def test_of_ones_own_price_concerns_nobody_else(self, chat, acme, now):
        other = create_organization(now, "other")
        send(other, now, event("x", quantity=100))
        own = override_price_book(organization=acme, now=now)
        assert shown(preview_price(draft(chat, now, book=own), now)) == [("acme", 20, 50)]

    def test_leaves_out_who_has_a_price_of_their_own(self, chat, acme, now):
        price(chat, micros_per_million=2 * MICRO, book=override_price_book(organization=acme, now=now), start=now)
        assert shown(preview_price(draft(chat, now), now)) == []

    def test_says_where_the_draft_cannot_price(self, chat, now):
        terms = {"micros_per_million": None, "input_micros_per_million": 1, "output_micros_per_million": 1}
        preview = preview_price(draft(chat, now, **terms), now)
        assert (shown(preview), preview.change_micros) == ([("acme", 20, None)], 20)

    @pytest.mark.parametrize("model", ["", "m1"])
    def test_says_that_calls_of_units_alone_would_wait(self, chat, acme, now, model):
        send(acme, now, event("e", model="m1", input_tokens=0, output_tokens=0, quantities={"seconds": 8}))
        preview = preview_price(draft(chat, now, model=model), now)
        (change,) = preview.changes
        assert (change.difference_micros, change.leaves_calls) == (12 if model else 30, True)
        assert change_rows(preview, "USD")[0].after.endswith("USD, and calls would wait in quarantine")
        send(acme, now, event("f", model="m2", input_tokens=1, quantities={"seconds": 8}))
        assert not preview_price(draft(chat, now, model="m2"), now).changes[0].leaves_calls
        priced = {"cells": [*TWO["cells"], {"of": "seconds", "yoctos": "1"}]}
        with_table = draft(chat, now, model="m1", scheme="cells", micros_per_million=None, cells=priced)
        assert not any(each.leaves_calls for each in preview_price(with_table, now).changes)

    def test_says_nothing_where_nothing_changes(self, chat, now):
        assert preview_price(draft(chat, now, micros_per_million=2 * MICRO), now).changes == []

    def test_counts_a_minimum_once_for_each_customer(self, chat, acme, now):
        send(create_organization(now, "other"), now, event("x", quantity=1))
        preview = preview_price(draft(chat, now, micros_per_million=2 * MICRO, minimum_micros=90), now)
        assert shown(preview) == [("other", 2, 90), ("acme", 20, 90)]

    def test_counts_the_minimum_that_goes(self, chat, now):
        price(chat, micros_per_million=2 * MICRO, minimum_micros=90, start=now)
        assert shown(preview_price(draft(chat, now), now)) == [("acme", 90, 50)]
        assert shown(preview_without(PriceVersion.objects.get(minimum_micros=90), now)) == [("acme", 90, None)]

    def test_reads_day_totals_in_a_few_statements(self, chat, now, django_assert_num_queries):
        row = draft(chat, now)
        with django_assert_num_queries(6):
            preview_price(row, now)


class TestPublishing:
    def ask(self, row, by, now, key="staff:1"):
        return submit(PublishPrice.of(row, reason="new list", key=key, now=now), by=by, now=now)

    def test_is_done_at_once_below_the_limit(self, chat, people, now):
        row = draft(chat, now)
        assert self.ask(row, people[0], now) is None
        row.refresh_from_db()
        assert (row.status, row.published_by) == ("published", "staff:ann")

    def test_counts_in_the_sum_of_a_day_for_all_customers(self, chat, people, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 33
        of_model = draft(chat, now, model="m1", micros_per_million=3 * MICRO)
        of_all = draft(chat, now)
        assert self.ask(of_model, people[0], now) is None
        assert self.ask(of_all, people[0], now, key="staff:2").amount_micros == 30
        assert SoloAction.objects.get().amount_micros == 4

    def test_is_asked_for_once_while_usage_goes_on(self, chat, acme, people, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 29
        row, (ann, bob) = draft(chat, now), people
        asked = self.ask(row, ann, now)
        send(acme, now, event("more", quantity=4))
        with pytest.raises(AlreadyRequested):
            self.ask(row, bob, now, key="staff:2")
        assert self.ask(row, ann, now).pk == asked.pk

    def test_sent_twice_is_done_once(self, chat, people, now):
        row = draft(chat, now)
        assert [self.ask(row, people[0], now), self.ask(row, people[0], now)] == [None, None]
        assert SoloAction.objects.count() == 1

    def test_is_as_large_as_the_minimum_that_the_first_event_of_a_customer_costs(self, people, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 29
        row = draft(make_meter("unused"), now, minimum_micros=30)
        assert self.ask(row, people[0], now).amount_micros == 30

    def test_is_not_done_when_the_meter_counts_something_else_after_that(self, chat, people, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 29
        row, (ann, bob) = draft(chat, now), people
        asked = self.ask(row, ann, now)
        approve(approval_id=asked.pk, by=bob, now=now)
        Meter.objects.filter(pk=chat.pk).update(unknown_models="any_model")
        with pytest.raises(TermsChanged):
            execute(asked.pk, now=now)

    def test_asks_a_second_person_above_it_and_is_done_once_they_agree(self, chat, people, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 29
        row, (ann, bob) = draft(chat, now), people
        asked = self.ask(row, ann, now)
        assert (asked.amount_micros, asked.subject_id, self.ask(row, ann, now).pk) == (30, str(row.pk), asked.pk)
        with pytest.raises(ApprovalRequired):
            execute(asked.pk, now=now)
        approve(approval_id=asked.pk, by=bob, now=now)
        execute(asked.pk, now=now)
        row.refresh_from_db()
        assert (row.status, row.published_by) == ("published", "staff:ann")
        with pytest.raises(ApprovalClosed):
            execute(asked.pk, now=now)

    def test_is_not_done_when_the_terms_changed_after_that(self, chat, people, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 29
        row, (ann, bob) = draft(chat, now), people
        asked = self.ask(row, ann, now)
        approve(approval_id=asked.pk, by=bob, now=now)
        PriceVersion.objects.filter(pk=row.pk).update(micros_per_million=900 * MICRO)
        with pytest.raises(TermsChanged):
            execute(asked.pk, now=now)
        row.refresh_from_db()
        assert row.status == "draft"

    def test_counts_the_change_in_the_books_currency(self, chat, people, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 29
        settings.APPROVAL_LIMIT_RATES = {"USD": "2"}
        assert self.ask(draft(chat, now), people[0], now) is None


class TestModelsLeftWithoutPrice:
    WOULD_WAIT = "Other models used in the last 90 days that would wait for a price of their own"

    def shown(self, action, people, now):
        return [change.after for change in action.preview(by=people[0], now=now) if change.what == self.WOULD_WAIT]

    def test_are_named_before_the_first_model_gets_its_own_price(self, acme, chat, people, now):
        send(acme, now, *(event(model, model=model, quantity=1) for model in ("m1", "m2", "m3")))
        send(acme, now, event("old", model="m4", quantity=1, time="2026-08-01T00:00:00Z"), event("none", quantity=1))
        first = draft(chat, now, model="m1")
        action = PublishPrice.of(first, reason="Own price", key="k", now=now)
        assert self.shown(action, people, now) == ["2: m2, m3"]
        raw = json.dumps({"m1": {"input_cost_per_token": 1e-6}, "m2": {"input_cost_per_token": 1e-6}}).encode()
        terms = ListTerms(book=first.book, meter=chat, effective_from=now + DAY)
        imported = import_price_list(terms=terms, file_name="l", raw=raw, reason="r", created_by="staff:ann", now=now)
        action = PublishPriceList.of(imported, starts_at=None, reason="New list", key="l", now=now)
        assert self.shown(action, people, now) == ["1: m3"]
        Meter.objects.update(unknown_models="any_model")
        action = PublishPrice.of(PriceVersion.objects.get(pk=first.pk), reason="Own price", key="k", now=now)
        assert self.shown(action, people, now) == []

    def test_an_own_price_leaves_only_that_customers_models(self, acme, chat, people, now):
        other = create_organization(now, "globex")
        for customer in (acme, other):
            send(customer, now, event("x", model=customer.slug, quantity=1))
        own = draft(chat, now, model="m1", book=override_price_book(organization=acme, now=now))
        action = PublishPrice.of(own, reason="Own price", key="k", now=now)
        assert self.shown(action, people, now) == ["1: acme"]


class TestPreviewPriceList:
    def test_prices_past_calls_by_customer_and_model(self, acme, now):
        meter = make_meter()
        price(meter, model="m1", scheme="cells", cells=TWO)
        price(meter, model="m2", scheme="cells", cells=TWO)
        own = override_price_book(organization=acme, now=now)
        price(meter, book=own, model="m2", scheme="cells", cells=TWO)
        send(acme, now, event("a", model="m1", input_tokens=1_000_000), event("b", model="m2", input_tokens=5))
        send(acme, now, event("c", model="m3", input_tokens=1_000_000))
        raw = json.dumps({model: {"input_cost_per_token": price} for model, price in LISTED.items()}).encode()
        terms = ListTerms(book=list_price_book(currency="USD", now=now), meter=meter, effective_from=now + DAY)
        imported = import_price_list(
            terms=terms, file_name="l", raw=raw, reason="New list", created_by="staff:ann", now=now
        )
        preview, lines = preview_price_list(imported, now)
        assert shown(preview) == [("acme", 2_000_000, 4_000_000)]
        assert [(line.model, line.before_micros, line.after_micros) for line in lines] == [
            ("m1", 2_000_000, 3_000_000),
            ("m3", 0, 1_000_000),
        ]
        window = chosen_days(date(2026, 8, 3), date(2026, 8, 3))
        assert preview_price_list(imported, now, window)[1] == []
        send(acme, now, event("d", model="m1", time="2026-08-03T23:59:59Z", input_tokens=2_000_000))
        _, lines = preview_price_list(imported, now, window)
        assert [(line.model, line.before_micros, line.after_micros) for line in lines] == [("m1", 4 * MICRO, 6 * MICRO)]

    def test_who_keeps_old_prices_still_pays_the_lists_prices_of_new_models(self, acme, now):
        meter, book = make_meter(), list_price_book(currency="USD", now=now)
        price(meter, model="m1", scheme="cells", cells=TWO)
        send(acme, now, *(event(model, model=model, input_tokens=1_000_000) for model in LISTED))
        raw = json.dumps({model: {"input_cost_per_token": price} for model, price in LISTED.items()}).encode()
        terms = ListTerms(book=book, meter=meter, effective_from=now + DAY)
        imported = import_price_list(
            terms=terms, file_name="l", raw=raw, reason="New list", created_by="staff:ann", now=now
        )
        choose_kept_prices(imported=imported, until={acme: None}, created_by="staff:ann", now=now)
        preview, lines = preview_price_list(imported, now)
        assert {line.model for line in lines} == LISTED.keys() - {"m1"}
        assert preview.change_micros == sum(line.after_micros for line in lines) > 0

    def test_names_usage_as_the_list_would_price_it(self, acme, now):
        meter, book = make_meter(), list_price_book(currency="USD", now=now)
        price(meter, model="m1", scheme="cells", cells=TWO)
        sent = (("a", "m1", "azure"), ("b", "M2", "Azure"), ("c", "m2", "other"))
        for name, model, provider in sent:
            send(acme, now, event(name, model=model, provider=provider, input_tokens=1_000_000))
        listed = {"azure/m1": 5e-6, "azure/m2": 6e-6}
        raw = json.dumps({model: {"input_cost_per_token": each} for model, each in listed.items()}).encode()
        terms = ListTerms(book=book, meter=meter, effective_from=now + DAY)
        imported = import_price_list(
            terms=terms, file_name="l", raw=raw, reason="New list", created_by="staff:ann", now=now
        )
        _, lines = preview_price_list(imported, now)
        assert [(line.model, line.before_micros, line.after_micros) for line in lines] == [
            ("azure/m1", 2 * MICRO, 5 * MICRO),
            ("azure/m2", 0, 6 * MICRO),
        ]

    def test_counts_the_charges_of_models_whose_price_ends(self, acme, now):
        meter, book = make_meter(), list_price_book(currency="USD", now=now)
        for model in ("m1", "gone"):
            price(meter, model=model, scheme="cells", cells=TWO)
        send(acme, now, event("a", model="m1", input_tokens=5), event("b", model="gone", input_tokens=1_000_000))
        terms = ListTerms(book=book, meter=meter, effective_from=now + DAY, ends_gone=True)
        raw = json.dumps({"m1": {"input_cost_per_token": 2e-6}}).encode()
        imported = import_price_list(
            terms=terms, file_name="l", raw=raw, reason="New list", created_by="staff:ann", now=now
        )
        preview, lines = preview_price_list(imported, now)
        assert [(line.model, line.before_micros, line.after_micros) for line in lines] == [("gone", 2_000_000, None)]
        assert (shown(preview), preview.change_micros) == ([("acme", 2_000_000, None)], 2_000_000)
        action = PublishPriceList.of(imported, starts_at=None, reason="New list", key="k", now=now)
        assert (action.amount_micros, action.figures(now)["Prices that end without a successor"]) == (2_000_000, "1")


class TestNames:
    """Usage is previewed under the name that publication would give it."""

    @pytest.fixture
    def listed(self, acme, now):
        meter = make_meter()
        price(meter, model="m1", scheme="cells", cells=TWO)
        name_model(
            terms=AliasTerms(meter_id=meter.pk, name="nick", target="m1"),
            effective_from=now - 9 * DAY,
            reason="Same",
            created_by="staff:ann",
            now=now - 9 * DAY,
        )
        return meter

    def previewed(self, meter, model, now):
        return shown(
            preview_price(draft(meter, now, model=model, micros_per_million=None, scheme="cells", **FIVE), now)
        )

    def imported(self, meter, prices, now):
        raw = json.dumps({model: {"input_cost_per_token": each} for model, each in prices.items()}).encode()
        terms = ListTerms(book=list_price_book(currency="USD", now=now), meter=meter, effective_from=now + DAY)
        row = import_price_list(terms=terms, file_name="l", raw=raw, reason="New", created_by="staff:ann", now=now)
        return [(each.model, each.before_micros, each.after_micros) for each in preview_price_list(row, now)[1]]

    def test_a_price_of_a_name_with_its_provider_counts_usage_of_both_parts(self, acme, listed, now):
        sent = {"a": {"model": "m1", "provider": "Azure"}, "b": {"model": "m2", "provider": "azure"}}
        send(acme, now, *(event(name, input_tokens=MICRO, **texts) for name, texts in sent.items()))
        assert self.previewed(listed, "azure/m1", now) == [("acme", 2 * MICRO, 5 * MICRO)]
        assert self.previewed(listed, "azure/m2", now) == [("acme", 0, 5 * MICRO)]

    def test_a_price_of_an_alias_takes_its_usage_over(self, acme, listed, now):
        send(acme, now, event("a", model="Nick", input_tokens=MICRO), event("b", model="m1", input_tokens=MICRO))
        assert self.previewed(listed, "nick", now) == [("acme", 2 * MICRO, 5 * MICRO)]
        assert self.imported(listed, {"nick": 7e-6, "m1": 3e-6}, now) == [
            ("m1", 2 * MICRO, 3 * MICRO),
            ("nick", 2 * MICRO, 7 * MICRO),
        ]

    def test_usage_waiting_under_an_alias_counts_with_the_model_that_gets_a_price(self, acme, listed, now):
        other = override_price_book(organization=create_organization(now, "other"), now=now)
        price(listed, book=other, model="m9", scheme="cells", cells=TWO)
        name_model(
            terms=AliasTerms(meter_id=listed.pk, name="later-*", target="m9"),
            effective_from=now - DAY,
            reason="New model",
            created_by="staff:ann",
            now=now - DAY,
        )
        send(acme, now, event("a", model="later-x", input_tokens=MICRO))
        assert self.previewed(listed, "m9", now) == [("acme", 0, 5 * MICRO)]
        assert self.imported(listed, {"m9": 7e-6}, now) == [("m9", 0, 7 * MICRO)]

    def test_a_price_that_ends_leaves_its_usage_to_the_alias_of_its_name(self, acme, listed, now):
        price(listed, model="nick", scheme="cells", cells=FIVE["cells"])
        send(acme, now, event("a", model="nick", input_tokens=MICRO))
        found = preview_without(PriceVersion.objects.get(model="nick"), now)
        assert shown(found) == [("acme", 5 * MICRO, 2 * MICRO)]
