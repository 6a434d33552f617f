"""check_usage names every kind of tampering; rebuild_usage restores the totals from the events."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.usage import models
from apps.usage.services import check_usage, rebuild_usage
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.table_truncation import without_triggers
from tests.usage.factories import event, send, several

pytestmark = pytest.mark.django_db
MICRO = 1_000_000


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def used(acme, now):
    price(make_meter(), micros_per_million=MICRO)
    price(make_meter("character", "character"), micros_per_million=50 * MICRO)
    send(acme, now, *several(3, quantity=2, session="s", project="p", character="ann", model="m"))
    send(acme, now, event("b", input_tokens=1, billing_mode="byok", session="t", time="2026-10-05T00:00:00Z"))
    send(acme, now, event("n", "nope", session="unseen"))


def tamper(model, **changes):
    with without_triggers(connection):
        model.objects.update(**changes)


def broken():
    return {each.proof for each in check_usage()}


class TestCheckUsage:
    def test_finds_nothing_wrong_with_what_was_counted(self, used):
        assert list(check_usage()) == []

    @pytest.mark.parametrize(
        ("model", "changes", "proof"),
        [
            (models.UsageDay, {"event_count": 9}, "day totals against events"),
            (models.UsageDay, {"charge_micros": 9}, "day totals against events"),
            (models.Counter, {"quantity_micros": 9}, "counters against events"),
            (models.Counter, {"charge_micros": 9}, "counters against their price"),
            (models.UsagePosting, {"item_count": 9}, "postings against events"),
            (models.UsagePosting, {"amount_micros": 5}, "transfers against postings"),
            (models.CharacterMonth, {"high_water_mark": 2}, "high-water marks against characters"),
            (models.DistinctId, {"value": "x"}, "characters against events"),
            (models.DistinctIdDay, {"id_count": 5}, "ids by their newest day"),
        ],
    )
    def test_names_what_was_tampered_with(self, used, model, changes, proof):
        row = model.objects.order_by("pk").first() if model is not models.UsagePosting else charged_posting()
        with without_triggers(connection):
            model.objects.filter(pk=row.pk).update(**changes)
        assert proof in broken()

    def test_names_a_changed_event(self, used):
        with without_triggers(connection):
            models.UsageEvent.objects.filter(event_id="e1").update(charge_micros=0)
        assert {"day totals against events", "counters against events", "postings against events"} <= broken()

    def test_is_a_command_that_says_so(self, used):
        out = StringIO()
        call_command("check_usage", stdout=out)
        assert out.getvalue().startswith("The usage totals are right")

    def test_is_a_command_that_fails_by_name(self, used):
        tamper(models.UsageDay, event_count=9)
        errors = StringIO()
        with pytest.raises(SystemExit):
            call_command("check_usage", stderr=errors)
        assert "day totals against events: organization_id=" in errors.getvalue()


def charged_posting():
    return models.UsagePosting.objects.exclude(amount_micros=0).order_by("pk").first()


class TestRebuildUsage:
    def test_rebuilds_lost_totals(self, used, now):
        before = snapshot()
        for model in (models.UsageDay, models.Counter, models.DistinctId, models.DistinctIdDay):
            model.objects.all().delete()
        assert (rebuild_usage(now=now), snapshot(), list(check_usage())) == (1, before, [])

    def test_corrects_wrong_totals(self, used, now):
        before = snapshot()
        tamper(models.UsageDay, quantity_micros=1)
        tamper(models.Counter, charge_micros=1)
        call_command("rebuild_usage", "--organization", "acme", stdout=StringIO())
        assert snapshot() == before

    def test_refuses_an_organization_that_does_not_exist(self, db):
        with pytest.raises(CommandError):
            call_command("rebuild_usage", "--organization", "nobody")


def snapshot():
    tables = (models.UsageDay, models.Counter, models.DistinctId, models.DistinctIdDay)
    return [sorted(str({**row, "id": 0}) for row in table.objects.values()) for table in tables]
