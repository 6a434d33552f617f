"""Operators' endpoints over all organizations, with a platform key."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.ledger.models import Account, Checkpoint, Entry, Hold, HoldTotal
from apps.tenants.models import Organization
from apps.wallets import services
from apps.wallets.decisions.expiry import decide_ends_of
from apps.wallets.models import Bucket, BucketPeriod, DayTotal
from apps.wallets.selectors import wallet_figures
from apps.wallets.services import NewReservation, expiry, reserve
from tests.api.callers import as_bearer, as_header, key_of
from tests.api.documents import assert_described
from tests.factories import create_grant
from tests.pricing.factories import make_meter, price
from tests.table_truncation import without_triggers
from tests.usage.budgets import put_budget
from tests.usage.factories import event, send

URL = "/v1/billing/admin/ledger"


@pytest.fixture
def operator():
    return Client(headers=as_bearer(key_of(None, "platform:ledger")))


@pytest.fixture
def held(acme, globex, now):
    """Two reservations of Acme, of 1 and of 2 for ten and twenty minutes, and one of Globex of 4 for five."""
    Organization.objects.filter(pk=globex.pk).update(usd_rate_micros=2_000_000)
    globex.refresh_from_db()
    create_grant(acme, "10", now)
    create_grant(globex, "10", now)
    return [hold(acme, "a", 1, 10, now), hold(acme, "b", 2, 20, now), hold(globex, "c", 4, 5, now)]


def hold(organization, key, units, minutes, now):
    reserved = reserve(
        organization=organization,
        reservation=NewReservation(
            amount=units * 1_000_000,
            key=key,
            expires_at=now + timedelta(minutes=minutes),
            created_by="key:test",
        ),
        now=now,
    )
    return str(reserved.hold.pk)


def get(client, path, **query):
    return client.get(URL + path, query)


def clean_up(client, **body):
    return client.post(f"{URL}/reservations/cleanup", json.dumps(body), content_type="application/json")


def read(answer):
    assert answer.status_code == 200, answer.content
    return answer.json(parse_float=Decimal)


@pytest.fixture
def later(held, now):
    """Fifteen minutes later: the reservations of 1 and 4 have ended."""
    with time_machine.travel(now + timedelta(minutes=15), tick=False):
        yield held


class TestReservations:
    def test_are_those_of_all_with_their_organization_and_status_by_time(self, operator, later, acme, globex):
        body = read(get(operator, "/reservations"))
        assert_described("listReservationsOfAll", body)
        shown = {each["id"]: (each["organizationId"], each["status"], each["amount"]) for each in body["reservations"]}
        assert shown == {
            later[0]: (str(acme.pk), "expired", 1),
            later[1]: (str(acme.pk), "pending", 2),
            later[2]: (str(globex.pk), "expired", 4),
        }
        assert (body["success"], body["total"], body["limit"], body["offset"]) == (True, 3, 50, 0)

    @pytest.mark.parametrize(
        ("query", "amounts"),
        [
            ({"status": "expired"}, {1, 4}),
            ({"status": "pending"}, {2}),
            ({"status": "pending,expired"}, {1, 2, 4}),
            ({"status": "captured,released"}, set()),
        ],
    )
    def test_are_narrowed_by_status(self, operator, later, query, amounts):
        body = read(get(operator, "/reservations", **query))
        assert {each["amount"] for each in body["reservations"]} == amounts
        assert body["total"] == len(amounts)

    def test_are_narrowed_by_organization_and_paged(self, operator, later, acme):
        pages = [
            read(get(operator, "/reservations", organizationId=acme.pk, limit=1, offset=offset)) for offset in range(3)
        ]
        found = [each["id"] for page in pages for each in page["reservations"]]
        assert (set(found), len(found)) == ({later[0], later[1]}, 2)
        assert [page["total"] for page in pages] == [2, 2, 2]


class TestStats:
    def test_count_and_sum_all_in_dollars(self, operator, later, now):
        body = read(get(operator, "/reservations/stats"))
        assert_described("getReservationStats", body)
        assert body == {
            "success": True,
            "byStatus": {
                "pending": {"count": 1, "amountUsd": 2},
                "captured": {"count": 0, "amountUsd": 0},
                "released": {"count": 0, "amountUsd": 0},
                "expired": {"count": 2, "amountUsd": 9},
            },
            "oldestPendingAt": "2026-11-18T12:00:00Z",
            "pastExpiryCount": 2,
        }

    def test_of_one_organization_without_a_pending_one(self, operator, later, globex):
        body = read(get(operator, "/reservations/stats", organizationId=globex.pk))
        assert (body["byStatus"]["expired"], body["pastExpiryCount"]) == ({"count": 1, "amountUsd": 8}, 1)
        assert "oldestPendingAt" not in body


class TestCleanup:
    def test_closes_what_has_ended_oldest_first_and_again_nothing(self, operator, later, acme):
        before = wallet_figures(acme, timezone.now()).available_micros
        body = read(clean_up(operator))
        assert_described("cleanUpReservations", body)
        assert body == {
            "success": True,
            "expired": 2,
            "releasedUsd": 9,
            "reservationIds": [later[2], later[0]],
            "hasMore": False,
        }
        statuses = dict(Hold.objects.values_list("pk", "status"))
        assert sorted(statuses.values()) == ["expired", "expired", "pending"]
        assert wallet_figures(acme, timezone.now()).available_micros == before
        again = read(clean_up(operator))
        assert (again["expired"], again["releasedUsd"], again["reservationIds"], again["hasMore"]) == (0, 0, [], False)

    def test_closes_no_more_than_asked_for(self, operator, held, acme, now):
        with time_machine.travel(now + timedelta(hours=1), tick=False):
            some = [read(clean_up(operator, limit=1, organizationId=str(acme.pk))) for _ in range(3)]
        assert [each["reservationIds"] for each in some] == [[held[0]], [held[1]], []]
        assert [each["hasMore"] for each in some] == [True, False, False]
        assert Hold.objects.get(pk=held[2]).status == "pending"

    def test_closes_what_ended_by_an_earlier_moment(self, operator, later, now):
        body = read(clean_up(operator, now=(now + timedelta(minutes=5)).isoformat()))
        assert body["reservationIds"] == [later[2]]
        assert Hold.objects.get(pk=later[2]).closed_at == timezone.now()

    def test_closes_those_of_others_where_one_wallet_fails(self, operator, later, acme, monkeypatch, caplog):
        def fails_for_acme(state, now, hold_ids):
            if state.book_id == acme.pk:
                raise RuntimeError("broken")
            return decide_ends_of(state, now, hold_ids)

        monkeypatch.setattr(expiry, "decide_ends_of", fails_for_acme)
        assert read(clean_up(operator))["reservationIds"] == [later[2]]
        assert f"of {acme.pk} could not be posted" in caplog.text
        assert Hold.objects.get(pk=later[0]).status == "pending"

    def test_refuses_a_moment_ahead_of_the_clock(self, operator, held, now):
        answer = clean_up(operator, now=(now + timedelta(seconds=1)).isoformat())
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (400, "body.now")
        assert set(Hold.objects.values_list("status", flat=True)) == {"pending"}


class TestReconciliation:
    def test_compares_every_wallet_as_the_summary_does(self, operator, held, acme, globex):
        body = read(get(operator, "/reconcile"))
        assert_described("reconcileLedger", body)
        shown = {each.pop("organizationId"): each for each in body["organizations"]}
        same = {"differenceUsd": 0, "mismatch": False, "checkedAt": "2026-11-18T12:00:00Z"}
        assert shown[str(acme.pk)] == {"legacyAvailableUsd": 7, "ledgerBalanceUsd": 7, **same}
        assert shown[str(globex.pk)] == {"legacyAvailableUsd": 12, "ledgerBalanceUsd": 12, **same}
        assert (body["mismatches"], body["checked"]) == (0, 2)

    @pytest.mark.tampers
    def test_finds_the_one_that_differs(self, operator, held, acme, globex):
        with without_triggers(connection):
            Account.objects.filter(code=f"org:{globex.pk}:wallet").update(balance_micros=11_000_000)
        body = read(get(operator, "/reconcile", onlyMismatches="true", limit=1))
        assert [(each["organizationId"], each["differenceUsd"]) for each in body["organizations"]] == [
            (str(globex.pk), 2)
        ]
        assert (body["mismatches"], body["checked"]) == (1, 2)
        of_acme = read(get(operator, "/reconcile", organizationId=acme.pk))
        assert (of_acme["mismatches"], of_acme["checked"]) == (0, 1)
        first = read(get(operator, "/reconcile", limit=1))
        assert (len(first["organizations"]), first["checked"]) == (1, 1)


@pytest.mark.tampers
class TestBackfill:
    def test_rebuilds_what_is_kept_and_leaves_the_books_alone(self, operator, later, acme, globex):
        assert read(clean_up(operator))["expired"] == 2
        price(make_meter("calls", "service"), micros_per_million=10**12)
        put_budget(acme, "all", "100", timezone.now(), period="month", thresholds=(50,))
        send(acme, timezone.now(), event("e1", "calls", quantity=3))
        services.take_checkpoints(now=timezone.now())
        right = kept_figures()
        assert backfill(operator) == backfilled()
        with without_triggers(connection):
            Checkpoint.objects.filter(book=acme.pk).update(entries_micros=1)
            DayTotal.objects.filter(organization=acme, kind="usage").update(amount_micros=5, entry_count=9)
            DayTotal.objects.create(organization=acme, day="2020-01-01", kind="grant", amount_micros=1, entry_count=1)
            HoldTotal.objects.filter(book=globex.pk).delete()
            BucketPeriod.objects.filter(bucket__budget__slug="all").update(spent_micros=60_000_000)
            Bucket.objects.filter(budget__slug="all").update(held_micros=1)
            Account.objects.filter(code=f"org:{globex.pk}:wallet").update(balance_micros=11_000_000)
        assert backfill(operator, organizationId=str(globex.pk)) == backfilled(holdTotals=1) | {"mismatches": 1}
        entries = Entry.objects.count()
        again = backfilled(checkpoints=1, dayTotals=2, budgetCounters=2) | {"mismatches": 1}
        assert backfill(operator) == again
        assert backfill(operator) == backfilled() | {"mismatches": 1}
        assert (kept_figures(), Entry.objects.count()) == (right, entries)


def backfill(client, **body):
    answer = read(client.post(f"{URL}/backfill", json.dumps(body), content_type="application/json"))
    assert_described("backfillLedger", answer)
    return answer


def backfilled(**rebuilt):
    none = {"checkpoints": 0, "dayTotals": 0, "holdTotals": 0, "budgetCounters": 0}
    return {"success": True, "mirrored": 0, "rebuilt": none | rebuilt, "mismatches": 0}


def kept_figures():
    """Return the totals stored besides the journal, without those that are zero."""
    rows = (
        Checkpoint.objects.values_list("account", "entries_micros"),
        DayTotal.objects.exclude(entry_count=0).values_list(
            "organization", "day", "kind", "amount_micros", "entry_count"
        ),
        HoldTotal.objects.values_list("account", "status", "hold_count", "amount_micros"),
        BucketPeriod.objects.values_list("bucket", "starts_on", "spent_micros", "alarms"),
        Bucket.objects.values_list("pk", "held_micros"),
    )
    return [sorted(map(str, each)) for each in rows]


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("/reservations", {"status": "open"}),
            ("/reservations", {"status": "pending,"}),
            ("/reservations", {"limit": 201}),
            ("/reservations", {"limit": 0}),
            ("/reservations", {"offset": 10_001}),
            ("/reservations", {"offset": -1}),
            ("/reservations", {"organizationId": "acme"}),
            ("/reservations/stats", {"organizationId": "1"}),
            ("/reconcile", {"limit": 501}),
            ("/reconcile", {"onlyMismatches": "yes"}),
        ],
    )
    def test_name_the_parameter(self, operator, path, query):
        answer = get(operator, path, **query)
        (name,) = query
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (400, f"query.{name}")

    @pytest.mark.parametrize(
        "body", [{"limit": 0}, {"limit": 1_001}, {"limit": "1"}, {"now": "2026-11-18"}, {"now": 5}, {"surprise": 1}]
    )
    def test_name_the_member(self, operator, body):
        answer = clean_up(operator, **body)
        (name,) = body
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (400, f"body.{name}")

    def test_an_organization_that_is_not_there(self, operator, acme):
        unknown = "00000000-0000-4000-8000-000000000001"
        assert get(operator, "/reservations", organizationId=unknown).status_code == 404
        assert clean_up(operator, organizationId=unknown).status_code == 404

    def test_other_keys(self, acme):
        for key in (key_of(acme, "billing:read", "reservations:write"), key_of(None, "platform:usage")):
            client = Client(headers=as_header(key))
            paths = ("/reservations", "/reservations/stats", "/reconcile")
            assert {get(client, path).status_code for path in paths} | {clean_up(client).status_code} == {403}

    def test_a_key_of_the_ledger_where_usage_is_sent(self, operator):
        answer = operator.post("/v1/usage/events", "{}", content_type="application/cloudevents+json")
        assert answer.status_code == 403
