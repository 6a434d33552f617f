"""Aliases of models: resolved at ingest, stored with the event, and applied to waiting usage by one action."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.approvals.models import Approval
from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.pricing.errors import AliasInvalid, AliasOverlaps
from apps.pricing.models import ModelAlias, PriceBook
from apps.pricing.selectors import priced_models
from apps.pricing.services import LEAD, AliasTerms, end_alias, name_model
from apps.usage.actions import NameModel, PublishPrice
from apps.usage.models import UnknownModel, UsageEvent
from apps.usage.selectors import FutureWork, estimate_charge
from apps.usage.services import check_usage
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.factories import create_organization
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_preview import draft

pytestmark = pytest.mark.django_db
MICRO = 1_000_000
CALL = {"input_tokens": 1_000_000, "output_tokens": 100_000}


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def chat(db):
    """Prices per million: 0.80 for nimbus-3; 3 in and 15 out for any other model, whose usage waits for an alias."""
    meter = make_meter()
    price(meter, micros_per_million=800_000, model="nimbus-3")
    price(meter, input_micros_per_million=3 * MICRO, output_micros_per_million=15 * MICRO)
    return meter


@pytest.fixture
def ann(db):
    return User.objects.create_superuser("ann")


def charged(organization, now):
    figures = wallet_figures(organization, now)
    return figures.outstanding_micros - figures.balance_micros


def give(meter, name, target, start=EARLY, now=EARLY):
    given = {"terms": terms(meter, name, target), "effective_from": start}
    return name_model(**given, reason="same model", created_by="staff:ann", now=now)


def terms(meter, name, target):
    return AliasTerms(meter_id=meter.pk, name=name, target=target)


def names():
    return list(UsageEvent.objects.order_by("id").values_list("model", "model_sent", "charge_micros"))


class TestAtIngest:
    def test_spelling_alone_makes_no_other_name(self, acme, chat, now):
        send(acme, now, event(model=" Nimbus-3", **CALL))
        assert names() == [("nimbus-3", " Nimbus-3", 880_000)]

    def test_a_prefixed_name_waits_for_the_alias(self, acme, chat, now):
        assert send(acme, now, event(model="acme/nimbus-3", **CALL)).quarantined == 1
        assert names() == [("acme/nimbus-3", "", 0)]

    def test_an_alias_prices_and_names_the_event_and_keeps_what_was_sent(self, acme, chat, now):
        give(chat, "acme/nimbus-3", "nimbus-3")
        send(acme, now, event("a", model="Acme/Nimbus-3", **CALL), event("b", model="nimbus-3", provider="acme"))
        send(acme, now, event("c", model="nimbus-3", provider="ACME", **CALL))
        assert names() == [("nimbus-3", "Acme/Nimbus-3", 880_000), ("nimbus-3", "", 880_000)]
        assert send(acme, now, event("a", model="acme/nimbus-3", **CALL)).duplicate == 1
        assert list(check_usage()) == []

    def test_a_price_of_the_name_itself_comes_first(self, acme, chat, now):
        give(chat, "acme/nimbus-3", "nimbus-3")
        price(chat, micros_per_million=MICRO, model="acme/nimbus-3")
        send(
            acme, now, event("a", model="acme/nimbus-3", **CALL), event("b", model="nimbus-3", provider="acme", **CALL)
        )
        assert [(name, amount) for name, _, amount in names()] == [("acme/nimbus-3", 1_100_000)] * 2

    def test_patterns_come_after_names_and_the_one_with_more_literals_first(self, acme, chat, now):
        for model, cents in (("exact", 1), ("dated", 2), ("gpt-4o", 3)):
            price(chat, micros_per_million=cents * MICRO, model=model)
        give(chat, "openai/*", "*")
        give(chat, "gpt-4o-####-##-##", "dated")
        give(chat, "gpt-4o-2024-05-13", "exact")
        for number, model in enumerate(
            ("openai/gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-05-13", "gpt-4o-2024-o5-13")
        ):
            send(acme, now, event(str(number), model=model, **CALL))
        assert [name for name, *_ in names()] == ["gpt-4o", "dated", "exact", "gpt-4o-2024-o5-13"]

    def test_an_alias_holds_for_the_time_of_the_usage(self, acme, chat, now):
        alias = give(chat, "n3", "nimbus-3", start=now - timedelta(hours=1))
        end_alias(alias_id=alias.pk, at=now + timedelta(hours=1), now=now)
        later = now + timedelta(hours=2)
        for number, moment in enumerate((now - timedelta(hours=2), now, now + timedelta(hours=1))):
            send(acme, later, event(str(number), model="n3", time=moment.isoformat(), **CALL))
        assert [name for name, *_ in names()] == ["n3", "nimbus-3", "n3"]

    def test_where_only_models_have_prices_an_unknown_name_is_told_from_a_missing_price(self, acme, now):
        price(make_meter(), micros_per_million=MICRO, model="nimbus-3")
        send(acme, now, event(model="acme/nimbus-3", **CALL))
        assert UsageEvent.objects.get().reason == "unknown_model"

    def test_estimates_find_the_same_price(self, acme, chat, now):
        give(chat, "n3", "nimbus-3")
        assert estimate_charge(acme, FutureWork(model="n3", **CALL), now).amount == 880_000

    @pytest.mark.django_db(transaction=True)
    def test_aliases_take_no_statement_of_their_own(self, acme, chat, now):
        for number in range(20):
            give(chat, f"p{number}/*", "*")
        with CaptureQueriesContext(connection) as captured:
            send(acme, now, *(event(str(n), model=f"p{n % 20}/nimbus-3", provider="x", **CALL) for n in range(300)))
        assert len(captured) <= 5
        assert set(UsageEvent.objects.values_list("model", flat=True)) == {"nimbus-3"}


class TestWhatAnAliasMayBe:
    @pytest.mark.parametrize(
        ("name", "target", "told"),
        [
            ("n3", "nimbus-4", "no price is published for nimbus-4"),
            ("nimbus-3", "nimbus-3", "cannot be an alias of itself"),
            ("other", "n3", "no price is published for n3"),
            ("n3", "*", "only a pattern"),
            ("*/*", "*", "at most one *"),
            ("*", "nimbus-3", "at most one *"),
            ("n#", "*", "is a name, or"),
            ("n3\n\u200b4", "nimbus-3", "printable"),
        ],
    )
    def test_is_refused_by_name(self, chat, name, target, told):
        give(chat, "a1#", "nimbus-3")
        with pytest.raises(AliasInvalid) as refused:
            give(chat, name, target)
        assert told in str(refused.value.detail)

    def test_a_meter_has_a_limited_number_of_patterns(self, chat):
        for number in range(64):
            give(chat, f"p{number:02}/*", "*")
        with pytest.raises(AliasInvalid, match="at most 64 patterns"):
            give(chat, "another/*", "*")
        give(chat, "a-name", "nimbus-3")

    def test_an_alias_of_an_alias_is_refused(self, chat):
        give(chat, "n3", "nimbus-3")
        price(chat, micros_per_million=MICRO, model="n3")
        with pytest.raises(AliasInvalid) as refused:
            give(chat, "n4", "n3")
        assert (refused.value.code, refused.value.field) == ("alias_of_alias", "target")
        assert list(ModelAlias.objects.values_list("name", flat=True)) == ["n3"]

    def test_a_pattern_that_matches_the_names_of_another_is_refused(self, chat):
        give(chat, "a1#", "nimbus-3")
        with pytest.raises(AliasInvalid, match="a1# names the same models") as refused:
            give(chat, "a#1", "nimbus-3")
        assert (refused.value.code, refused.value.field) == ("ambiguous_pattern", "name")

    def test_names_never_lead_in_a_circle(self, acme, chat, now):
        give(chat, "a", "nimbus-3")
        for name, target in (("nimbus-3", "a"), ("b", "a"), ("a", "a"), ("*", "a")):
            with pytest.raises(AliasInvalid):
                give(chat, name, target)
        give(chat, "loop/*", "*")
        give(chat, "nimbus-*", "nimbus-3")  # the pattern matches its own target, which has a price
        sent = ("loop/nimbus-9", "loop/loop/nimbus-3", "loop/a", "nimbus-9", "loop/nimbus-3", "a", "loop/")
        send(acme, now, *(event(str(number), model=name, **CALL) for number, name in enumerate(sent)))
        # An alias is applied once: if its target has no price, usage waits under its own name.
        assert [name for name, *_ in names()] == [*sent[:3], "nimbus-3", "nimbus-3", "nimbus-3", "loop/"]
        assert [amount for *_, amount in names()] == [0, 0, 0, 880_000, 880_000, 880_000, 0]

    def test_a_pattern_is_read_in_one_pass_whatever_it_says(self, acme, chat, now):
        give(chat, "(a+)+" + "a" * 59 + "*" + "a" * 59 + "$x", "nimbus-3")
        give(chat, "#" * 63 + "*" + "#" * 60 + ".y", "nimbus-3")
        hostile = ("a" * 128, "(a+)+" + "a" * 119 + "$x", "1" * 128, "1" * 126 + ".y", "1" * 126 + "zy")
        send(acme, now, *(event(str(number), model=name, **CALL) for number, name in enumerate(hostile)))
        assert [name == "nimbus-3" for name, *_ in names()] == [False, True, False, True, False]

    def test_a_name_means_one_thing_at_a_time(self, chat):
        price(chat, micros_per_million=MICRO, model="other")
        give(chat, "n3", "nimbus-3")
        with pytest.raises(AliasOverlaps):
            give(chat, "N3", "other")

    def test_never_changes(self, chat, now):
        alias = give(chat, "n3", "nimbus-3")
        for change in ({"target": "other"}, {"effective_from": now}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ModelAlias.objects.filter(pk=alias.pk).update(**change)
        with pytest.raises(AliasInvalid):
            end_alias(alias_id=alias.pk, at=now + timedelta(minutes=9), now=now)


class TestTheAction:
    def test_charges_what_waits_at_its_own_time_and_shows_it_before(self, acme, chat, ann, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 2_000_000
        send(acme, now, event("a", model="acme/nimbus-3", **CALL), event("b", model="acme/nimbus-4", **CALL))
        action = NameModel.of(terms(chat, "acme/nimbus-3", "Nimbus-3"), reason="same", key="k", by=ann, now=now)
        rows = {row.what: (row.before, row.after) for row in action.preview(by=ann, now=now)}
        assert rows["Events that wait under the name"] == ("1", "0")
        assert rows["Total charged"] == ("", "0.88 USD")
        assert rows["It applies to usage from"] == ("", "2026-11-18 11:59 UTC")
        assert (charged(acme, now), ModelAlias.objects.count()) == (0, 0)
        assert submit(action, by=ann, now=now) is None
        assert charged(acme, now) == 880_000
        assert names() == [("nimbus-3", "acme/nimbus-3", 880_000), ("acme/nimbus-4", "", 0)]
        assert list(UnknownModel.objects.order_by("model").values_list("model", "waiting_count", "tokens")) == [
            ("acme/nimbus-3", 0, 1_100_000),
            ("acme/nimbus-4", 1, 1_100_000),
        ]
        assert list(check_usage()) == []

    def test_takes_two_people_above_the_limit(self, acme, chat, ann, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 879_999
        send(acme, now, event(model="acme/nimbus-3", **CALL))
        action = NameModel.of(terms(chat, "acme/*", "*"), reason="same", key="k", by=ann, now=now)
        rows = [(row.what, row.before, row.after) for row in action.preview(by=ann, now=now)]
        assert ("acme/nimbus-3", "1 waiting", "nimbus-3, 0.88 USD") in rows
        waiting = submit(action, by=ann, now=now)
        assert (waiting.amount_micros, ModelAlias.objects.count()) == (880_000, 0)
        approve(approval_id=waiting.pk, by=User.objects.create_superuser("bob"), now=now)
        execute(waiting.pk, now=now)
        assert (charged(acme, now), ModelAlias.objects.get().approval) == (880_000, str(waiting.pk))

    def test_without_waiting_usage_its_size_is_unknown(self, acme, chat, ann, now):
        action = NameModel.of(terms(chat, "n3", "nimbus-3"), reason="same", key="k", by=ann, now=now)
        assert submit(action, by=ann, now=now) is not None
        assert Approval.objects.get().kind == "usage.name_model"

    def test_leaves_what_was_charged_as_any_model_and_starts_later(self, acme, chat, ann, now):
        chat.unknown_models = "any_model"
        chat.save()
        send(acme, now, event(model="n3", **CALL))
        action = NameModel.of(terms(chat, "n3", "nimbus-3"), reason="same", key="k", by=ann, now=now)
        rows = [(row.what, row.before, row.after) for row in action.preview(by=ann, now=now)]
        assert ("n3", "1 at the price for any model", "nimbus-3, from then on") in rows
        action.perform(by=ann, now=now)
        assert ModelAlias.objects.get().effective_from == now + LEAD
        assert charged(acme, now) == 4_500_000


def test_a_price_under_a_name_that_stands_for_another_model_says_so(acme, chat, now):
    give(chat, "n3", "nimbus-3")
    action = PublishPrice.of(draft(chat, now, model="n3"), reason="own price", key="k", now=now)
    assert action.figures(now)["Until it starts"] == "n3 is an alias of nimbus-3"


def test_the_page_of_unknown_names_offers_the_nearest_one(acme, chat, now):
    send(acme, now, event(model="acme/nimbus-3", **CALL))
    client = client_of(create_staff("ada", "Administrator"))
    row = UnknownModel.objects.get()
    assert "nimbus-3</" in client.get("/admin/usage/unknownmodel/").text
    page = client.get(f"/admin/usage/unknownmodel/{row.pk}/name/").text
    assert 'value="acme/nimbus-3"' in page
    assert 'value="nimbus-3"' in page
    give(chat, "acme/*", "*", start=timezone.now() - timedelta(minutes=1))
    assert f"/admin/usage/unknownmodel/{row.pk}/name/" not in client.get("/admin/usage/unknownmodel/").text


def test_a_name_whose_price_came_after_its_usage_is_offered_as_no_alias_of_itself(acme, chat, now):
    """The earlier usage waits on, since a price is never that of usage before it."""
    send(acme, now, event(model="nimbus-4", **CALL))
    price(chat, micros_per_million=1, model="nimbus-4", start=now + timedelta(minutes=10))
    page = client_of(create_staff("ada", "Administrator")).get("/admin/usage/unknownmodel/").text
    assert "itself: priced from 2026-11-18 12:10" in page
    assert "nimbus-4?" not in page


def test_the_nearest_name_is_one_that_customers_are_charged_for(acme, chat, now):
    cost = PriceBook.objects.create(purpose=PriceBook.Purpose.COST, name="Cost USD", currency="USD", created_at=EARLY)
    price(chat, micros_per_million=1, model="nimbus-4-mini", book=cost)
    assert set(priced_models(chat.pk, now)) == {"nimbus-3"}
