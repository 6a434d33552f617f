"""Spellings of models and models without a price: rated as the right model, or waiting."""

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.models import Meter, PriceVersion
from apps.usage.models import UnknownModel, UsageDay, UsageEvent
from apps.usage.selectors import unknown_models_charged
from apps.usage.services import Correction, check_usage, correct_event, rerate_quarantined
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
MILLION_TOKENS = {"input_tokens": 1_000_000, "output_tokens": 100_000}
SPELLINGS = ["Atlas-Mini", "atlas-mini ", "ATLAS-MINI", "\tatlas-mini"]


def micros(dollars):
    return round(dollars * 100) * MICROS_PER_UNIT // 100


@pytest.fixture
def acme(now):
    return create_organization(now)


def list_prices(**meter):
    """Atlas-mini at 0.80 a million, any model at 3 in and 15 out."""
    chat = make_meter(**meter)
    price(chat, model="atlas-mini", micros_per_million=micros(0.8))
    price(chat, input_micros_per_million=micros(3), output_micros_per_million=micros(15))
    return chat


def charged(organization, now):
    return -wallet_figures(organization, now).balance_micros


class TestAnotherSpelling:
    @pytest.mark.parametrize("model", SPELLINGS)
    def test_costs_what_the_model_costs(self, acme, now, model):
        list_prices()
        assert send(acme, now, event(model=model, **MILLION_TOKENS)).accepted == 1
        assert (charged(acme, now), UsageDay.objects.get().model) == (880_000, "atlas-mini")

    def test_is_the_same_content(self, acme, now):
        list_prices()
        send(acme, now, event(model="atlas-mini", **MILLION_TOKENS))
        assert send(acme, now, event(model="Atlas-Mini ", **MILLION_TOKENS)).duplicate == 1

    def test_counts_in_the_same_tiers(self, acme, now):
        list_prices()
        send(acme, now, *(event(f"e{n}", model=model, **MILLION_TOKENS) for n, model in enumerate(SPELLINGS)))
        assert charged(acme, now) == 4 * 880_000

    def test_is_bounded_as_it_compares(self, acme, now):
        refused = send(acme, now, event(model="ß" * 100, **MILLION_TOKENS)).refusals
        assert [each.code for each in refused] == ["invalid_model"]


class TestUnknownModel:
    def test_waits_with_that_reason(self, acme, now):
        list_prices()
        result = send(acme, now, event(model="openai/atlas-mini", **MILLION_TOKENS))
        assert (result.quarantined, charged(acme, now)) == (1, 0)
        assert UsageEvent.objects.get().reason == "unknown_model"

    def test_is_never_charged_at_the_price_of_another_model(self, acme, now):
        """Two spellings of the model cost what it costs, and a name with a vendor's prefix waits."""
        list_prices()
        names = ("Atlas-Mini", "openai/atlas-mini", "atlas-mini ")
        found = [send(acme, now, event(f"e{n}", model=name, **MILLION_TOKENS)) for n, name in enumerate(names)]
        assert [(each.accepted, each.quarantined) for each in found] == [(1, 0), (0, 1), (1, 0)]
        assert charged(acme, now) == 2 * 880_000

    def test_is_rated_once_it_has_its_price(self, acme, now):
        chat = list_prices()
        send(acme, now, event(model="atlas-max", **MILLION_TOKENS))
        later = now.replace(month=12)
        price(chat, model="Atlas-Max", micros_per_million=micros(2), start=later)
        send(acme, later, event("e2", model="atlas-max", time=later.isoformat(), **MILLION_TOKENS))
        assert (rerate_quarantined(created_by="staff:ann", now=later).waiting, charged(acme, later)) == (1, 2_200_000)

    def test_costs_the_price_for_any_model_where_its_meter_says_so(self, acme, now):
        list_prices(unknown_models="any_model")
        assert send(acme, now, event(model="openai/atlas-mini", **MILLION_TOKENS)).accepted == 1
        assert charged(acme, now) == 4_500_000

    def test_costs_the_price_for_any_model_where_no_model_has_its_own(self, acme, now):
        price(make_meter(), micros_per_million=micros(3))
        send(acme, now, event(model="whatever", **MILLION_TOKENS))
        assert (charged(acme, now), UnknownModel.objects.exists()) == (3_300_000, False)

    def test_is_not_meant_where_usage_names_no_model(self, acme, now):
        list_prices()
        send(acme, now, event(model=" ", **MILLION_TOKENS))
        assert charged(acme, now) == 4_500_000


class TestWhatFellThrough:
    def test_is_kept_for_staff_by_model(self, acme, now):
        list_prices(unknown_models="any_model")
        send(acme, now, event(model="Atlas-Max", **MILLION_TOKENS), event("e2", model="atlas-mini", **MILLION_TOKENS))
        send(acme, now, event("e3", model="atlas-max", time="2026-11-17T00:00:00Z", **MILLION_TOKENS))
        row = unknown_models_charged(now).get()
        assert (row.model, row.event_count, row.charge_micros) == ("atlas-max", 2, 9_000_000)
        assert row.last_seen_on == date(2026, 11, 18)

    def test_is_no_longer_counted_once_it_is_taken_back(self, acme, now):
        list_prices(unknown_models="any_model")
        send(acme, now, event("e1", model="atlas-max", **MILLION_TOKENS))
        taken_back = Correction(
            organization=acme, source="app", event_id="e1", reason="sent twice", created_by="key:test"
        )
        correct_event(taken_back, now=now)
        row = UnknownModel.objects.get()
        assert (row.event_count, row.tokens, row.charge_micros) == (0, 0, 0)

    def test_shows_on_home(self, acme):
        cache.clear()
        moment = timezone.now()
        list_prices(unknown_models="any_model")
        send(acme, moment, event(model="atlas-max", time=moment.isoformat(), **MILLION_TOKENS))
        client = client_of(create_staff("ada", "Billing"))
        home = client.get("/admin/").content.decode()
        assert re.search(r"Models charged at the price for any model.*?>\s*1\s*<", home, re.DOTALL)
        assert "atlas-max" in client.get("/admin/usage/unknownmodel/?recent=yes").content.decode()

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(st.sampled_from(["a", "A ", "b", "B", "c", ""]), st.integers(0, 9), st.integers(0, 3)), max_size=9
        )
    )
    def test_comes_to_what_its_events_were_charged(self, db, now, sent):
        with transaction.atomic():
            acme = create_organization(now)
            chat = make_meter(unknown_models="any_model")
            price(chat, model="a", micros_per_million=micros(1))
            price(chat, micros_per_million=micros(2))
            for number, (model, tokens, days) in enumerate(sent):
                time = now.replace(day=18 - days).isoformat()
                send(acme, now, event(f"e{number}", model=model, quantity=tokens, time=time))
            fell = [tokens for model, tokens, _ in sent if model.strip().lower() in ("b", "c")]
            rows = UnknownModel.objects.all()
            assert sum(row.event_count for row in rows) == len(fell)
            assert sum(row.charge_micros for row in rows) == 2 * sum(fell)
            assert charged(acme, now) == sum(UsageEvent.objects.values_list("charge_micros", flat=True))
            assert list(check_usage()) == []
            transaction.set_rollback(True)


class TestTheDatabase:
    @pytest.mark.parametrize("model", ["Atlas", " atlas", "atlas "])
    def test_keeps_prices_in_normal_form(self, db, now, model):
        draft = _draft()
        with pytest.raises(IntegrityError, match="model_in_normal_form"), transaction.atomic():
            PriceVersion.objects.filter(pk=draft.pk).update(model=model)


def _draft():
    version = price(make_meter(), micros_per_million=1)
    fields = {field.attname: getattr(version, field.attname) for field in PriceVersion._meta.fields}
    fields |= {"id": None, "status": "draft", "published_at": None}
    return PriceVersion.objects.create(**fields)


def test_a_meter_quarantines_unknown_models_unless_told():
    assert make_meter().unknown_models == Meter.UnknownModels.QUARANTINE


@pytest.mark.django_db
def test_once_priced_a_meter_does_not_begin_to_charge_unknown_models(admin_client):
    meter = make_meter()
    page = f"/admin/pricing/meter/{meter.pk}/change/"

    def save(answer):
        seen = re.search(r'name="_seen" value="([^"]+)"', admin_client.get(page).content.decode())
        typed = {"name": "Chat", "unit": "token", "unknown_models": answer, "_seen": seen[1]}
        admin_client.post(page, {**KEPT, **typed})
        meter.refresh_from_db()
        return meter.unknown_models

    assert [save("any_model"), save("quarantine")] == ["any_model", "quarantine"]
    price(meter, micros_per_million=1)
    assert save("any_model") == "quarantine"


KEPT = {"slug": "chat", "kind": "token", "counts": "tokens"} | dict.fromkeys(
    ["explorer_units_micros", "developer_units_micros", "credits_micros"], "0"
)
